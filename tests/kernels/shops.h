// Random shops as the kernels take them.
#ifndef AWASE_TESTS_KERNELS_SHOPS_H_
#define AWASE_TESTS_KERNELS_SHOPS_H_

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include "engine/kernels/row.h"
#include "tests/support/basket_stream.h"
#include "tests/support/worlds.h"

namespace awase::kernels {

using ::awase::testing::BasketStream;
using ::awase::testing::Dice;

struct Basket {
  uint32_t owner;
  uint32_t weight;
  std::vector<uint32_t> labels;
};

// Baskets as the kernels take them, and the totals that rows need.
struct Shop {
  std::vector<Basket> baskets;
  bool hot = false;
  BasketStream stream;
  const uint16_t* words = nullptr;
  std::vector<uint32_t> item_of;
  std::vector<std::vector<uint32_t>> visits;  // by label
  std::vector<std::vector<uint32_t>> with;    // by label: baskets
  std::vector<uint64_t> weight;               // by label, of units
  std::vector<uint32_t> units;                // by label
  uint64_t all = 0;
  bool once_per_owner = false;
};

inline Shop MakeShop(uint64_t seed, uint32_t columns, uint32_t baskets, uint32_t largest, uint32_t per_owner,
                     bool uniform, bool once, bool hot = false) {
  Dice dice(seed);
  Shop shop;
  shop.hot = hot;
  shop.stream = BasketStream(hot);
  shop.once_per_owner = once;
  shop.visits.resize(columns);
  shop.with.resize(columns);
  shop.weight.resize(columns);
  shop.units.resize(columns);
  for (uint32_t c = 0; c < columns; ++c) shop.item_of.push_back((c * 7919u + 13u) % 1'000'003u);
  std::vector<uint32_t> last(columns, ~0u);
  uint32_t owner = 0, weight = 65536;
  for (uint32_t b = 0; b < baskets; ++b) {
    const bool next = dice.Below(per_owner) == 0;
    owner += next;
    // With one count per owner all of an owner's baskets weigh the same.
    if (next || !once) weight = uniform ? 65536 : 1 + dice.Below(65536);
    std::set<uint32_t> labels;
    const uint32_t size = 1 + dice.Below(largest);
    for (uint32_t k = 0; k < size; ++k)
      labels.insert(static_cast<uint32_t>(uint64_t{dice.Below(columns)} * dice.Below(columns) / columns));
    const uint32_t position = shop.stream.Append(labels, weight);
    if (!once) shop.all += weight;
    if (once && next) shop.all += weight;
    for (const uint32_t label : labels) {
      const bool again = last[label] == owner;
      last[label] = owner;
      shop.visits[label].push_back(again ? position | kSameOwner : position);
      shop.with[label].push_back(b);
      if (once && again) continue;
      shop.weight[label] += weight;
      ++shop.units[label];
    }
    shop.baskets.push_back({owner, weight, {labels.begin(), labels.end()}});
  }
  shop.all += 65536;  // a unit that holds nothing else
  shop.words = shop.stream.data();
  return shop;
}

}  // namespace awase::kernels

#endif  // AWASE_TESTS_KERNELS_SHOPS_H_
