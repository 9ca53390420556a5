// Seeded shops for benchmarks: items of Zipf popularity, baskets of geometric size, customers with several
// orders.
#ifndef AWASE_BENCH_GENERATED_H_
#define AWASE_BENCH_GENERATED_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/facts/fact_table.h"
#include "tests/support/worlds.h"

namespace awase::bench {

struct ShopSize {
  uint32_t items = 0, orders = 0, customers = 0;
  double mean_basket = 0;
};
inline constexpr ShopSize kTiny{60, 800, 200, 4}, kSmall{2'000, 20'000, 5'000, 10},
    kMedium{100'000, 1'000'000, 200'000, 10.4}, kLarge{300'000, 5'000'000, 1'000'000, 11.9};

// Rank of an item by the inverse of Zipf's distribution (exponent 1): binary search in the cumulated weights.
class Zipf {
 public:
  explicit Zipf(uint32_t items) {
    double sum = 0;
    for (uint32_t r = 1; r <= items; ++r) reach_.push_back(sum += 1.0 / r);
  }
  uint32_t Draw(testing::Dice& dice) const {
    const double at = static_cast<double>(dice.Next() >> 11) * 0x1p-53 * reach_.back();
    const auto found = std::upper_bound(reach_.begin(), reach_.end(), at) - reach_.begin();
    return std::min(static_cast<uint32_t>(found), static_cast<uint32_t>(reach_.size() - 1));
  }

 private:
  std::vector<double> reach_;
};

// A year of orders in order of time; the same seed gives the same facts.
inline FactTable GenerateFacts(const ShopSize& size, uint64_t seed = 1) {
  testing::Dice dice(seed);
  const Zipf zipf(size.items);
  FactTable facts;
  for (uint32_t i = 0; i < size.items; ++i)
    facts.items.Intern("item-" + std::to_string((i * 2654435761ull) % 4294967291ull));
  for (uint32_t c = 0; c < size.customers; ++c) facts.customers.Intern("customer-" + std::to_string(c));
  for (uint32_t o = 0; o < size.orders; ++o) {
    facts.orders.Intern("order-" + std::to_string(o));
    facts.order_customer.push_back(dice.Below(size.customers));
    const auto time = static_cast<UnixSeconds>(1'700'000'000 + uint64_t{o} * 31'536'000 / size.orders);
    const double uniform = (static_cast<double>(dice.Next() >> 11) + 1) * 0x1p-53;
    const auto lines =
        static_cast<uint32_t>(std::min(200.0, 1 + std::log(uniform) / std::log1p(-1 / size.mean_basket)));
    for (uint32_t l = 0; l < lines; ++l) facts.lines.push_back({o, zipf.Draw(dice), 1, time});
  }
  return facts;
}

}  // namespace awase::bench

#endif  // AWASE_BENCH_GENERATED_H_
