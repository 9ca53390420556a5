#include "engine/train/train.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "engine/train/memory.h"
#include "engine/train/mirror.h"
#include "engine/train/neighbours.h"
#include "engine/train/population.h"
#include "tests/support/drafts.h"
#include "tests/support/slow_neighbours.h"
#include "tests/support/worlds.h"

namespace awase {
namespace {

using testing::Dice;
using testing::ExpectSameDraft;
using testing::RandomFacts;
using testing::SlowTrain;
using testing::World;

TrainOptions RandomOptions(Dice& dice) {
  TrainOptions options = DefaultsFor(static_cast<Measure>(dice.Below(7)));
  options.signal = dice.Chance(150) ? Signal::kView : Signal::kOrder;
  options.unit = dice.Chance(500) ? CountingUnit::kCustomer : CountingUnit::kOrder;
  if (options.unit == CountingUnit::kCustomer && dice.Chance(700)) {
    options.window_seconds = dice.Chance(200) ? ~uint32_t{0} : (1 + dice.Below(60)) * 43200;
    options.direction = static_cast<Direction>(dice.Below(3));
  }
  options.damping = dice.Chance(300) ? 0.0 : dice.Below(21) / 10.0;
  options.power = dice.Chance(500) ? options.power : (1 + dice.Below(30)) / 10.0;
  options.cosine_a = dice.Below(11) / 10.0;
  options.half_life_days = dice.Chance(500) ? 0.0 : 1 + dice.Below(90);
  options.top_n = 1 + dice.Below(15);
  options.min_support = 1 + dice.Below(3);
  options.max_basket = 2 + dice.Below(8);
  options.max_orders_per_customer = dice.Below(6);
  options.threads = 1 + dice.Below(2);
  options.tables = dice.Chance(500);
  return options;
}

TEST(Train, EqualsItsSlowTwinOnRandomWorlds) {
  for (uint64_t seed = 1; seed <= 600; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed * 77);
    World world;
    world.items = 3 + dice.Below(25);
    world.customers = dice.Below(12);
    world.orders = 1 + dice.Below(120);
    world.largest_basket = 1 + dice.Below(12);
    world.with_time = !dice.Chance(150);
    world.sessions = 10;
    world.days = dice.Chance(300) ? 2 : 90;
    const History history = History::Build(RandomFacts(seed, world), {}).value();
    const TrainOptions options = RandomOptions(dice);
    SCOPED_TRACE(ToJson(options));
    ASSERT_TRUE(Validate(options).ok()) << Validate(options);
    const auto fast = Train(history, {}, options);
    if (!fast.ok()) {
      ASSERT_EQ(fast.status().code(), absl::StatusCode::kFailedPrecondition) << fast.status();
      continue;
    }
    ExpectSameDraft(*fast, SlowTrain(history, options));
    if (HasFatalFailure()) return;
  }
}

TEST(Train, TheSameBitsOnAnyNumberOfThreads) {
  World world;
  world.items = 800;
  world.customers = 900;
  world.orders = 8000;
  world.largest_basket = 12;
  const History history = History::Build(RandomFacts(3, world), {}).value();
  for (const Measure measure : {Measure::kJaccard, Measure::kLlr}) {
    TrainOptions options = DefaultsFor(measure);
    options.threads = 1;
    const ModelDraft one = Train(history, {}, options).value();
    ASSERT_GT(one.edges.size(), 10'000u);
    for (const unsigned threads : {2u, 5u}) {
      options.threads = threads;
      ExpectSameDraft(one, Train(history, {}, options).value());
    }
  }
}

TEST(Train, PiecesOfThePreparationDecideNothing) {
  World world;
  world.items = 2'500;
  world.customers = 400;
  world.orders = 900;
  world.largest_basket = 20;
  const History history = History::Build(RandomFacts(4, world), {}).value();
  for (const CountingUnit unit : {CountingUnit::kOrder, CountingUnit::kCustomer}) {
    TrainOptions options;
    options.unit = unit;
    options.min_support = 1;
    options.top_n = 4;
    options.threads = 2;
    const ModelDraft slow = SlowTrain(history, options);
    ASSERT_GT(std::count_if(slow.support_units.begin(), slow.support_units.end(),
                            [](uint32_t units) { return units > 0; }),
              1'500);
    ExpectSameDraft(Train(history, {}, options).value(), slow);
    const auto built = [&](unsigned pieces) {
      return BuildPopulation(history.orders(), history.items(), history.newest(), options, pieces).value();
    };
    const Population one = built(1);
    for (const unsigned pieces : {2u, 3u, 7u}) {
      SCOPED_TRACE(pieces);
      const Population other = built(pieces);
      // Several pieces begin on lines of their own; the numbers of baskets are the same.
      if (unit == CountingUnit::kCustomer) {
        EXPECT_TRUE(std::equal(one.visits.begin(), one.visits.end(), other.visits.begin()));
      }
      EXPECT_EQ(one.visit_offsets, other.visit_offsets);
      EXPECT_EQ(one.customers_of, other.customers_of);
      EXPECT_EQ(one.weight_of, other.weight_of);
      EXPECT_EQ(one.item_of, other.item_of);
    }
  }
}

// Seventy items are in a quarter of the orders each, and thousands in few: the most frequent become bits.
FactTable FactsWithHotItems(bool customers) {
  Dice dice(12);
  FactTable facts;
  for (uint32_t o = 0; o < 900; ++o) {
    const uint32_t order = facts.orders.Intern("o" + std::to_string(o));
    const bool known = customers && dice.Chance(700);
    facts.order_customer.push_back(known ? facts.customers.Intern("c" + std::to_string(dice.Below(150)))
                                         : kAnonymous);
    const auto buy = [&](uint32_t item) {
      facts.lines.push_back(
          {order, facts.items.Intern("i" + std::to_string(item)), 1, 1'600'000'000 + o * 3600});
    };
    for (uint32_t item = 0; item < 70; ++item) {
      if (dice.Chance(250)) buy(29 * item);
    }
    for (uint32_t rare = 0; rare < 6; ++rare) buy(dice.Below(2'000));
  }
  return facts;
}

TEST(Train, EqualsItsSlowTwinWithHotLabels) {
  // Bytes of a mirror's cell, of hot labels and of the rarest: a count, or customers and weight, and
  // repetitions.
  struct Case {
    Measure measure;
    double damping;
    bool customers;
    int floor, threads;
    uint32_t hot_cell, rare_cell;
  };
  for (const auto& [measure, damping, customers, floor, threads, hot_cell, rare_cell] :
       {Case{Measure::kJaccard, 0.5, true, 3, 2, 10, 5},
        {Measure::kLlr, 0.5, true, 2, 1, 10, 5},
        {Measure::kCosine, 0.5, false, 1, 2, 4, 4},
        {Measure::kCosine, 0, true, 1, 2, 4, 2},
        {Measure::kJaccard, 0, false, 1, 1, 1, 1}}) {
    const History history = History::Build(FactsWithHotItems(customers), {}).value();
    TrainOptions options = DefaultsFor(measure);
    options.damping = damping;
    options.min_support = static_cast<uint32_t>(floor);
    options.top_n = 12;
    options.threads = static_cast<unsigned>(threads);
    SCOPED_TRACE(ToJson(options));
    const auto built = [&] {
      return BuildPopulation(history.orders(), history.items(), history.newest(), options, options.threads)
          .value();
    };
    const Population population = built();
    ASSERT_TRUE(population.hot);
    ASSERT_TRUE(MirrorPays(population, options, options.threads));
    const auto layouts = LayoutsOf(population, options, kernels::kHotLabels);
    EXPECT_EQ(layouts.front().bytes(), hot_cell);
    EXPECT_EQ(layouts.back().bytes(), rare_cell);
    const ModelDraft slow = SlowTrain(history, options);
    ExpectSameDraft(Train(history, {}, options).value(), slow);
    // Where memory is short their rows visit all their baskets,
    const Units& units = history.orders();
    const uint64_t least =
        TrainBytes({units.purchases(), units.size(), history.items()}, options, options.threads);
    const uint64_t bits = HotBytes(population.baskets);
    options.memory_limit = least + bits + MirrorBytes(population, options);
    ASSERT_TRUE(MirrorPays(built(), options, options.threads));
    --options.memory_limit;
    ASSERT_TRUE(built().hot);
    ASSERT_FALSE(MirrorPays(built(), options, options.threads));
    ExpectSameDraft(Train(history, {}, options).value(), slow);
    // or they stay words.
    options.memory_limit = least;
    ASSERT_FALSE(built().hot);
    ExpectSameDraft(Train(history, {}, options).value(), slow);
    if (HasFailure()) return;
  }
}

// Rows of few candidates have room for many, which must not be taken.
TEST(Train, SparseRowsTakeLittleMemory) {
  World world;
  world.items = 60'000;
  world.orders = 60'000;
  world.largest_basket = 2;
  world.sessions = 0;
  const History history = History::Build(RandomFacts(6, world), {}).value();
  TrainOptions options;
  options.min_support = 1;
  for (const uint32_t top_n : {50u, 500u}) {
    options.top_n = top_n;
    options.threads = 2;
    const Population population =
        BuildPopulation(history.orders(), history.items(), history.newest(), options, 2).value();
    const MadeRows made = MakeRows(population, options, 2, nullptr);
    ASSERT_GT(made.edges, 10'000u);
    EXPECT_LE(made.slabs.size(), 2u) << top_n;
    uint64_t words = 0;
    for (const EdgeSlab& slab : made.slabs) words += slab.size();
    EXPECT_LE(words, 2 * 4 * (population.pairs + (1u << 16))) << top_n;
  }
}

TEST(Train, TheTwinNoticesOneUnitMore) {
  World world;
  FactTable facts = RandomFacts(5, world);
  const ModelDraft before = SlowTrain(History::Build(facts, {}).value(), {});
  const uint32_t order = facts.orders.Intern("one more");
  facts.order_customer.push_back(kAnonymous);
  facts.lines.push_back({order, 0, 1, world.start});
  const ModelDraft after = Train(History::Build(facts, {}).value(), {}, {}).value();
  EXPECT_NE(before.units, after.units);
  EXPECT_NE(before.support_units, after.support_units);
}

TEST(Train, ItemsOfTheCatalogueStandBesideThoseOfTheHistory) {
  FactTable facts;
  for (const char* order : {"o1", "o2"}) {
    const uint32_t o = facts.orders.Intern(order);
    facts.order_customer.push_back(kAnonymous);
    facts.lines.push_back({o, facts.items.Intern("b"), 1, 100});
    facts.lines.push_back({o, facts.items.Intern("d"), 1, 100});
  }
  std::vector<Item> catalogue(3);
  catalogue[0].id = "d";
  catalogue[0].titles = {{"", "Drill"}};
  catalogue[1].id = "a";
  catalogue[2].id = "c";
  TrainOptions options = DefaultsFor(Measure::kCosine);
  options.damping = 0;
  const ModelDraft draft = Train(History::Build(facts, {}).value(), catalogue, options).value();
  ASSERT_EQ(draft.items.size(), 4u);
  EXPECT_EQ(draft.items[3].titles[0].second, "Drill");
  EXPECT_THAT(draft.support_units, ::testing::ElementsAre(0, 2, 0, 2));
  EXPECT_THAT(draft.edge_offsets, ::testing::ElementsAre(0, 0, 1, 1, 2));
  EXPECT_EQ(draft.edges[0].item, 3u);
  EXPECT_EQ(draft.edges[1].item, 1u);
  EXPECT_FLOAT_EQ(draft.edges[0].score, 1.0f);
  EXPECT_EQ(draft.evidence[0].joint_units, 2u);
  EXPECT_EQ(draft.evidence[0].joint_customers, 2u);
  EXPECT_EQ(draft.evidence[0].median_lag, kNoLag);
}

TEST(Train, AWindowSeesOrdersOfOneCustomerAndTheirMedianLag) {
  FactTable facts;
  facts.customers.Intern("c");
  facts.customers.Intern("d");
  const auto buy = [&](const char* order, uint32_t customer, const char* item, UnixSeconds time) {
    const uint32_t o = facts.orders.Intern(order);
    facts.order_customer.push_back(customer);
    facts.lines.push_back({o, facts.items.Intern(item), 1, time});
  };
  buy("1", 0, "phone", 1000);
  buy("2", 0, "case", 1050);
  buy("3", 0, "case", 1500);
  buy("4", 1, "phone", 2000);
  buy("5", 1, "case", 2300);
  const History history = History::Build(facts, {}).value();
  TrainOptions options = DefaultsFor(Measure::kCount);
  options.unit = CountingUnit::kCustomer;
  options.window_seconds = 300;
  options.direction = Direction::kAfter;
  const ModelDraft after = Train(history, {}, options).value();
  ASSERT_EQ(after.edges.size(), 1u);  // phone -> case, not back
  EXPECT_EQ(after.items[after.edges[0].item].id, "case");
  EXPECT_EQ(after.evidence[0].joint_customers, 2u);
  EXPECT_EQ(after.evidence[0].median_lag, 50u);  // the lower of 50 and 300
  options.window_seconds = 299;
  EXPECT_EQ(Train(history, {}, options).value().evidence[0].joint_customers, 1u);
}

TEST(Train, AMemoryLimitMakesFewerThreadsOrARefusalButNoOtherBits) {
  World world;
  world.items = 400;
  world.orders = 3000;
  world.largest_basket = 9;
  const History history = History::Build(RandomFacts(8, world), {}).value();
  for (const CountingUnit unit : {CountingUnit::kOrder, CountingUnit::kCustomer}) {
    TrainOptions options;
    options.unit = unit;
    options.top_n = 3;
    const ModelDraft free = Train(history, {}, options).value();
    const TrainSize size{history.orders().purchases(), history.orders().size(), history.items()};
    options.memory_limit = TrainBytes(size, options, 1);
    ASSERT_LT(options.memory_limit, TrainBytes(size, options, 2));
    EXPECT_EQ(PlanMemory(size, options, 2)->threads, 1u);
    ExpectSameDraft(free, Train(history, {}, options).value());
    options.memory_limit = TrainBytes(size, options, 1) - 1;
    const absl::Status refused = Train(history, {}, options).status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_THAT(std::string(refused.message()),
                ::testing::HasSubstr("needs up to " + std::to_string(options.memory_limit + 1) + " bytes"));
  }
}

TEST(Train, RefusesWhatItCannotDo) {
  const History empty = History::Build(FactTable{}, {}).value();
  EXPECT_EQ(Train(empty, {}, {}).status().code(), absl::StatusCode::kFailedPrecondition);
  TrainOptions options;
  options.damping = -1;
  EXPECT_EQ(Train(empty, {}, options).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(UnitWeight, IsFixedPointRoundedToNearestAndAtLeastOne) {
  TrainOptions options;
  options.damping = 1;
  EXPECT_EQ(UnitWeight(options, 1, 0), 65536u);
  EXPECT_EQ(UnitWeight(options, 2, 0), 65536u);
  EXPECT_EQ(UnitWeight(options, 4, 0), 21845u);  // 21845.33
  EXPECT_EQ(UnitWeight(options, 7, 0), 10923u);  // 10922.67
  options.half_life_days = 1;
  EXPECT_EQ(UnitWeight(options, 2, 86400), 32768u);
  EXPECT_EQ(UnitWeight(options, 2, 86400 * 90), 1u);
  options.damping = 0.5;
  EXPECT_EQ(UnitWeight(options, 5, 86400), 16384u);
}

}  // namespace
}  // namespace awase
