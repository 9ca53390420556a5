#include "engine/train/edges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <set>
#include <vector>

#include "engine/train/mirror.h"
#include "engine/train/neighbours.h"
#include "engine/train/population.h"
#include "tests/support/worlds.h"

namespace awase {
namespace {

using testing::Dice;

TEST(SpentVisits, AreTakenOnceAndOnlyWhenSpent) {
  Buffer<uint32_t> visits(1000);
  const uint32_t* const data = visits.data();
  SpentVisits spent(&visits);
  EXPECT_EQ(spent.Take(2), nullptr);
  spent.SpendTo(301);
  EXPECT_EQ(spent.Take(302), nullptr);
  EXPECT_EQ(spent.Take(200), data);
  EXPECT_EQ(spent.Take(102), nullptr);
  EXPECT_EQ(spent.Take(100), data + 200);
  spent.SpendTo(2000);
  EXPECT_EQ(spent.Take(702), nullptr);
  EXPECT_EQ(spent.Take(700), data + 300);
  const std::optional<EdgeSlab> slab = spent.Leave();
  ASSERT_TRUE(slab.has_value());
  EXPECT_EQ(slab->data(), data);
  EXPECT_EQ(visits.size(), 0u);
}

TEST(SpentVisits, AreNotLeftWhereNothingLiesInThem) {
  Buffer<uint32_t> visits(1000);
  SpentVisits spent(&visits), none(nullptr);
  spent.SpendTo(1000);
  none.SpendTo(1000);
  EXPECT_EQ(none.Take(2), nullptr);
  EXPECT_FALSE(none.Leave().has_value());
  EXPECT_FALSE(spent.Leave().has_value());
  EXPECT_EQ(visits.size(), 0u);
}

constexpr UnixSeconds kNewest = 1'600'000'000;

// Baskets of `size` items, the lower ones more often, a day apart; an owner has `each` behind each other.
Units MakeUnits(uint32_t baskets, uint32_t items, uint32_t size, uint32_t each,
                const std::set<uint32_t>& in_all = {}) {
  Dice dice(baskets + items);
  Units units;
  for (uint32_t u = 0; u < baskets; ++u) {
    std::set<uint32_t> basket = in_all;
    while (basket.size() < size)
      basket.insert(std::min({dice.Below(items), dice.Below(items), dice.Below(items)}));
    for (const uint32_t item : basket) units.by_unit.values.push_back(ItemId{item});
    units.by_unit.offsets.push_back(units.by_unit.values.size());
    units.owner.push_back(u / each);
    units.time.push_back(kNewest - (each - u % each) * 86400);
    units.source.push_back(u);
  }
  units.owners = units.owner.back() + 1;
  units.known_owners = each > 1 ? units.owners : 0;
  return units;
}

struct Shop {
  Units units;
  uint32_t items;
  TrainOptions options;

  Population Populate(unsigned threads) const {
    return BuildPopulation(units, items, kNewest, options, threads).value();
  }
};

// Rows are those that are made while visits stay.
void ExpectRowsOfUsedUpVisits(const Shop& shop, unsigned threads, bool reused, Neighbours* rows = nullptr) {
  SCOPED_TRACE(threads);
  Population population = shop.Populate(threads);
  const Neighbours kept = BuildNeighbours(population, shop.options, threads, nullptr);
  const uint32_t* const visits = population.visits.data();
  ASSERT_GT(population.visits.size() * sizeof(uint32_t), SpentVisits::kPieceBytes * 5 / 4);
  const MadeRows made = MakeRowsUsingUpVisits(population, shop.options, threads, nullptr);
  EXPECT_EQ(reused, std::any_of(made.slabs.begin(), made.slabs.end(),
                                [&](const EdgeSlab& slab) { return slab.data() == visits; }));
  EXPECT_EQ(population.visits.size(), 0u);
  const Neighbours used_up = Assemble(population, made);
  ASSERT_EQ(used_up.offsets, kept.offsets);
  ASSERT_GT(used_up.edges.size(), 10'000u);
  for (size_t e = 0; e < kept.edges.size(); ++e) {
    ASSERT_EQ(used_up.edges[e].item, kept.edges[e].item) << e;
    ASSERT_EQ(std::bit_cast<uint32_t>(used_up.edges[e].score), std::bit_cast<uint32_t>(kept.edges[e].score))
        << e;
    ASSERT_EQ(used_up.evidence[e].joint_units, kept.evidence[e].joint_units) << e;
    ASSERT_EQ(used_up.evidence[e].joint_customers, kept.evidence[e].joint_customers) << e;
    ASSERT_EQ(used_up.evidence[e].median_lag, kept.evidence[e].median_lag) << e;
  }
  if (rows != nullptr) *rows = used_up;
}

TrainOptions OptionsOf(Measure measure, uint32_t top_n) {
  TrainOptions options = DefaultsFor(measure);
  options.min_support = 1;
  options.top_n = top_n;
  return options;
}

// Far more edges than visits, so that each edge stands where visits were until just before.
TEST(UsedUpVisits, EdgesFollowTheRowsClosely) {
  for (const uint32_t each : {1u, 3u}) {
    const Shop shop{MakeUnits(150'000, 60'000, 5, each), 60'000, OptionsOf(Measure::kJaccard, 50)};
    for (const unsigned threads : {1u, 3u}) ExpectRowsOfUsedUpVisits(shop, threads, true);
  }
}

// Counts of one, two and four bytes; hot rows from a mirror.
TEST(UsedUpVisits, CountsOfEveryWidth) {
  const Shop shop{MakeUnits(400'000, 3'000, 5, 1, {0, 1}), 3'000, OptionsOf(Measure::kCount, 20)};
  const Population population = shop.Populate(1);
  EXPECT_TRUE(MirrorPays(population, shop.options, 1));
  for (const unsigned threads : {1u, 3u}) {
    Neighbours rows;
    ExpectRowsOfUsedUpVisits(shop, threads, true, &rows);
    if (HasFatalFailure()) return;
    // All baskets hold the items 0 and 1.
    for (uint32_t item = 0; item < shop.items; ++item) {
      if (rows.offsets[item] == rows.offsets[item + 1]) continue;
      const uint64_t best = rows.offsets[item];
      ASSERT_EQ(rows.edges[best].item, item == 0 ? 1u : 0u);
      ASSERT_EQ(rows.evidence[best].joint_units, population.units_of[population.label_of[item]]) << item;
    }
    EXPECT_EQ(rows.evidence[0].joint_units, 400'000u);
  }
}

TEST(UsedUpVisits, CustomersWithinAWindow) {
  Shop shop{MakeUnits(120'000, 20'000, 6, 4), 20'000, OptionsOf(Measure::kJaccard, 50)};
  shop.options.unit = CountingUnit::kCustomer;
  shop.options.window_seconds = 2 * 86400;
  for (const unsigned threads : {1u, 3u}) ExpectRowsOfUsedUpVisits(shop, threads, true);
}

// `expected` asks for the baskets of hot rows as well, which are made last: visits stay.
TEST(UsedUpVisits, NotWhereRowsOfALaterPhaseReadThem) {
  const Shop mirrored{MakeUnits(150'000, 3'000, 6, 1, {0, 1}), 3'000, OptionsOf(Measure::kExpected, 50)};
  EXPECT_TRUE(MirrorPays(mirrored.Populate(1), mirrored.options, 1));
  const Shop squared{MakeUnits(30'000, 1'200, 30, 1), 1'200, OptionsOf(Measure::kExpected, 50)};
  EXPECT_GT(squared.Populate(2).square_chunks, 0u);
  for (const unsigned threads : {1u, 3u}) {
    ExpectRowsOfUsedUpVisits(mirrored, threads, false);
    ExpectRowsOfUsedUpVisits(squared, threads, false);
  }
}

}  // namespace
}  // namespace awase
