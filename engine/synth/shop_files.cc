#include <zlib.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "nlohmann/json.hpp"

#include "engine/synth/synth.h"

namespace awase {
namespace {

// One text file, packed when its name ends in .gz.
class TextFile {
 public:
  // Level 4: half the time of the default for a tenth more bytes. "T": written as it is.
  explicit TextFile(std::string path)
      : path_(std::move(path)), file_(gzopen(path_.c_str(), path_.ends_with(".gz") ? "wb4" : "wbT")) {
    if (file_ != nullptr) gzbuffer(file_, 1 << 18);
  }
  ~TextFile() {
    if (file_ != nullptr) gzclose(file_);
  }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  void Write(std::string_view text) {
    if (file_ == nullptr || failed_ || text.empty()) return;
    failed_ =
        gzwrite(file_, text.data(), static_cast<unsigned>(text.size())) != static_cast<int>(text.size());
  }

  absl::Status Close() {
    if (file_ == nullptr)
      return absl::UnavailableError(path_ + ": cannot be made, got '" + std::strerror(errno) + "'");
    const int closed = gzclose(file_);
    file_ = nullptr;
    if (!failed_ && closed == Z_OK) return absl::OkStatus();
    return absl::ResourceExhaustedError(path_ + ": cannot be written, got '" + std::strerror(errno) + "'");
  }

 private:
  std::string path_;
  gzFile file_;
  bool failed_ = false;
};

std::string Attribute(const Item& item, std::string_view name) {
  for (const auto& [key, value] : item.attributes) {
    if (key == name) return value;
  }
  return "";
}

const char* YesNo(bool yes) { return yes ? "true" : "false"; }

// No field of the synthetic shop holds a comma or a quote.
absl::Status WriteItems(const SyntheticShop& shop, const std::string& path) {
  TextFile file(path);
  file.Write("item_id,title,title_ja,category,price,group,available,repeatable,brand,colour,grade,term\n");
  for (const Item& item : shop.items) {
    std::string line = item.id + ',' + item.titles[0].second + ',' + item.titles[1].second + ',' +
                       item.category + ',' + FormatPrice(item.price) + ',' + item.group + ',' +
                       YesNo(item.available) + ',' + YesNo(item.repeatable);
    for (const char* name : {"brand", "colour", "grade", "term"}) line += ',' + Attribute(item, name);
    file.Write(line + '\n');
  }
  return file.Close();
}

absl::Status WriteOrders(const SyntheticShop& shop, const std::string& path, const Progress& progress) {
  TextFile file(path);
  file.Write("order_id,customer_id,timestamp,item_id,quantity,unit_price\n");
  std::string head, text;
  uint32_t of = ~uint32_t{0};
  for (size_t l = 0; l < shop.lines.size(); ++l) {
    const SynthLine& line = shop.lines[l];
    if (line.order != of) {
      of = line.order;
      const std::string customer =
          line.customer == kAnonymous ? "" : SyntheticShop::CustomerName(line.customer);
      head = shop.DocumentId(of) + ',' + customer + ',' + FormatTime(line.time) + ',';
    }
    text = head + (line.item == kPostage ? kPostageId : shop.items[line.item].id) + ',' +
           std::to_string(line.quantity) + ',' + FormatPrice(line.unit_price) + '\n';
    file.Write(text);
    if (progress && l % 65536 == 0) progress("write orders", l, shop.lines.size());
  }
  return file.Close();
}

absl::Status WriteViews(const SyntheticShop& shop, const std::string& path, const Progress& progress) {
  TextFile file(path);
  file.Write("session_id,customer_id,timestamp,item_id\n");
  for (size_t v = 0; v < shop.views.size(); ++v) {
    const SynthView& view = shop.views[v];
    file.Write(SyntheticShop::SessionId(view.session) + ',' +
               (view.customer == kAnonymous ? "" : SyntheticShop::CustomerName(view.customer)) + ',' +
               FormatTime(view.time) + ',' + shop.items[view.item].id + '\n');
    if (progress && v % 65536 == 0) progress("write views", v, shop.views.size());
  }
  return file.Close();
}

absl::Status WriteTruth(const SyntheticShop& shop, const std::string& path) {
  nlohmann::ordered_json truth;
  truth["seed"] = shop.options.seed;
  truth["items"] = shop.items.size();
  truth["customers"] = shop.options.customers;
  truth["orders"] = shop.orders;
  truth["currency"] = "JPY";
  truth["non_product_patterns"] = {kPostageId};
  truth["companions"] = nlohmann::ordered_json::array();
  if (shop.options.companions) {
    for (const PlantedPair& pair : shop.planted) {
      truth["companions"].push_back({{"anchor", shop.items[pair.anchor].id},
                                     {"companion", shop.items[pair.companion].id},
                                     {"probability", pair.per_thousand / 1000.0}});
    }
  }
  truth["ladders"] = nlohmann::ordered_json::array();
  for (const std::vector<uint32_t>& ladder : shop.ladders) {
    nlohmann::ordered_json steps = nlohmann::ordered_json::array();
    for (const uint32_t item : ladder) steps.push_back(shop.items[item].id);
    truth["ladders"].push_back(std::move(steps));
  }
  TextFile file(path);
  file.Write(truth.dump(1) + "\n");
  return file.Close();
}

}  // namespace

absl::Status WriteShop(const SyntheticShop& shop, const std::string& folder, const Progress& progress) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return absl::UnavailableError(folder + ": cannot be made, got '" + error.message() + "'");
  if (absl::Status s = WriteItems(shop, folder + "/items.csv"); !s.ok()) return s;
  if (absl::Status s = WriteOrders(shop, folder + "/orders.csv.gz", progress); !s.ok()) return s;
  if (absl::Status s = WriteViews(shop, folder + "/views.csv.gz", progress); !s.ok()) return s;
  return WriteTruth(shop, folder + "/truth.json");
}

}  // namespace awase
