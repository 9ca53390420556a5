#include "engine/synth/catalogue.h"

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "engine/synth/dice.h"

namespace awase {
namespace {

constexpr uint32_t kGradesPerLadder = 3;
constexpr uint32_t kPlansPerKind = 4;
// Draws of an average order, and the fewest orders that a planted anchor should stand in: fewer could not
// prove a thing.
constexpr uint64_t kDrawsPerOrder = 2;
constexpr uint64_t kFewestOrders = 40;

bool HasGrades(const Kind& kind) { return kind.nature == Nature::kLadder || kind.nature == Nature::kPlan; }

std::string Join(std::string_view a, std::string_view b) {
  std::string joined(a);
  joined += ' ';
  joined += b;
  return joined;
}

std::string Numbered(std::string_view code, uint32_t product) {
  char number[16];
  std::snprintf(number, sizeof number, "-%03u", product + 1);
  return std::string(code) + number;
}

// 12,345 -> 12,280; 487 -> 478: as price tags are.
Micros TagPrice(uint32_t yen) {
  const uint32_t tag = yen >= 1000 ? yen / 100 * 100 - 20 : yen / 10 * 10 - 2;
  return Micros{tag} * 1'000'000;
}

// "Hoshino Smartphone S3": brand, kind and model of the n-th product of a kind.
Name ProductName(const Kind& kind, uint32_t kind_number, uint32_t product, std::string& en, std::string& ja) {
  const Name& brand = Brands()[(product + kind_number * 5) % Brands().size()];
  const std::string model = kind.code[0] + std::to_string(product + 1);
  en = Join(Join(brand.en, kind.title), model);
  ja = Join(Join(brand.ja, kind.title_ja), model);
  return brand;
}

class Stocking {
 public:
  explicit Stocking(const SynthOptions& options) : options_(options), dice_(options.seed, 1) {
    shelves_.by_kind.resize(Assortment().size());
    products_.resize(Assortment().size());
  }

  Catalogue Run() {
    // Round after round over the kinds, so that a small shop is a cross-section of a large one.
    while (shelves_.items.size() < options_.items) {
      for (uint32_t k = 0; k < Assortment().size() && shelves_.items.size() < options_.items; ++k)
        AddProducts(k);
    }
    NameFittedItems();
    GivePopularity();
    PlantCompanions();
    return std::move(shelves_);
  }

 private:
  void AddProducts(uint32_t k) {
    const Kind& kind = Assortment()[k];
    if (kind.nature == Nature::kPlan && products_[k] >= kPlansPerKind) return;
    const uint32_t price = dice_.Between(kind.lowest, kind.highest);
    if (!HasGrades(kind)) {
      for (uint32_t twice = 0; twice < 2; ++twice) {
        const uint32_t product = products_[k]++;
        if (shelves_.items.size() < options_.items) AddItem(k, product, 0, price + product % 7 * 20);
      }
      return;
    }
    constexpr uint32_t kPercent[kGradesPerLadder] = {100, 150, 220};
    const uint32_t product = products_[k]++;
    std::vector<uint32_t> ladder;
    for (uint32_t grade = 0; grade < kGradesPerLadder && shelves_.items.size() < options_.items; ++grade) {
      ladder.push_back(static_cast<uint32_t>(shelves_.items.size()));
      AddItem(k, product, grade, price * kPercent[grade] / 100);
    }
    if (ladder.size() > 1) shelves_.ladders.push_back(std::move(ladder));
  }

  void AddItem(uint32_t k, uint32_t product, uint32_t grade, uint32_t yen) {
    const Kind& kind = Assortment()[k];
    Item item;
    std::string en, ja;
    const Name brand = ProductName(kind, k, product, en, ja);
    item.id = Numbered(kind.code, product);
    item.attributes.emplace_back("brand", brand.en);
    if (HasGrades(kind)) {
      const Name& step = Grades()[grade];
      item.group = item.id;
      item.id += std::string("-") + step.en[0];
      item.attributes.emplace_back("grade", step.en);
      en = Join(en, step.en);
      ja = Join(ja, step.ja);
      if (kind.nature == Nature::kPlan) item.attributes.emplace_back("term", "monthly");
    } else if (kind.nature == Nature::kDurable) {
      const Name& colour = Colours()[dice_.Below(static_cast<uint32_t>(Colours().size()))];
      item.attributes.emplace_back("colour", colour.en);
      en = Join(en, colour.en);
      ja = Join(ja, colour.ja);
    }
    std::sort(item.attributes.begin(), item.attributes.end());
    item.titles = {{"", en}, {"ja", ja}};
    item.category = kind.category;
    item.price = TagPrice(yen);
    item.repeatable = kind.nature == Nature::kConsumable;
    item.available = !dice_.Chance(10);
    shelves_.kind.push_back(k);
    shelves_.place.push_back(static_cast<uint32_t>(shelves_.by_kind[k].size()));
    shelves_.by_kind[k].push_back(static_cast<uint32_t>(shelves_.items.size()));
    shelves_.items.push_back(std::move(item));
  }

  // "Case for Hoshino Smartphone S3": the j-th item of a kind made for others fits the product of number j.
  void NameFittedItems() {
    for (uint32_t k = 0; k < Assortment().size(); ++k) {
      for (const GoesWith& with : Assortment()[k].companion) {
        if (!with.fitted || products_[k] == 0) continue;
        const Kind& part = Assortment()[KindOf(with.code)];
        for (const uint32_t number : shelves_.by_kind[KindOf(with.code)]) {
          Item& item = shelves_.items[number];
          std::string en, ja;
          ProductName(Assortment()[k], k, shelves_.place[number] % products_[k], en, ja);
          const std::string edition = shelves_.place[number] < products_[k] ? "" : " II";
          item.titles = {{"", absl::StrCat(std::string(part.title), " for ", en, edition)},
                         {"ja", absl::StrCat(ja, "用 ", std::string(part.title_ja), edition)}};
        }
      }
    }
  }

  void GivePopularity() {
    const auto items = static_cast<uint32_t>(shelves_.items.size());
    std::vector<uint32_t> by_rank(items);
    std::iota(by_rank.begin(), by_rank.end(), 0u);
    for (uint32_t i = items; i > 1; --i) std::swap(by_rank[i - 1], by_rank[dice_.Below(i)]);
    std::vector<bool> companion(Assortment().size());
    for (const Kind& kind : Assortment()) {
      for (const GoesWith& with : kind.companion) {
        if (!with.code.empty()) companion[KindOf(with.code)] = true;
      }
    }
    shelves_.weight.resize(items);
    for (uint32_t rank = 0; rank < items; ++rank) {
      const uint32_t kind = shelves_.kind[by_rank[rank]];
      // Companions sell with their anchors, seldom alone.
      const uint32_t share = companion[kind] ? 4 : Assortment()[kind].nature == Nature::kPlan ? 8 : 1;
      shelves_.weight[by_rank[rank]] = ZipfWeight(rank, 8) / share;
    }
  }

  void PlantCompanions() {
    const uint64_t total = std::accumulate(shelves_.weight.begin(), shelves_.weight.end(), uint64_t{0});
    for (uint32_t anchor = 0; anchor < shelves_.items.size(); ++anchor) {
      shelves_.planted_offsets.push_back(static_cast<uint32_t>(shelves_.planted.size()));
      if (kDrawsPerOrder * options_.orders * shelves_.weight[anchor] < kFewestOrders * total) continue;
      const Kind& kind = Assortment()[shelves_.kind[anchor]];
      const uint32_t product =
          HasGrades(kind) ? shelves_.place[anchor] / kGradesPerLadder : shelves_.place[anchor];
      for (const GoesWith& with : kind.companion) {
        if (with.code.empty()) continue;
        const std::vector<uint32_t>& parts = shelves_.by_kind[KindOf(with.code)];
        if (parts.empty()) continue;
        shelves_.planted.push_back({anchor, parts[product % parts.size()], with.per_thousand});
      }
    }
    shelves_.planted_offsets.push_back(static_cast<uint32_t>(shelves_.planted.size()));
  }

  static uint32_t KindOf(std::string_view code) {
    uint32_t k = 0;
    while (Assortment()[k].code != code) ++k;
    return k;
  }

  const SynthOptions& options_;
  Dice dice_;
  Catalogue shelves_;
  std::vector<uint32_t> products_;  // by kind
};

}  // namespace

Catalogue StockShelves(const SynthOptions& options) { return Stocking(options).Run(); }

}  // namespace awase
