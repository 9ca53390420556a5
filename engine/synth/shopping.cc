#include "engine/synth/shopping.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "absl/time/civil_time.h"

namespace awase {
namespace {

constexpr UnixSeconds kStart = 1'727'740'800;  // 2024-10-01T00:00:00Z
constexpr uint32_t kDays = 546;
constexpr size_t kRemembered = 4;
constexpr uint32_t kLargestBasket = 40;
constexpr uint32_t kNone = ~uint32_t{0};

uint32_t MonthOf(uint32_t day) { return static_cast<uint32_t>((absl::CivilDay(2024, 10, 1) + day).month()); }

// Growth, weekends, December.
uint32_t DayWeight(uint32_t day) {
  const uint32_t growth = 100 + 60 * day / kDays;
  const uint32_t weekday = (day + 2) % 7;  // 2024-10-01 is a Tuesday; 0 is Sunday
  const uint32_t weekend = weekday == 0 || weekday == 6 ? 13 : 10;
  const uint32_t month = MonthOf(day) == 12 ? 14 : MonthOf(day) == 8 ? 9 : 10;
  return growth * weekend * month;
}

// Hours as in Japan: little at night, most in the evening.
constexpr uint32_t kHourWeight[24] = {3,  1, 1, 1, 1, 2, 3, 5,  6,  7,  8,  8,
                                      10, 8, 7, 7, 7, 8, 9, 11, 14, 16, 14, 8};

std::vector<UnixSeconds> OrderTimes(uint32_t orders, Dice& dice) {
  Weighted days, hours;
  for (uint32_t day = 0; day < kDays; ++day) days.Add(day, DayWeight(day));
  for (uint32_t hour = 0; hour < 24; ++hour) hours.Add((hour + 24 - 9) % 24, kHourWeight[hour]);
  std::vector<UnixSeconds> times(orders);
  for (UnixSeconds& time : times) {
    // One draw a statement: the order of draws inside an expression is the compiler's.
    time = kStart + days.Draw(dice) * kSecondsPerDay;
    time += hours.Draw(dice) * 3600;
    time += dice.Below(3600);
  }
  std::sort(times.begin(), times.end());
  return times;
}

class Shopping {
 public:
  Shopping(const Catalogue& shelves, SyntheticShop& shop)
      : shelves_(shelves), shop_(shop), dice_(shop.options.seed, 2), all_(ByPopularity(shelves)) {
    std::map<std::string, std::vector<uint32_t>> by_department;
    for (uint32_t i = 0; i < shelves.items.size(); ++i) {
      const std::string& category = shelves.items[i].category;
      by_department[category.substr(0, category.find('/'))].push_back(i);
    }
    for (const auto& [name, items] : by_department) {
      Weighted& department = departments_.emplace_back();
      for (const uint32_t i : items) department.Add(i, shelves.weight[i]);
    }
    const uint32_t customers = shop.options.customers;
    for (uint32_t c = 0; c < customers; ++c)
      customers_.Add(c, std::max(ZipfWeight(c, customers / 5 + 1) >> 4, 1u));
    remembered_.assign(customers, [] {
      std::array<uint32_t, kRemembered> none;
      none.fill(kNone);
      return none;
    }());
    for (uint32_t day = 0; day < kDays; ++day) season_.push_back(1u << (MonthOf(day) - 1));
  }

  void Run() {
    const std::vector<UnixSeconds> times = OrderTimes(shop_.options.orders, dice_);
    for (uint32_t order = 0; order < times.size(); ++order) AddOrder(order, times[order]);
    shop_.orders = shop_.options.orders;
    AddReturns(times.back());
  }

 private:
  void AddOrder(uint32_t order, UnixSeconds time) {
    const uint32_t customer = dice_.Chance(150) ? kAnonymous : customers_.Draw(dice_);
    basket_.clear();
    const uint32_t draws = 1 + dice_.Geometric(500, 11);
    for (uint32_t d = 0; d < draws; ++d) {
      const uint32_t item = Choose(customer, season_[(time - kStart) / kSecondsPerDay]);
      if (!Put(item) || !shop_.options.companions) continue;
      for (uint32_t p = shelves_.planted_offsets[item]; p < shelves_.planted_offsets[item + 1]; ++p) {
        if (dice_.Chance(shelves_.planted[p].per_thousand)) Put(shelves_.planted[p].companion);
      }
    }
    if (customer != kAnonymous && dice_.Chance(300)) {
      const uint32_t again = remembered_[customer][dice_.Below(kRemembered)];
      if (again != kNone) Put(again);
    }
    for (const uint32_t item : basket_) {
      const bool consumable = Assortment()[shelves_.kind[item]].nature == Nature::kConsumable;
      if (consumable && customer != kAnonymous) remembered_[customer][dice_.Below(kRemembered)] = item;
      const auto quantity = static_cast<int32_t>(1 + (consumable ? dice_.Geometric(250, 5) : 0));
      const Micros price = shelves_.items[item].price;
      shop_.lines.push_back(
          {order, customer, time, item, quantity, dice_.Chance(100) ? price / 10 * 9 : price});
    }
    if (dice_.Chance(250)) shop_.lines.push_back({order, customer, time, kPostage, 1, Micros{550'000'000}});
  }

  // By popularity, mostly in the customer's own departments; out of season two of three go back to the shelf.
  uint32_t Choose(uint32_t customer, uint32_t month) {
    uint32_t item = 0;
    for (uint32_t tries = 0; tries < 4; ++tries) {
      const Weighted* shelf = &all_;
      if (customer != kAnonymous && dice_.Chance(600)) {
        Dice own(shop_.options.seed ^ customer, 3);
        for (uint32_t favourite = dice_.Below(2) + 1; favourite > 0; --favourite) {
          shelf = &departments_[own.Below(static_cast<uint32_t>(departments_.size()))];
        }
      }
      item = shelf->empty() ? all_.Draw(dice_) : shelf->Draw(dice_);
      const uint32_t season = Assortment()[shelves_.kind[item]].season;
      if (season == kAllYear || (season & month) != 0 || dice_.Chance(333)) break;
    }
    return item;
  }

  bool Put(uint32_t item) {
    if (basket_.size() >= kLargestBasket || std::find(basket_.begin(), basket_.end(), item) != basket_.end())
      return false;
    basket_.push_back(item);
    return true;
  }

  // Three lines of a hundred come back, whole or in part, some days later.
  void AddReturns(UnixSeconds newest) {
    struct Back {
      UnixSeconds time;
      uint32_t line;
    };
    std::vector<Back> backs;
    for (uint32_t l = 0; l < shop_.lines.size(); ++l) {
      const SynthLine& line = shop_.lines[l];
      if (line.customer == kAnonymous || line.item == kPostage || !dice_.Chance(30)) continue;
      const UnixSeconds time = line.time + dice_.Between(2, 20) * kSecondsPerDay;
      if (time < newest) backs.push_back({time, l});
    }
    std::sort(backs.begin(), backs.end(), [](const Back& a, const Back& b) {
      return a.time != b.time ? a.time < b.time : a.line < b.line;
    });
    shop_.documents = shop_.orders;
    for (const Back& back : backs) {
      SynthLine line = shop_.lines[back.line];
      line.quantity = -static_cast<int32_t>(dice_.Between(1, static_cast<uint32_t>(line.quantity)));
      line.time = back.time;
      line.order = shop_.documents++;
      shop_.lines.push_back(line);
    }
  }

  const Catalogue& shelves_;
  SyntheticShop& shop_;
  Dice dice_;
  Weighted all_;
  std::vector<Weighted> departments_;
  Weighted customers_;
  std::vector<std::array<uint32_t, kRemembered>> remembered_;  // by customer: consumables bought lately
  std::vector<uint32_t> season_;                               // by day: bit of its month
  std::vector<uint32_t> basket_;
};

}  // namespace

Weighted ByPopularity(const Catalogue& shelves) {
  Weighted all;
  for (uint32_t i = 0; i < shelves.items.size(); ++i) all.Add(i, shelves.weight[i]);
  return all;
}

void DrawOrders(const Catalogue& shelves, SyntheticShop& shop) { Shopping(shelves, shop).Run(); }

}  // namespace awase
