#include "engine/train/squares.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "engine/kernels/row.h"
#include "engine/kernels/square.h"
#include "engine/train/memory.h"
#include "engine/train/neighbours.h"
#include "engine/train/train.h"
#include "tests/support/drafts.h"
#include "tests/support/slow_neighbours.h"
#include "tests/support/worlds.h"
#include "tests/train/dense.h"

namespace awase {
namespace {

using testing::Dice;
using testing::ExpectSameDraft;
using testing::RandomFacts;
using testing::SlowTrain;
using testing::World;

TrainOptions OptionsFor(Measure measure, bool weighs) {
  TrainOptions options = DefaultsFor(measure);
  options.damping = weighs ? 0.5 : 0;
  options.half_life_days = weighs ? 40 : 0;
  options.max_basket = 1000;
  options.max_orders_per_customer = 0;
  options.tables = false;
  options.threads = 2;
  return options;
}

// Whether squares can pay on this machine, or with the instruction set that is forced.
bool CanPay(bool weighs) { return !weighs || kernels::SquarePasses() == 1; }

// Those without weights, which pay in larger shops, are compared with other ways of counting below.
TEST(Squares, WeighedShopsEqualTheirSlowTwinOnEveryInstructionSet) {
  if (!CanPay(true)) GTEST_SKIP() << "no vectors of 512 bits here, without which weights are no squares";
  // Owners who repeat, and an order for each.
  for (const auto& [measure, customers, floor] :
       {std::tuple(Measure::kJaccard, 60u, 2u), {Measure::kLlr, 1'000'000'000u, 1u}}) {
    const History history = DenseHistory(4, 300, 500, 130, customers);
    TrainOptions options = OptionsFor(measure, true);
    options.top_n = 40;
    options.min_support = floor;
    SCOPED_TRACE(ToJson(options));
    const Population population = PopulationOf(history, options);
    ASSERT_EQ(population.square_chunks, 1u);
    EXPECT_EQ(population.owners < population.baskets, customers < 1000);
    EXPECT_FALSE(population.hot || population.numbered);
    const ModelDraft slow = SlowTrain(history, options);
    ASSERT_GT(slow.edges.size(), 5'000u);
    ExpectDraftOnEveryTarget(history, options, slow);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

// The rows of a population, of which so many chunks are counted in squares.
Neighbours RowsWith(Population& population, uint32_t chunks, const TrainOptions& options) {
  population.square_chunks = chunks;
  return BuildNeighbours(population, options, options.threads, nullptr);
}

TEST(Squares, AnyNumberOfChunksGivesTheSameRows) {
  size_t compared = 0;
  for (uint64_t seed = 0; seed < 14; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    const History history =
        DenseHistory(seed, 1100 + dice.Below(400), 150, 300, seed % 3 == 0 ? 1'000'000'000 : 40);
    TrainOptions options = OptionsFor(static_cast<Measure>(seed % 7), seed % 2 == 0);
    options.top_n = 1 + dice.Below(60);
    options.min_support = 1 + dice.Below(3);
    options.threads = 1 + dice.Below(4);
    SCOPED_TRACE(ToJson(options));
    Population population = PopulationOf(history, options);
    if (population.hot) continue;
    ++compared;
    ASSERT_FALSE(population.numbered);
    ASSERT_GT(population.columns(), 1024u);
    const Neighbours none = RowsWith(population, 0, options);
    ASSERT_GT(none.edges.size(), 500u);
    for (const uint32_t chunks : {1u, 2u, 3u}) {
      const std::vector<const char*> targets = kernels::Targets();
      const char* target = targets[(seed / 2 + chunks) % targets.size()];
      SCOPED_TRACE(::testing::Message() << chunks << " " << target);
      ASSERT_TRUE(kernels::ForceTarget(target));
      const Neighbours some = RowsWith(population, chunks, options);
      kernels::ForceTarget("");
      ASSERT_EQ(some.offsets, none.offsets);
      for (size_t e = 0; e < none.edges.size(); ++e) {
        ASSERT_EQ(some.edges[e].item, none.edges[e].item);
        ASSERT_EQ(some.edges[e].score, none.edges[e].score);
        ASSERT_EQ(some.evidence[e].joint_units, none.evidence[e].joint_units);
        ASSERT_EQ(some.evidence[e].joint_customers, none.evidence[e].joint_customers);
      }
    }
  }
  EXPECT_GE(compared, 7u);  // half of them, where weights are no squares
}

TEST(Squares, TakeWhatMemoryIsLeft) {
  for (const uint32_t customers : {200u, 1'000'000'000u}) {
    const History history = DenseHistory(5, 1100, 2000, 500, customers);
    for (const bool weighs : {true, false}) {
      if (!CanPay(weighs)) continue;
      TrainOptions options = OptionsFor(Measure::kJaccard, weighs);
      options.top_n = 40;
      SCOPED_TRACE(ToJson(options));
      const Population population = PopulationOf(history, options);
      const uint32_t chunks = population.square_chunks;
      ASSERT_GT(chunks, weighs ? 1u : 2u);
      EXPECT_EQ(population.numbered, !weighs);
      EXPECT_EQ(population.owners < population.baskets, customers < 1000);
      // Nothing left for them: label by label, or in bits row by row.
      const Units& units = history.orders();
      options.memory_limit =
          TrainBytes({units.purchases(), units.size(), history.items()}, options, options.threads);
      ASSERT_EQ(PopulationOf(history, options).square_chunks, 0u);
      const ModelDraft draft = Train(history, {}, options).value();
      ASSERT_GT(draft.edges.size(), 10'000u);
      // Exactly enough, and a byte less: fewer chunks where later rows can be counted label by label.
      const TrainSize size{population.visit_offsets.back(), population.baskets, history.items()};
      options.memory_limit = TrainBytes(size, options, options.threads) +
                             SquareBytes(population, options, chunks, options.threads);
      ASSERT_EQ(PopulationOf(history, options).square_chunks, chunks);
      for (const char* target : kernels::Targets()) {
        SCOPED_TRACE(target);
        ASSERT_TRUE(kernels::ForceTarget(target));
        ExpectSameDraft(Train(history, {}, options).value(), draft);
        kernels::ForceTarget("");
        if (HasFatalFailure()) return;
      }
      --options.memory_limit;
      ASSERT_EQ(PopulationOf(history, options).square_chunks, weighs ? chunks - 1 : 0);
      ExpectSameDraft(Train(history, {}, options).value(), draft);
    }
  }
}

TEST(Squares, AreForDenseCataloguesAndOrders) {
  const History dense = DenseHistory(1, 1100, 2000, 500, 200);
  World thin;
  thin.items = 5000;
  thin.orders = 1200;
  thin.sessions = 0;
  const History sparse = History::Build(RandomFacts(2, thin), {}).value();
  for (const char* target : kernels::Targets()) {
    SCOPED_TRACE(target);
    ASSERT_TRUE(kernels::ForceTarget(target));
    for (const bool weighs : {true, false}) {
      TrainOptions options = OptionsFor(Measure::kJaccard, weighs);
      const uint32_t chunks = PopulationOf(dense, options).square_chunks;
      EXPECT_TRUE(CanPay(weighs) ? chunks > (weighs ? 1 : 2) : chunks == 0) << weighs << " " << chunks;
      EXPECT_EQ(PopulationOf(sparse, options).square_chunks, 0u);
      options.unit = CountingUnit::kCustomer;
      EXPECT_EQ(PopulationOf(dense, options).square_chunks, 0u);
    }
    kernels::ForceTarget("");
  }
  // The sizes of baskets are looked up by their positions.
  const Population expected = PopulationOf(dense, OptionsFor(Measure::kExpected, false));
  EXPECT_GT(expected.square_chunks, 0u);
  EXPECT_FALSE(expected.numbered);
}

}  // namespace
}  // namespace awase
