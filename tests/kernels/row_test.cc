#include "engine/kernels/row.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/kernels/row_twin.h"
#include "tests/kernels/shops.h"

namespace awase::kernels {
namespace {

// Compares every `step`-th row of the shop under every instruction set and both ways to read a row; returns
// rows compared.
size_t CompareRows(const Shop& shop, const MeasureSpec& spec, uint32_t min_customers, bool uniform,
                   size_t most, uint32_t step) {
  const Factors factors(shop, spec);
  Matrix matrix = MatrixOf(shop, factors, spec, min_customers, uniform);
  RowScratch scratch(static_cast<uint32_t>(shop.weight.size()));
  Room room(most);
  size_t compared = 0;
  for (uint32_t label = 0; label < shop.weight.size(); label += step) {
    if (shop.units[label] == 0) continue;
    const Anchor anchor = AnchorOf(spec, shop.weight[label], shop.all, kSizes);
    const std::string expected = Text(SlowRow(shop, matrix, anchor, label, most));
    const RowPlan plan = PlanOf(shop, label);
    for (const char* target : Targets()) {
      EXPECT_TRUE(ForceTarget(target));
      for (const Drain drain : {Drain::kTouched, Drain::kScan, Drain::kCheaper}) {
        matrix.drain = drain;
        CountRow(matrix, plan, shop.visits[label], scratch);
        const std::string got = Text(room.Keep(matrix, plan, anchor, scratch));
        EXPECT_EQ(got, expected) << target << " drain " << static_cast<int>(drain) << " label " << label;
        if (got != expected) return 0;
        ++compared;
      }
      ForceTarget("");
    }
    EXPECT_TRUE(
        std::all_of(scratch.counters.begin(), scratch.counters.end(), [](uint64_t c) { return c == 0; }));
    EXPECT_TRUE(
        std::all_of(scratch.repeats.begin(), scratch.repeats.end(), [](uint32_t c) { return c == 0; }));
  }
  return compared;
}

TEST(Row, EveryVariantEqualsTheSlowTwin) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    const bool uniform = dice.Chance(400), once = dice.Chance(400);
    const uint32_t columns = 2 + dice.Below(seed % 3 == 0 ? 3000 : 200);
    const Shop shop =
        MakeShop(seed, columns, 1 + dice.Below(900), 1 + dice.Below(40), 1 + dice.Below(4), uniform, once);
    const MeasureSpec spec{static_cast<Association>(seed % 7), 1.5, 0.3, 0.6};
    EXPECT_GT(CompareRows(shop, spec, 1 + dice.Below(4), uniform, 1 + dice.Below(60), 1 + columns / 8), 0u);
    if (HasFailure()) return;
  }
}

TEST(Row, FewCandidatesAreAllKept) {
  // Rows of at most 60 candidates: none to a few vectors of them, which all fit.
  size_t compared = 0;
  for (uint64_t seed = 1; seed <= 72; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    const uint32_t columns = 2 + dice.Below(60);
    const bool uniform = dice.Chance(500);
    const Shop shop = MakeShop(seed, columns, 1 + dice.Below(300), 1 + dice.Below(12), 1 + dice.Below(3),
                               uniform, dice.Chance(300));
    const double powers[] = {1.0, 1.3, 1.5, 2.0};
    const MeasureSpec spec{seed % 2 == 0 ? Association::kJaccard : static_cast<Association>(seed % 7),
                           powers[seed / 2 % 4], 0.3, 0.6};
    compared += CompareRows(shop, spec, 1 + dice.Below(3), uniform, 60, 1 + columns / 8);
    if (HasFailure()) return;
  }
  EXPECT_GT(compared, 2'000u);
}

TEST(Row, CountersOfEveryWidth) {
  // Rows of 3,000 and 70,000 units, the latter beyond 16 bits; with weights beyond 32.
  for (const uint32_t baskets : {250u, 3'000u, 70'000u}) {
    for (const bool uniform : {true, false}) {
      SCOPED_TRACE(baskets);
      const Shop shop = MakeShop(baskets + uniform, 4, baskets, 4, 2, uniform, false);
      EXPECT_GT(CompareRows(shop, {Association::kJaccard, 1, 0.5, 0.5}, 1, uniform, 3, 1), 0u);
      EXPECT_GT(CompareRows(shop, {Association::kLlr, 1, 0.5, 0.5}, 2, uniform, 3, 1), 0u);
      const Shop hot = MakeShop(baskets + uniform, 80, baskets, 3, 3, uniform, false, true);
      for (const uint32_t floor : {1u, 3u}) {
        EXPECT_GT(CompareRows(hot, {Association::kJaccard, 1, 0.5, 0.5}, floor, uniform, 7, 13), 0u);
      }
    }
  }
}

TEST(Row, LabelsOfTwoWords) {
  // 90,000 columns: labels beyond 65,536 lie behind the others, in baskets within a line and beyond.
  struct Baskets {
    uint32_t number, largest;
  };
  for (const auto& [number, largest] : {Baskets{20'000, 12}, Baskets{400, 600}}) {
    for (const bool uniform : {true, false}) {
      for (const bool once : {true, false}) {
        SCOPED_TRACE(largest);
        const Shop shop = MakeShop(largest + uniform, 90'000, number, largest, 2, uniform, once);
        ASSERT_GT(std::count_if(shop.units.begin() + kHeadLabels, shop.units.end(),
                                [](uint32_t units) { return units > 0; }),
                  1'000);
        EXPECT_GT(CompareRows(shop, {Association::kCosine, 1, 0.5, 0.5}, 1, uniform, 50, 4'001), 20u);
      }
    }
  }
}

TEST(Row, HotLabelsAsBits) {
  size_t compared = 0;
  for (uint64_t seed = 1; seed <= 42; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    const uint32_t columns = seed % 7 == 0 ? 90'000 : kHotLabels + dice.Below(2'000);
    const uint32_t baskets = 1 + dice.Below(seed % 5 == 0 ? 4'000 : 300), largest = 1 + dice.Below(50);
    const Shop shop =
        MakeShop(seed, columns, baskets, largest, 1 + dice.Below(4), seed % 3 != 0, false, true);
    const MeasureSpec spec{static_cast<Association>(seed % 7), 1.5, 0.3, 0.6};
    const uint32_t step = seed % 2 == 0 ? 1 + columns / 8 : 7;
    compared += CompareRows(shop, spec, 1 + dice.Below(3), seed % 3 != 0, 1 + dice.Below(60), step);
    if (HasFailure()) return;
  }
  EXPECT_GT(compared, 3'000u);
}

TEST(Row, LargeBasketsAndManyEqualRanks) {
  // 5,000 candidates, nearly all met once: the tie decides.
  const Shop shop = MakeShop(9, 5'000, 6, 4'000, 1, true, false);
  EXPECT_GT(CompareRows(shop, {Association::kCount, 1, 0.5, 0.5}, 1, true, 100, 977), 0u);
  EXPECT_GT(CompareRows(shop, {Association::kCosine, 1, 0.5, 0.5}, 1, true, 2'000, 977), 0u);
}

TEST(Row, ATwinOfOtherWeightsIsNoticed) {
  Shop shop = MakeShop(4, 50, 200, 10, 1, false, false);
  Shop other = MakeShop(4, 50, 200, 10, 1, false, false);
  other.baskets[0].weight += 1;
  const MeasureSpec spec{Association::kCount, 1, 0.5, 0.5};
  const Factors factors(shop, spec);
  Matrix matrix;
  matrix.weight = shop.weight;
  matrix.factor = factors.factor;
  matrix.term = factors.term;
  matrix.item_of = shop.item_of;
  matrix.spec = spec;
  const uint32_t label = shop.baskets[0].labels[0];
  const Anchor anchor = AnchorOf(spec, shop.weight[label], shop.all);
  ASSERT_GT(shop.baskets[0].labels.size(), 1u);
  // Counts order by float: one part in 65,536 of a sum below 2^24 shows.
  EXPECT_NE(Text(SlowRow(shop, matrix, anchor, label, 50)), Text(SlowRow(other, matrix, anchor, label, 50)));
}

TEST(Targets, AreNamedAndUnknownOnesRefused) {
  ASSERT_FALSE(Targets().empty());
  EXPECT_EQ(std::string(Targets().back()), "SCALAR");
  EXPECT_FALSE(ForceTarget("no such"));
  EXPECT_TRUE(ForceTarget(""));
}

}  // namespace
}  // namespace awase::kernels
