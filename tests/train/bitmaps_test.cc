#include "engine/train/bitmaps.h"

#include <gtest/gtest.h>

#include "engine/kernels/row.h"
#include "engine/train/memory.h"
#include "engine/train/train.h"
#include "tests/support/drafts.h"
#include "tests/support/slow_neighbours.h"
#include "tests/support/worlds.h"
#include "tests/train/dense.h"

namespace awase {
namespace {

using testing::Dice;
using testing::ExpectSameDraft;
using testing::SlowTrain;

TrainOptions EqualWeights(Measure measure) {
  TrainOptions options = DefaultsFor(measure);
  options.damping = 0;
  options.half_life_days = 0;
  options.max_basket = 500;
  options.max_orders_per_customer = 0;
  options.tables = false;
  options.threads = 1;
  return options;
}

TEST(Bitmaps, DenseShopsEqualTheirSlowTwinOnEveryInstructionSet) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    // One chunk, two and three; counters of one byte and two.
    const uint32_t items = seed % 3 == 0 ? 1200 : seed % 3 == 1 ? 90 : 600;
    const History history = DenseHistory(seed, items, items == 90 ? 700 : 150, items == 90 ? 40 : 120);
    TrainOptions options = EqualWeights(static_cast<Measure>(seed % 7));
    options.top_n = 1 + dice.Below(60);
    options.min_support = 1 + dice.Below(3);
    options.unit = seed % 2 == 0 ? CountingUnit::kCustomer : CountingUnit::kOrder;
    if (seed % 4 == 0) options.window_seconds = 20 * 86400;
    SCOPED_TRACE(ToJson(options));
    Population population = PopulationOf(history, options);
    if (population.square_chunks > 0) {  // which are dearer: what is left for them is not enough
      const TrainSize size{population.visit_offsets.back(), population.baskets, history.items()};
      options.memory_limit = TrainBytes(size, options, 1) + BitmapBytes(population, 1);
      population = PopulationOf(history, options);
    }
    ASSERT_EQ(population.square_chunks, 0u);
    ASSERT_TRUE(BitsPay(population, options, 1));
    const ModelDraft slow = SlowTrain(history, options);
    ASSERT_GT(slow.edges.size(), 500u);
    ExpectDraftOnEveryTarget(history, options, slow);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

TEST(Bitmaps, ABitTooManyIsNoticed) {
  const History history = DenseHistory(5, 90, 200, 40);
  const TrainOptions options = EqualWeights(Measure::kCount);
  const Population population = PopulationOf(history, options);
  ASSERT_FALSE(population.numbered);
  kernels::Bitmaps bitmaps = MakeBitmaps(population);
  std::vector<float> factor(population.columns(), 1.0f);
  kernels::Matrix matrix;
  matrix.stream = population.stream.data();
  matrix.bitmaps = &bitmaps;
  matrix.weight = population.weight_of;
  matrix.factor = factor;
  matrix.item_of = population.item_of;
  matrix.spec.association = kernels::Association::kCount;
  matrix.uniform = true;
  matrix.drain = kernels::Drain::kScan;
  kernels::RowScratch scratch(population.columns());
  const auto units_with = [&](uint32_t label, uint32_t other) {
    kernels::RowPlan plan;
    plan.label = label;
    plan.units = population.units_of[label];
    plan.pairs = 1'000'000;
    kernels::CountRow(matrix, plan, population.VisitsOf(label), scratch);
    const size_t most = population.columns();
    std::vector<kernels::Scored> kept(most);
    std::vector<uint32_t> units(kept.size());
    const uint32_t size =
        kernels::KeepRow(matrix, plan, {}, scratch, {kept.data(), units.data(), nullptr, most});
    for (uint32_t k = 0; k < size; ++k) {
      if (kept[k].item == population.item_of[other]) return units[k];
    }
    return 0u;
  };
  const uint32_t basket = bitmaps.BasketAt(population.VisitsOf(0)[0] & ~kernels::kSameOwner);
  uint64_t* line = bitmaps.lines.data() + size_t{basket} * kernels::kLineLongs;
  uint32_t other = 1;
  while ((line[other / 64] >> (other % 64) & 1) != 0) ++other;
  ASSERT_LT(other, population.columns());
  const uint32_t before = units_with(0, other);
  line[other / 64] |= uint64_t{1} << (other % 64);
  for (const char* target : kernels::Targets()) {
    ASSERT_TRUE(kernels::ForceTarget(target));
    EXPECT_EQ(units_with(0, other), before + 1) << target;
    kernels::ForceTarget("");
  }
}

TEST(Bitmaps, PayOnlyWhereUnitsWeighTheSameAndBasketsAreLargeAndMemoryIsLeft) {
  const History dense = DenseHistory(1, 90, 200, 40);
  TrainOptions options = EqualWeights(Measure::kCosine);
  const Population population = PopulationOf(dense, options);
  EXPECT_TRUE(BitsPay(population, options, 1));

  options.damping = 0.5;
  EXPECT_FALSE(BitsPay(population, options, 1));
  options = EqualWeights(Measure::kCosine);
  options.half_life_days = 30;
  EXPECT_FALSE(BitsPay(population, options, 1));

  options = EqualWeights(Measure::kCosine);
  const TrainSize size{population.visit_offsets.back(), population.baskets, population.label_of.size()};
  options.memory_limit = TrainBytes(size, options, 1) + BitmapBytes(population, 1);
  EXPECT_TRUE(BitsPay(population, options, 1));
  --options.memory_limit;
  EXPECT_FALSE(BitsPay(population, options, 1));

  // Baskets of 5 or 6 in a line of 512: adding them up would be faster, making them first is not.
  const History thin = DenseHistory(1, 90, 200, 10);
  options = EqualWeights(Measure::kCosine);
  EXPECT_GT(PopulationOf(thin, options).pairs_per_visit, 6);
  EXPECT_FALSE(BitsPay(PopulationOf(thin, options), options, 1));

  const History sparse = DenseHistory(1, 5000, 300, 8);
  options = EqualWeights(Measure::kCosine);
  EXPECT_FALSE(BitsPay(PopulationOf(sparse, options), options, 1));
}

}  // namespace
}  // namespace awase
