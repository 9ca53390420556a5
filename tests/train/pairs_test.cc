#include "engine/train/pairs.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "engine/kernels/row.h"
#include "engine/train/memory.h"
#include "engine/train/neighbours.h"
#include "engine/train/train.h"
#include "tests/support/drafts.h"
#include "tests/support/slow_neighbours.h"
#include "tests/train/dense.h"

namespace awase {
namespace {

using testing::Dice;
using testing::ExpectSameDraft;
using testing::SlowTrain;

// Counted in a table, row by row and by the slow twin.
TEST(Pairs, SmallShopsEqualTheirSlowTwinOnEveryInstructionSet) {
  size_t tables = 0, owners_repeat = 0, edges = 0;
  for (uint64_t seed = 1; seed <= 36; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    const uint32_t items = 2 + dice.Below(90), orders = 100 + dice.Below(900);
    const uint32_t customers = dice.Chance(300) ? 1'000'000'000u : 1 + dice.Below(200);
    const History history = DenseHistory(seed, items, orders, 2 + dice.Below(14), customers);
    constexpr Measure kMeasures[] = {Measure::kJaccard,    Measure::kCosine, Measure::kLlr,
                                     Measure::kConfidence, Measure::kLift,   Measure::kCount};
    TrainOptions options = DefaultsFor(kMeasures[seed % 6]);
    options.damping = seed % 2 == 0 ? 0 : 0.7;
    options.half_life_days = dice.Chance(200) ? 30 : 0;
    options.max_orders_per_customer = dice.Chance(300) ? 3 : 0;
    options.min_support = 1 + dice.Below(3);
    options.top_n = 1 + dice.Below(60);
    options.threads = 1 + dice.Below(2);
    SCOPED_TRACE(ToJson(options));
    const Population population = PopulationOf(history, options);
    if (population.small.units == nullptr) continue;  // too few baskets
    ++tables;
    owners_repeat += population.owners < population.baskets;
    const ModelDraft slow = SlowTrain(history, options);
    edges += slow.edges.size();
    ExpectDraftOnEveryTarget(history, options, slow);
    if (::testing::Test::HasFatalFailure()) return;
    options.tables = false;
    ASSERT_EQ(PopulationOf(history, options).small.units, nullptr);
    ExpectSameDraft(Train(history, {}, options).value(), slow);
    if (HasFailure()) return;
  }
  EXPECT_GT(tables, 20u);
  EXPECT_GT(owners_repeat, 10u);
  EXPECT_GT(edges, 10'000u);
}

TEST(Pairs, MoreUnitsThanSixteenBits) {
  for (const auto& [damping, customers] : {std::tuple(0.0, 1'000'000'000u), {1.0, 20'000u}}) {
    const History history = DenseHistory(11, 4, 120'000, 4, customers);
    TrainOptions options;
    options.damping = damping;
    options.max_orders_per_customer = 0;
    options.threads = 2;
    const Population population = PopulationOf(history, options);
    ASSERT_NE(population.small.units, nullptr);
    ASSERT_GT(population.units_of[0], 65'535u);
    ExpectSameDraft(Train(history, {}, options).value(), SlowTrain(history, options));
  }
}

TEST(Pairs, TheSameTableOnAnyNumberOfThreads) {
  const History history = DenseHistory(3, 60, 3'000, 12, 400);
  for (const double damping : {0.0, 1.0}) {
    TrainOptions options;
    options.damping = damping;
    const Population population = PopulationOf(history, options);
    ASSERT_NE(population.small.units, nullptr);
    const auto equal = [](const auto& a, const auto& b) {
      return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
    };
    const kernels::PairTable one = CountPairs(population, options, 1);
    EXPECT_GT(one.repeats.size(), 0u);
    for (const unsigned threads : {2u, 3u, 16u}) {
      const kernels::PairTable many = CountPairs(population, options, threads);
      EXPECT_TRUE(equal(one.units, many.units) && equal(one.sums, many.sums) &&
                  equal(one.repeats, many.repeats))
          << threads;
    }
  }
}

TEST(Pairs, TheLargestTables) {
  for (const auto& [items, damping] : {std::tuple(724u, 0.0), {512u, 1.0}}) {
    const History history = DenseHistory(8, items, 60'000, 4, 1'000'000'000u);
    TrainOptions options = DefaultsFor(Measure::kCosine);
    options.damping = damping;
    options.top_n = 20;
    options.threads = 2;
    const Population population = PopulationOf(history, options);
    ASSERT_GT(population.label_of.size() + 4, items);
    ASSERT_NE(population.small.units, nullptr);
    ExpectSameDraft(Train(history, {}, options).value(), SlowTrain(history, options));
  }
}

TEST(Pairs, AnotherBasketIsNoticed) {
  const History history = DenseHistory(5, 40, 500, 9, 90);
  TrainOptions options = DefaultsFor(Measure::kCount);
  options.threads = 1;
  const ModelDraft slow = SlowTrain(history, options);
  Population population = PopulationOf(history, options);
  ASSERT_NE(population.small.units, nullptr);
  const auto score_sum = [&] {
    double sum = 0;
    for (const Edge& edge : BuildNeighbours(population, options, 1, nullptr).edges) sum += edge.score;
    return sum;
  };
  double expected = 0;
  for (const Edge& edge : slow.edges) expected += edge.score;
  EXPECT_EQ(score_sum(), expected);
  population.small.baskets.back().unit = population.small.baskets.front().unit;
  EXPECT_NE(score_sum(), expected);
}

TEST(Pairs, PayWhereTheTableIsSmallAndBasketsAreManyAndMemoryIsLeft) {
  TrainOptions options = DefaultsFor(Measure::kCosine);
  options.threads = 1;
  const auto small = [&](const History& history) { return PopulationOf(history, options).small.units; };
  const History shop = DenseHistory(1, 100, 2'000, 10);
  ASSERT_NE(small(shop), nullptr);
  const Population population = PopulationOf(shop, options);
  const TrainSize size{population.visit_offsets.back(), population.baskets, shop.items()};
  options.memory_limit = TrainBytes(size, options, 1) + PairBytes(population, options, 1);
  EXPECT_NE(small(shop), nullptr);
  --options.memory_limit;
  EXPECT_EQ(small(shop), nullptr);
  options.memory_limit = 0;

  options.unit = CountingUnit::kCustomer;
  EXPECT_EQ(small(shop), nullptr);
  options.unit = CountingUnit::kOrder;
  options.ease = 0.5;
  EXPECT_EQ(small(shop), nullptr);
  options.ease = 0;
  options.measure = Measure::kExpected;
  EXPECT_EQ(small(shop), nullptr);
  options.measure = Measure::kCosine;

  // More cells than pairs; more than a cache holds.
  EXPECT_EQ(small(DenseHistory(1, 700, 300, 4)), nullptr);
  EXPECT_EQ(small(DenseHistory(1, 1'500, 9'000, 10)), nullptr);
}

}  // namespace
}  // namespace awase
