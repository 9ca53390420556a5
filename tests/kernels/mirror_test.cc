#include "engine/kernels/mirror.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "engine/kernels/counter.h"
#include "tests/kernels/row_twin.h"
#include "tests/kernels/shops.h"

namespace awase::kernels {
namespace {

// The narrowest cells that hold what this shop's rows leave.
MirrorLayout LayoutOf(const Shop& shop, bool uniform) {
  bool owners_repeat = false;
  for (uint32_t label = 0; label < shop.visits.size(); ++label)
    owners_repeat |= PlanOf(shop, label).owners_repeat;
  const uint32_t units = *std::max_element(shop.units.begin(), shop.units.end());
  if (uniform && !owners_repeat) return {units <= 0xffff ? 2u : 4u};
  const uint64_t weight = *std::max_element(shop.weight.begin(), shop.weight.end());
  return {8, static_cast<uint32_t>(std::bit_width(uniform ? units : weight)), owners_repeat};
}

// Counts every row with a mirror, which `tamper` may change before the hot rows are, and compares all rows
// under every instruction set. Returns how many were equal and how many not.
struct Outcome {
  size_t equal = 0, different = 0;
};
Outcome CompareMirrored(const Shop& shop, const MeasureSpec& spec, uint32_t min_customers, bool uniform,
                        size_t most, const MirrorLayout& layout, const std::function<void(Mirror&)>& tamper) {
  const auto columns = static_cast<uint32_t>(shop.weight.size());
  const Factors factors(shop, spec);
  Matrix matrix = MatrixOf(shop, factors, spec, min_customers, uniform);
  RowScratch scratch(columns);
  Room room(most);
  Outcome outcome;
  for (const char* target : Targets()) {
    EXPECT_TRUE(ForceTarget(target));
    Mirror mirror(columns, layout);
    matrix.mirror = &mirror;
    const auto compare = [&](uint32_t label) {
      const Anchor anchor = AnchorOf(spec, shop.weight[label], shop.all, kSizes);
      CountRow(matrix, PlanOf(shop, label), shop.visits[label], scratch);
      const std::string got = Text(room.Keep(matrix, PlanOf(shop, label), anchor, scratch));
      const bool equal = got == Text(SlowRow(shop, matrix, anchor, label, most));
      ++(equal ? outcome.equal : outcome.different);
    };
    for (uint32_t label = kHotLabels; label < columns; ++label)
      shop.units[label] == 0 ? mirror.Skip(label) : compare(label);
    LeaveRows();
    for (uint32_t block = 0; block < mirror.blocks(); ++block) mirror.Turn(block);
    if (tamper) tamper(mirror);
    for (uint32_t hot = 0; hot < kHotLabels; ++hot) {
      if (shop.units[hot] > 0) compare(hot);
    }
    EXPECT_TRUE(
        std::all_of(scratch.counters.begin(), scratch.counters.end(), [](uint64_t c) { return c == 0; }));
    EXPECT_TRUE(
        std::all_of(scratch.repeats.begin(), scratch.repeats.end(), [](uint32_t c) { return c == 0; }));
  }
  ForceTarget("");
  return outcome;
}

TEST(Mirror, GivesTheHotRows) {
  std::set<std::pair<uint32_t, bool>> layouts;
  for (uint64_t seed = 1; seed <= 24; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    const bool uniform = seed % 2 == 0;
    const uint32_t columns = kHotLabels + 1 + dice.Below(300), baskets = 1 + dice.Below(300);
    const Shop shop =
        MakeShop(seed, columns, baskets, 1 + dice.Below(30), 1 + seed % 3, uniform, false, true);
    const MeasureSpec spec{static_cast<Association>(seed % 7), 1.5, 0.3, 0.6};
    MirrorLayout layout = LayoutOf(shop, uniform);
    if (seed % 4 == 0 && layout.width == 2) layout.width = 4;
    layouts.emplace(layout.width, layout.owners_repeat);
    const Outcome outcome =
        CompareMirrored(shop, spec, 1 + dice.Below(3), uniform, 1 + dice.Below(60), layout, nullptr);
    EXPECT_GT(outcome.equal, 0u);
    EXPECT_EQ(outcome.different, 0u);
    if (HasFailure()) return;
  }
  EXPECT_THAT(layouts, ::testing::IsSupersetOf({std::pair(2u, false), {4u, false}, {8u, false}, {8u, true}}));
  // Rows of thousands of units.
  const Shop large = MakeShop(5, 70, 70'000, 2, 1, true, false, true);
  const Outcome outcome =
      CompareMirrored(large, {Association::kCosine, 1, 0.5, 0.5}, 1, true, 9, {4}, nullptr);
  EXPECT_EQ(outcome.different, 0u);
  EXPECT_GT(outcome.equal, 60u);
}

TEST(Mirror, ACellTooLargeIsNoticed) {
  const Shop shop = MakeShop(3, 200, 300, 20, 1, true, false, true);
  const auto tamper = [](Mirror& mirror) {
    ++*static_cast<Counter<2>::Word*>(mirror.LineOf(kHotLabels + 7));  // hot label 7, label 64
  };
  const Outcome outcome =
      CompareMirrored(shop, {Association::kCount, 1, 0.5, 0.5}, 1, true, 250, {2}, tamper);
  EXPECT_EQ(outcome.different, Targets().size());
}

}  // namespace
}  // namespace awase::kernels
