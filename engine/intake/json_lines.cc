#include <algorithm>
#include <cstring>
#include <deque>
#include <utility>

#include "absl/strings/str_cat.h"

#include "engine/intake/lines.h"
#include "engine/intake/record_source.h"
#include "engine/intake/text.h"
#include <nlohmann/json.hpp>

namespace awase {
namespace {

using nlohmann::json;

class JsonLinesSource : public RecordSource {
 public:
  JsonLinesSource(std::unique_ptr<ByteSource> source, std::vector<std::string> columns)
      : lines_(std::move(source)), columns_(std::move(columns)) {}

  const std::vector<std::string>& header() const override { return columns_; }
  uint64_t stored_done() const override { return lines_.source().stored_done(); }
  uint64_t stored_total() const override { return lines_.source().stored_total(); }
  double bytes_seconds() const override { return lines_.source().seconds(); }

  absl::Status Refill() override {
    texts_.clear();
    return lines_.Refill();
  }

  Step Next(Record& record) override {
    while (pending_.empty()) {
      const std::string_view unread = lines_.unread();
      size_t length = unread.find('\n');
      const bool whole = length != std::string_view::npos;
      if (!whole) {
        if (!lines_.at_end() && unread.size() <= kMaxRecordBytes) return Step::kRefill;
        if (unread.empty()) return Step::kEnd;
        length = unread.size();
      }
      ReadLine(Trim(unread.substr(0, length)), whole || lines_.at_end());
      lines_.Take(std::min(length + 1, unread.size()), whole ? 1 : 0);
    }
    record = std::move(pending_.front());
    pending_.pop_front();
    return Step::kRecord;
  }

 private:
  void Reject(Record record, std::string_view reason, std::string message) {
    record.reason = reason;
    record.message = std::move(message);
    pending_.push_back(std::move(record));
  }

  void ReadLine(std::string_view line, bool whole) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const bool rest_of_long_line = std::exchange(too_long_, !whole);
    if (line.empty() || rest_of_long_line) return;
    Record record;
    record.line = lines_.line();
    record.text = line;
    if (!whole || line.size() > kMaxRecordBytes) {
      return Reject(std::move(record), "record_too_long",
                    absl::StrCat("is longer than ", kMaxRecordBytes, " bytes"));
    }
    const json object = json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object()) return Reject(std::move(record), "bad_json", "is not a JSON object");
    record.fields.resize(columns_.size());
    if (std::string wrong = Fill(object, record); !wrong.empty()) {
      return Reject(std::move(record), "bad_json", std::move(wrong));
    }
    if (columns_.empty()) {
      pending_.push_back(std::move(record));
    } else if (const auto lines = object.find("lines"); lines != object.end()) {
      if (!lines->is_array()) return Reject(std::move(record), "bad_json", "lines: is not a list");
      for (const json& element : *lines) AddElement(record, element);
    } else if (const auto ids = object.find("item_ids"); ids != object.end()) {
      if (!ids->is_array()) return Reject(std::move(record), "bad_json", "item_ids: is not a list");
      for (const json& id : *ids) AddElement(record, json{{"item_id", id}});
    } else {
      pending_.push_back(std::move(record));
    }
  }

  void AddElement(Record record, const json& element) {
    if (!element.is_object())
      return Reject(std::move(record), "bad_json", "lines: an element is not a JSON object");
    if (std::string wrong = Fill(element, record); !wrong.empty()) {
      return Reject(std::move(record), "bad_json", std::move(wrong));
    }
    pending_.push_back(std::move(record));
  }

  // Sets the fields that the object names; says what is wrong with one of them.
  std::string Fill(const json& object, Record& record) {
    for (size_t column = 0; column < columns_.size(); ++column) {
      const auto value = object.find(columns_[column]);
      if (value == object.end() || value->is_null()) continue;
      if (!value->is_string() && !value->is_number())
        return columns_[column] + ": is neither a text nor a number";
      texts_.push_back(value->is_string() ? value->get<std::string>() : value->dump());
      record.fields[column] = texts_.back();
    }
    return "";
  }

  Lines lines_;
  std::vector<std::string> columns_;
  std::deque<Record> pending_;     // of the line read last
  std::deque<std::string> texts_;  // what the fields show
  bool too_long_ = false;          // inside a line that is too long
};

}  // namespace

absl::StatusOr<std::unique_ptr<RecordSource>> OpenJsonLines(const std::string& path,
                                                            std::vector<std::string> columns) {
  absl::StatusOr<std::unique_ptr<ByteSource>> bytes = ByteSource::Open(path);
  if (!bytes.ok()) return bytes.status();
  auto source = std::make_unique<JsonLinesSource>(*std::move(bytes), std::move(columns));
  if (absl::Status status = source->Refill(); !status.ok()) return status;
  return source;
}

}  // namespace awase
