#include "engine/evaluate/baselines.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "engine/evaluate/judge.h"
#include "tests/evaluate/tiny_facts.h"

namespace awase {
namespace {

using testing::kDay;

World WorldOf(const FactTable& facts) {
  auto world = MakeWorld(facts, *MakeSplit(facts, {}), Role::kTest, {});
  EXPECT_TRUE(world.ok()) << world.status();
  return *std::move(world);
}

TEST(PlainScore, ByHand) {
  // 4 orders with both, 8 with the anchor, 10 with the item, 100 orders.
  EXPECT_DOUBLE_EQ(PlainScore(Plain::kCount, 4, 8, 10, 100), 4);
  EXPECT_DOUBLE_EQ(PlainScore(Plain::kConfidence, 4, 8, 10, 100), 0.5);
  EXPECT_DOUBLE_EQ(PlainScore(Plain::kCosine, 4, 8, 10, 100), 4 / std::sqrt(80.0));
  EXPECT_DOUBLE_EQ(PlainScore(Plain::kJaccard, 4, 8, 10, 100), 4.0 / 14);
  // 2 * sum k ln(k N / (row column)) over the cells 4, 4, 6, 86.
  const double expected = 2 * (4 * std::log(4 * 100 / (8.0 * 10)) + 4 * std::log(4 * 100 / (8.0 * 90)) +
                               6 * std::log(6 * 100 / (92.0 * 10)) + 86 * std::log(86 * 100 / (92.0 * 90)));
  EXPECT_NEAR(PlainScore(Plain::kLlr, 4, 8, 10, 100), expected, 1e-9);
}

TEST(PlainScore, LlrOfIndependentOrRepellingPairsIsZero) {
  EXPECT_EQ(PlainScore(Plain::kLlr, 1, 10, 10, 100), 0) << "exactly independent";
  EXPECT_EQ(PlainScore(Plain::kLlr, 1, 20, 20, 100), 0);
  EXPECT_GT(PlainScore(Plain::kLlr, 2, 10, 10, 100), 0);
}

TEST(CountTogether, EqualsCountingPairByPair) {
  const World world = WorldOf(testing::CoupleShop(400, 9));
  const Units& orders = world.known.orders();
  const CoCounts counts = CountTogether(orders, world.known.items());
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> naive;
  for (uint32_t unit = 0; unit < orders.size(); ++unit) {
    for (const ItemId a : orders.by_unit[BasketId{unit}]) {
      for (const ItemId b : orders.by_unit[BasketId{unit}]) {
        if (a != b) ++naive[{Index(a), Index(b)}];
      }
    }
  }
  ASSERT_EQ(counts.items.size(), naive.size());
  for (uint32_t row = 0; row < world.known.items(); ++row) {
    for (uint64_t cell = counts.offsets[row]; cell < counts.offsets[row + 1]; ++cell) {
      EXPECT_EQ(counts.together[cell], (naive[{row, Index(counts.items[cell])}]));
    }
  }
}

// Every measure against a ranking computed pair by pair with a full sort.
TEST(PlainMethod, RanksLikeAFullSort) {
  const FactTable facts = testing::CoupleShop(500, 11);
  const World world = WorldOf(facts);
  const ProbeSet set = MakeProbes(world, facts, {});
  const auto counts =
      std::make_shared<const CoCounts>(CountTogether(world.known.orders(), world.known.items()));
  for (const Plain plain :
       {Plain::kCount, Plain::kConfidence, Plain::kCosine, Plain::kJaccard, Plain::kLlr}) {
    const Method method = PlainMethod(plain, counts);
    SCOPED_TRACE(method.name);
    const auto ranker = method.make();
    for (const Probe& probe : set.probes) {
      std::vector<double> sums(world.known.items(), 0);
      for (const ItemId anchor : probe.anchors) {
        const uint32_t row = Index(anchor);
        for (uint64_t cell = counts->offsets[row]; cell < counts->offsets[row + 1]; ++cell) {
          const uint32_t item = Index(counts->items[cell]);
          sums[item] += static_cast<float>(PlainScore(plain, counts->together[cell], counts->support[row],
                                                      counts->support[item], counts->orders));
        }
      }
      for (const ItemId item : probe.excluded) sums[Index(item)] = 0;
      std::vector<ItemId> expected;
      for (uint32_t item = 0; item < sums.size(); ++item) {
        if (sums[item] > 0) expected.push_back(ItemId{item});
      }
      std::stable_sort(expected.begin(), expected.end(),
                       [&](ItemId a, ItemId b) { return sums[Index(a)] > sums[Index(b)]; });
      if (expected.size() > kDepth) expected.resize(kDepth);
      std::vector<ItemId> ranked;
      ranker->Rank(set, probe, ranked);
      EXPECT_EQ(ranked, expected);
    }
  }
}

TEST(PopularityMethod, LeavesTheCartOutAndBreaksTiesById) {
  const FactTable facts = testing::FactsOf({{"1", "", testing::kStart, {"b", "a", "c"}},
                                            {"2", "", testing::kStart + 1, {"c", "d"}},
                                            {"3", "", testing::kStart + 99 * kDay, {"a", "c"}}});
  const World world = WorldOf(facts);
  const ProbeSet set = MakeProbes(world, facts, {});
  const auto ranker = PopularityMethod(world.known).make();
  std::vector<ItemId> ranked;
  for (const Probe& probe : set.probes) {
    ranker->Rank(set, probe, ranked);
    const bool hides_c = world.all.item_id(probe.relevant[0]) == "c";
    EXPECT_EQ(testing::IdsOf(world, ranked), hides_c ? (std::vector<std::string>{"c", "b", "d"})
                                                     : (std::vector<std::string>{"a", "b", "d"}));
  }
}

TEST(PersonalMethod, RanksOwnItemsByDecayedFrequency) {
  const FactTable facts = testing::FactsOf({{"1", "kim", testing::kStart, {"a", "b"}},
                                            {"2", "kim", testing::kStart + 1, {"b", "c"}},
                                            {"3", "kim", testing::kStart + 99 * kDay, {"a", "b"}},
                                            {"4", "", testing::kStart + 99 * kDay, {"a", "b"}}});
  const World world = WorldOf(facts);
  const ProbeSet set = MakeProbes(world, facts, {.protocol = Protocol::kNextBasket});
  ASSERT_EQ(set.probes.size(), 1u);
  std::vector<ItemId> ranked;
  PersonalMethod(world.known).make()->Rank(set, set.probes[0], ranked);
  EXPECT_EQ(testing::IdsOf(world, ranked), (std::vector<std::string>{"b", "c", "a"}));
}

}  // namespace
}  // namespace awase
