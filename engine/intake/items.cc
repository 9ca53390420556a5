#include <algorithm>
#include <utility>

#include "engine/intake/batches.h"
#include "engine/intake/text.h"
#include <nlohmann/json.hpp>

namespace awase {
namespace {

using nlohmann::json;

constexpr std::string_view kTitlePrefix = "title_";

// "true", "1", "yes" and their opposites; blank leaves `value`.
bool ReadFlag(std::string_view text, bool& value) {
  const std::string lower = LowerCase(text);
  if (lower.empty()) return true;
  value = lower == "true" || lower == "1" || lower == "yes";
  return value || lower == "false" || lower == "0" || lower == "no";
}

// One named field of an item file into the item.
Verdict SetField(std::string_view name, std::string_view text, Item& item) {
  if (name == "item_id") {
    item.id = text;
  } else if (name == "title" || name.substr(0, kTitlePrefix.size()) == kTitlePrefix) {
    const std::string_view language = name == "title" ? "" : name.substr(kTitlePrefix.size());
    if (!text.empty()) item.titles.emplace_back(language, ToUtf8(text));
  } else if (name == "category") {
    item.category = text;
  } else if (name == "price") {
    const absl::StatusOr<Micros> price = ParsePrice(text);
    if (!price.ok()) return Rejection{"bad_price", "price: " + std::string(price.status().message())};
    item.price = *price;
  } else if (name == "group") {
    item.group = text;
  } else if (name == "available" || name == "repeatable") {
    if (!ReadFlag(text, name == "available" ? item.available : item.repeatable)) {
      return Rejection{
          absl::StrCat("bad_", std::string(name)),
          absl::StrCat(std::string(name), ": is neither true nor false, got '", std::string(text), "'")};
    }
  } else if (!text.empty()) {
    item.attributes.emplace_back(name, text);
  }
  return std::nullopt;
}

Verdict Check(Item& item) {
  std::sort(item.titles.begin(), item.titles.end());
  std::sort(item.attributes.begin(), item.attributes.end());
  if (item.id.empty()) return Rejection{"missing_item", "item_id: is empty"};
  const absl::Status status = ValidateItem(item);
  if (status.ok()) return std::nullopt;
  // "price: is negative, got '-3'" is bad_price.
  const std::string message(status.message());
  return Rejection{"bad_" + message.substr(0, message.find_first_of(":.[ ")), message};
}

Verdict ReadCsvItem(const Record& record, const std::vector<std::string>& header, FieldReader& fields,
                    Item& item) {
  for (size_t column = 0; column < header.size(); ++column) {
    const std::string_view text = fields.Text(record.fields, static_cast<int>(column));
    if (Verdict wrong = SetField(header[column], text, item)) return wrong;
  }
  return Check(item);
}

std::string TextOf(const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

// "titles" and "attributes" may be objects; every other field as in a CSV file.
Verdict ReadJsonItem(const Record& record, Item& item) {
  const json object = json::parse(record.text, nullptr, /*allow_exceptions=*/false);
  for (const auto& [name, value] : object.items()) {
    if (value.is_null()) continue;
    if (value.is_object() && (name == "titles" || name == "attributes")) {
      for (const auto& [key, text] : value.items()) {
        (name == "titles" ? item.titles : item.attributes).emplace_back(key, TextOf(text));
      }
    } else if (value.is_structured()) {
      return Rejection{"bad_json", name + ": is neither a text nor a number"};
    } else if (Verdict wrong = SetField(name, Trim(TextOf(value)), item)) {
      return wrong;
    }
  }
  return Check(item);
}

class ItemReader {
 public:
  ItemReader(const std::vector<std::string>& header, bool is_json, absl::TimeZone zone)
      : header_(header), is_json_(is_json), fields_(zone, /*us_dates=*/false) {}

  Verdict Read(const Record& record, Item& item) {
    return is_json_ ? ReadJsonItem(record, item) : ReadCsvItem(record, header_, fields_, item);
  }
  void Finish(std::span<Item>) {}

  uint64_t trimmed() const { return fields_.trimmed(); }

 private:
  const std::vector<std::string>& header_;
  const bool is_json_;
  FieldReader fields_;
};

}  // namespace

absl::StatusOr<IntakeReport> ReadItems(const std::string& path, const IntakeOptions& options,
                                       const std::function<absl::Status(std::span<const Item>)>& sink) {
  const bool is_json = options.format == OrdersFormat::kJsonLines;
  absl::StatusOr<std::unique_ptr<RecordSource>> source = is_json ? OpenJsonLines(path, {}) : OpenCsv(path);
  if (!source.ok()) return source.status();
  const std::vector<std::string>& header = (*source)->header();
  if (!is_json) {
    if (absl::Status status = Columns(path, header).Need({"item_id"}).status(); !status.ok()) return status;
  }
  ItemReader reader(header, is_json, options.zone);
  IntakeReport report;
  if (absl::Status status = ReadBatches<Item>(path, options, **source, reader, sink, report); !status.ok())
    return status;
  report.trimmed = reader.trimmed();
  return report;
}

}  // namespace awase
