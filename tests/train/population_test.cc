#include "engine/train/population.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/kernels/row.h"
#include "engine/kernels/stream.h"
#include "tests/support/basket_stream.h"
#include "tests/support/worlds.h"

namespace awase {
namespace {

using testing::BasketStream;
using testing::Dice;

constexpr UnixSeconds kNewest = 1'700'000'000;

// Units with `known` customers of one to six orders each, then anonymous ones. Every item occurs, in baskets
// that stand beside each other by chance: the smaller of two draws for one half of the purchases.
Units RandomUnits(uint64_t seed, uint32_t items, uint32_t baskets, uint32_t known, uint32_t largest) {
  Dice dice(seed);
  Units units;
  uint32_t owner = 0, left = 1 + dice.Below(6), next_item = 0;
  for (uint32_t u = 0; u < baskets; ++u, --left) {
    if (u > 0 && (left == 0 || owner >= known)) {
      ++owner;
      left = 1 + dice.Below(6);
    }
    std::set<uint32_t> basket;
    for (uint32_t n = 1 + dice.Below(largest); n > 0; --n) {
      basket.insert(dice.Chance(500) ? next_item++ % items : std::min(dice.Below(items), dice.Below(items)));
    }
    for (const uint32_t item : basket) units.by_unit.values.push_back(ItemId{item});
    units.by_unit.offsets.push_back(units.by_unit.values.size());
    units.owner.push_back(owner);
    units.time.push_back(kNewest - 100'000'000 + u * 100);
    units.source.push_back(u);
  }
  units.owners = owner + 1;
  units.known_owners = std::min(known, units.owners);
  return units;
}

struct SlowBasket {
  uint32_t unit, owner, weight;
};

std::vector<SlowBasket> SelectSlowly(const Units& units, const TrainOptions& options) {
  std::map<uint32_t, std::vector<uint32_t>> of_owner;
  for (uint32_t u = 0; u < units.size(); ++u) of_owner[units.owner[u]].push_back(u);
  std::vector<SlowBasket> selected;
  for (auto& [owner, orders] : of_owner) {
    const size_t cap = options.max_orders_per_customer;
    if (options.unit == CountingUnit::kCustomer) {
      std::set<ItemId> distinct;
      for (const uint32_t u : orders)
        distinct.insert(units.by_unit[BasketId{u}].begin(), units.by_unit[BasketId{u}].end());
      if (distinct.size() > options.max_basket) continue;
      const uint32_t weight =
          UnitWeight(options, static_cast<uint32_t>(distinct.size()), kNewest - units.time[orders.back()]);
      for (const uint32_t u : orders) selected.push_back({u, owner, weight});
      continue;
    }
    if (cap != 0 && owner < units.known_owners && orders.size() > cap)
      orders.erase(orders.begin(), orders.end() - static_cast<std::ptrdiff_t>(cap));
    for (const uint32_t u : orders) {
      const auto size = static_cast<uint32_t>(units.by_unit[BasketId{u}].size());
      if (size <= options.max_basket)
        selected.push_back({u, owner, UnitWeight(options, size, kNewest - units.time[u])});
    }
  }
  return selected;
}

// The items that occur, the most frequent first.
std::vector<uint32_t> NumberSlowly(const Units& units, const std::vector<SlowBasket>& selected) {
  std::map<uint32_t, uint32_t> frequency;
  for (const SlowBasket& basket : selected) {
    for (const ItemId item : units.by_unit[BasketId{basket.unit}]) ++frequency[Index(item)];
  }
  std::vector<uint32_t> item_of;
  for (const auto& [item, count] : frequency) item_of.push_back(item);
  std::stable_sort(item_of.begin(), item_of.end(),
                   [&](uint32_t a, uint32_t b) { return frequency[a] > frequency[b]; });
  return item_of;
}

std::vector<uint32_t> LabelsOf(const Units& units, const SlowBasket& basket, const Population& p) {
  std::vector<uint32_t> labels;
  for (const ItemId item : units.by_unit[BasketId{basket.unit}]) labels.push_back(p.label_of[Index(item)]);
  const auto heads = std::stable_partition(
      labels.begin(), labels.end(), [&](uint32_t label) { return p.hot && label < kernels::kHotLabels; });
  std::sort(labels.begin(), heads);
  std::stable_partition(heads, labels.end(), [](uint32_t label) { return label < kernels::kHeadLabels; });
  return labels;
}

// Checks the stream of `p` against the baskets, word by word; returns where each begins.
std::vector<uint32_t> ExpectStream(const Units& units, const std::vector<SlowBasket>& selected,
                                   unsigned pieces, const Population& p) {
  BasketStream twin(p.hot);
  std::vector<uint32_t> positions;
  EXPECT_LE(p.words + kernels::kStreamSlack, p.stream.size());
  std::vector<uint16_t> left(p.stream.begin(),
                             p.stream.begin() + static_cast<std::ptrdiff_t>(p.words + kernels::kStreamSlack));
  size_t next = 0;
  kernels::ForEachBasket(p.stream.data(), p.words, p.hot, [&](uint64_t at, kernels::BasketView basket) {
    ASSERT_LT(next, selected.size());
    std::vector<uint32_t> labels;
    ForEachLabel(basket, [&](uint32_t label) { labels.push_back(label); });
    EXPECT_EQ(labels, LabelsOf(units, selected[next], p));
    EXPECT_EQ(basket.weight(), selected[next].weight);
    const uint64_t place = twin.Append(labels, basket.weight());
    EXPECT_TRUE(pieces > 1 || at == place) << at;
    positions.push_back(static_cast<uint32_t>(at));
    std::fill_n(left.begin() + static_cast<std::ptrdiff_t>(at),
                kernels::BasketWords(p.hot, basket.head(), basket.tail()), uint16_t{0});
    ++next;
  });
  EXPECT_EQ(next, selected.size());
  EXPECT_EQ(p.baskets, selected.size());
  EXPECT_EQ(std::count(left.begin(), left.end(), 0), static_cast<std::ptrdiff_t>(left.size()))
      << "what is skipped is zero";
  return positions;
}

// What the baskets that hold an item say of it.
struct SlowItem {
  std::vector<uint32_t> visits;
  std::set<uint32_t> owners;
  uint64_t weight = 0;
};

void ExpectSameAsSlow(const Units& units, uint32_t items, const TrainOptions& options, unsigned pieces) {
  const Population p = BuildPopulation(units, items, kNewest, options, pieces).value();
  const std::vector<SlowBasket> selected = SelectSlowly(units, options);
  ASSERT_EQ(p.item_of, NumberSlowly(units, selected));
  const std::vector<uint32_t> positions = ExpectStream(units, selected, pieces, p);
  ASSERT_EQ(positions.size(), selected.size());
  std::vector<SlowItem> slow(items);
  uint64_t pairs = 0;
  for (uint32_t b = 0; b < selected.size(); ++b) {
    const auto basket = units.by_unit[BasketId{selected[b].unit}];
    pairs += basket.size() * basket.size();
    EXPECT_TRUE(!p.by_customer || p.dated[b].position == positions[b]);
    for (const ItemId id : basket) {
      SlowItem& item = slow[Index(id)];
      const bool again = !item.owners.insert(selected[b].owner).second;
      item.visits.push_back(p.by_customer ? b : positions[b] | (again ? kernels::kSameOwner : 0));
      if (!p.by_customer || !again) item.weight += selected[b].weight;
    }
  }
  EXPECT_EQ(p.pairs, pairs);
  for (uint32_t label = 0; label < p.columns(); ++label) {
    ASSERT_EQ(p.label_of[p.item_of[label]], label);
    const SlowItem& item = slow[p.item_of[label]];
    const auto visits = p.VisitsOf(label);
    ASSERT_EQ(std::vector<uint32_t>(visits.begin(), visits.end()), item.visits) << label;
    ASSERT_EQ(p.customers_of[label], item.owners.size());
    ASSERT_EQ(p.units_of[label], p.by_customer ? item.owners.size() : item.visits.size());
    ASSERT_EQ(p.weight_of[label], item.weight);
  }
}

TrainOptions RandomOptions(Dice& dice) {
  TrainOptions options;
  options.tables = false;
  options.unit = dice.Chance(400) ? CountingUnit::kCustomer : CountingUnit::kOrder;
  options.damping = dice.Chance(500) ? 0 : 0.5;
  options.half_life_days = dice.Chance(500) ? 0 : 200;
  options.max_basket = dice.Chance(300) ? 5 + dice.Below(10) : 10'000;
  options.max_orders_per_customer = dice.Chance(500) ? 0 : 1 + dice.Below(4);
  return options;
}

TEST(Population, EqualsItsSlowTwinForAnyPieces) {
  for (uint64_t seed = 1; seed <= 120; ++seed) {
    Dice dice(seed);
    const uint32_t items = 1 + dice.Below(400), baskets = 1 + dice.Below(300);
    const uint32_t known = dice.Chance(300) ? 0 : dice.Below(150), largest = 1 + dice.Below(80);
    const Units units = RandomUnits(seed, items, baskets, known, largest);
    const TrainOptions options = RandomOptions(dice);
    for (const unsigned pieces : {1u, 2u, 5u}) {
      SCOPED_TRACE(std::to_string(seed) + ", " + std::to_string(pieces) + " pieces");
      ExpectSameAsSlow(units, items, options, pieces);
      if (HasFailure()) return;
    }
  }
}

// More items than labels of one word, and purchases of some runs of CountKinds.
TEST(Population, EqualsItsSlowTwinWithLabelsOfTwoWords) {
  constexpr uint32_t kItems = 68'000;
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    Dice dice(seed * 7);
    const Units units = RandomUnits(seed, kItems, 8'000, seed % 2 == 0 ? 0 : 1'500, 40);
    TrainOptions options = RandomOptions(dice);
    options.max_basket = seed < 4 ? 10'000 : 39;
    options.max_orders_per_customer = 0;
    SCOPED_TRACE(seed);
    const Population p = BuildPopulation(units, kItems, kNewest, options, 1).value();
    EXPECT_TRUE(seed >= 4 || p.columns() > kernels::kHeadLabels);
    ExpectSameAsSlow(units, kItems, options, seed % 3 == 0 ? 1 : 3);
    if (HasFailure()) return;
  }
}

// Few items are in most baskets, and many in few: those become bits.
TEST(Population, EqualsItsSlowTwinWithHotLabels) {
  constexpr uint32_t kItems = 8'000;
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    Units units = RandomUnits(seed, kItems, 4'000, seed % 2 == 0 ? 0 : 800, 30);
    Dice dice(seed * 11);
    Units popular = units;
    popular.by_unit = {};
    for (uint32_t u = 0; u < units.size(); ++u) {
      std::set<ItemId> basket(units.by_unit[BasketId{u}].begin(), units.by_unit[BasketId{u}].end());
      for (uint32_t item = 0; item < kItems; item += 79) {
        if (dice.Chance(200)) basket.insert(ItemId{item});
      }
      popular.by_unit.values.insert(popular.by_unit.values.end(), basket.begin(), basket.end());
      popular.by_unit.offsets.push_back(popular.by_unit.values.size());
    }
    TrainOptions options = RandomOptions(dice);
    options.unit = CountingUnit::kOrder;
    options.max_basket = 10'000;
    SCOPED_TRACE(seed);
    EXPECT_TRUE(BuildPopulation(popular, kItems, kNewest, options, 1)->hot);
    for (const unsigned pieces : {1u, 3u}) ExpectSameAsSlow(popular, kItems, options, pieces);
    options.memory_limit = 1;  // room for no more than must be
    EXPECT_FALSE(BuildPopulation(popular, kItems, kNewest, options, 1)->hot);
    if (HasFailure()) return;
  }
}

// Its labels fill several runs and more than is cleared at once.
TEST(Population, ABasketMayBeLargerThanARun) {
  Units units = RandomUnits(9, 50, 20, 5, 10);
  for (uint32_t item = 0; item < 9'000; ++item) units.by_unit.values.push_back(ItemId{item});
  units.by_unit.offsets.push_back(units.by_unit.values.size());
  units.owner.push_back(units.owners++);
  units.time.push_back(kNewest);
  TrainOptions options;
  options.max_basket = 10'000;
  for (const unsigned pieces : {1u, 4u}) ExpectSameAsSlow(units, 9'000, options, pieces);
}

// A sum of weights that takes more than 32 bits.
TEST(Population, AnItemMayWeighMoreThanAWordHolds) {
  constexpr uint32_t kBaskets = 70'000;
  Units units;
  for (uint32_t u = 0; u < kBaskets; ++u) {
    units.by_unit.values.push_back(ItemId{0});
    units.by_unit.offsets.push_back(units.by_unit.values.size());
    units.owner.push_back(u);
    units.time.push_back(kNewest);
  }
  units.owners = kBaskets;
  TrainOptions options;
  options.damping = 0.5;
  const Population p = BuildPopulation(units, 1, kNewest, options, 1).value();
  EXPECT_EQ(p.weight_of[0], uint64_t{kBaskets} << 16);
}

}  // namespace
}  // namespace awase
