#include "engine/kernels/mirror.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "engine/kernels/counter.h"
#include "engine/kernels/square.h"
#include "tests/kernels/row_twin.h"
#include "tests/kernels/shops.h"

namespace awase::kernels {
namespace {

using ::testing::IsSupersetOf;

// How a shop is mirrored. Squares: by bits of chunks; else a hot stream's 64 labels.
struct Setting {
  bool squares = false;
  uint32_t hot = 1;  // blocks
  bool uniform = true;
  bool wide = false;  // cells that are wider than they have to be
  MeasureSpec spec{Association::kCosine, 1.5, 0.3, 0.6};
  uint32_t min_customers = 1;
  size_t most = 20;

  uint32_t edge() const { return squares ? kChunkLabels : kHotLabels; }
};

// The narrowest cells that hold what this shop's rows leave, or wider ones.
std::vector<CellLayout> LayoutsOf(const Shop& shop, const Setting& setting) {
  bool owners_repeat = false;
  for (uint32_t label = 0; label < shop.visits.size(); ++label)
    owners_repeat |= PlanOf(shop, label).owners_repeat;
  std::vector<CellLayout> layouts;
  for (size_t first = 0; first < shop.units.size(); first += setting.edge()) {
    const size_t end = std::min(shop.units.size(), first + setting.edge());
    const uint32_t units = *std::max_element(shop.units.begin() + first, shop.units.begin() + end);
    const uint64_t weight = *std::max_element(shop.weight.begin() + first, shop.weight.begin() + end);
    CellLayout layout{units <= 0xff ? 1u : units <= 0xffff ? 2u : 4u, 0, 0};
    if (setting.wide) layout.width = 4;
    if (owners_repeat) layout.repeats = layout.width;
    if (!setting.uniform) {
      layout.shift = static_cast<uint32_t>(std::bit_width(weight)) + (setting.wide ? 3 : 0);
      layout.width = layout.shift + std::bit_width(units) <= 32 ? 4 : 8;
    }
    layouts.push_back(layout);
  }
  return layouts;
}

// The visits of a label as CountSquare takes them. `filled`: up to sixteens.
struct Lines {
  Lines(const Shop& shop, uint32_t label, bool filled) {
    std::map<uint32_t, std::vector<uint32_t>> of_owner;  // owners ascend as baskets do
    for (const uint32_t b : shop.with[label]) of_owner[shop.baskets[b].owner].push_back(b);
    const auto zero = static_cast<uint32_t>(shop.baskets.size());
    const auto fill = [&] {
      while (filled && numbers.size() % 16 != 0) numbers.push_back(zero);
    };
    for (const auto& [owner, baskets] : of_owner) {
      if (baskets.size() == 1) numbers.push_back(baskets[0]);
    }
    fill();
    list.alone = static_cast<uint32_t>(numbers.size());
    for (const auto& [owner, baskets] : of_owner) {
      if (baskets.size() == 1) continue;
      numbers.insert(numbers.end(), baskets.begin(), baskets.end());
      ends.push_back(static_cast<uint32_t>(numbers.size()) - list.alone);
    }
    fill();
    for (const uint32_t b : numbers)
      less.push_back(b == zero ? 0 : static_cast<uint16_t>(shop.baskets[b].weight - 1));
    list.numbers = numbers;
    list.group_ends = ends;
    list.less = less;
    list.units = static_cast<uint32_t>(shop.with[label].size());
    list.zero = zero;
  }
  std::vector<uint32_t> numbers, ends;
  std::vector<uint16_t> less;
  LineList list;
};

// The bits of one chunk, which `tamper` may change.
Buffer<uint64_t> BitsOf(const Shop& shop, uint32_t chunk) {
  Buffer<uint64_t> lines((shop.baskets.size() + 1) * kLineLongs);
  std::fill(lines.begin(), lines.end(), 0);
  for (size_t b = 0; b < shop.baskets.size(); ++b) {
    for (const uint32_t label : shop.baskets[b].labels) {
      if (label / kChunkLabels == chunk)
        lines[b * kLineLongs + label % kChunkLabels / 64] |= uint64_t{1} << label % 64;
    }
  }
  return lines;
}

void CountAllSquares(const Shop& shop, const Setting& setting, Mirror& mirror,
                     const std::function<void(Buffer<uint64_t>&)>& tamper) {
  SquareScratch scratch;
  const uint32_t end = std::min<uint32_t>(mirror.hot_labels(), static_cast<uint32_t>(shop.units.size()));
  for (uint32_t chunk = 0; chunk < setting.hot; ++chunk) {
    Buffer<uint64_t> lines = BitsOf(shop, chunk);
    if (tamper) tamper(lines);
    for (uint32_t label = chunk * kChunkLabels; label < end; ++label) {
      const bool repeats = PlanOf(shop, label).owners_repeat;
      const Lines visits(shop, label, repeats || !setting.uniform || label % 2 == 0);
      CountSquare(lines.data(), visits.list, label, chunk, setting.uniform, scratch, mirror);
    }
  }
}

// Counts every row with a mirror, in the order that it asks for, and compares all rows under every
// instruction set. Returns how many were equal and how many not. `spoil` may change the mirror before the hot
// rows are counted, `tamper` the bits.
struct Outcome {
  size_t equal = 0, different = 0;
};
Outcome CompareMirrored(const Shop& shop, const Setting& setting,
                        const std::function<void(Mirror&)>& spoil = nullptr,
                        const std::function<void(Buffer<uint64_t>&)>& tamper = nullptr) {
  const auto columns = static_cast<uint32_t>(shop.weight.size());
  const Factors factors(shop, setting.spec);
  Matrix matrix = MatrixOf(shop, factors, setting.spec, setting.min_customers, setting.uniform);
  RowScratch scratch(columns);
  Room room(setting.most);
  std::vector<std::string> twins(columns);
  const auto anchor_of = [&](uint32_t label) {
    return AnchorOf(setting.spec, shop.weight[label], shop.all, kSizes);
  };
  for (uint32_t label = 0; label < columns; ++label) {
    if (shop.units[label] > 0)
      twins[label] = Text(SlowRow(shop, matrix, anchor_of(label), label, setting.most));
  }
  Outcome outcome;
  for (const char* target : Targets()) {
    EXPECT_TRUE(ForceTarget(target));
    Mirror mirror(setting.edge(), setting.hot, LayoutsOf(shop, setting));
    for (size_t page = 0; page < mirror.pages(); ++page) mirror.TouchPage(page);
    matrix.mirror = &mirror;
    if (setting.squares) {
      CountAllSquares(shop, setting, mirror, tamper);
    } else {
      for (uint32_t label = 0; label < kHotLabels; ++label)
        CountHotLine(matrix, PlanOf(shop, label), shop.visits[label], scratch);
    }
    const auto compare = [&](uint32_t label) {
      if (shop.units[label] == 0) return;
      CountRow(matrix, PlanOf(shop, label), shop.visits[label], scratch);
      const std::string got = Text(room.Keep(matrix, PlanOf(shop, label), anchor_of(label), scratch));
      ++(got == twins[label] ? outcome.equal : outcome.different);
    };
    const auto is_zero = [](uint64_t c) { return c == 0; };
    EXPECT_TRUE(std::all_of(scratch.counters.begin(), scratch.counters.end(), is_zero));
    for (uint32_t label = mirror.hot_labels(); label < columns; ++label)
      shop.units[label] == 0 ? mirror.Skip(label) : compare(label);
    LeaveRows();
    for (uint32_t row = setting.hot; row < mirror.block_rows(); ++row) {
      for (uint32_t square = 0; square < setting.hot; ++square) mirror.Turn(row, square);
    }
    if (spoil) spoil(mirror);
    for (uint32_t row = setting.hot; row-- > 0;) {
      const uint32_t end = std::min(columns, (row + 1) * setting.edge());
      for (uint32_t label = row * setting.edge(); label < end; ++label) compare(label);
      for (uint32_t square = 0; square < row; ++square) mirror.Turn(row, square);
    }
    EXPECT_TRUE(std::all_of(scratch.counters.begin(), scratch.counters.end(), is_zero));
    EXPECT_TRUE(std::all_of(scratch.repeats.begin(), scratch.repeats.end(), is_zero));
  }
  ForceTarget("");
  return outcome;
}

using Kinds = std::set<std::tuple<bool, uint32_t, bool>>;  // uniform, width, and whether owners repeat
void Remember(const Shop& shop, const Setting& setting, Kinds& kinds) {
  for (const CellLayout& layout : LayoutsOf(shop, setting)) {
    if (!setting.wide) kinds.emplace(setting.uniform, layout.width, layout.repeats > 0);
  }
}
const Kinds kNarrow = {{true, 1, false},  {true, 1, true},  {true, 2, false},  {true, 2, true},
                       {false, 4, false}, {false, 4, true}, {false, 8, false}, {false, 8, true}};

TEST(Mirror, GivesTheHotRows) {
  Kinds kinds;
  for (uint64_t seed = 1; seed <= 24; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    Setting setting;
    setting.uniform = seed % 2 == 0;
    setting.wide = seed % 4 < 2;
    setting.spec.association = static_cast<Association>(seed % 7);
    const uint32_t columns = kHotLabels + 1 + dice.Below(300);
    const uint32_t baskets = seed % 4 < 2 ? 1 + dice.Below(300) : 3000;
    const Shop shop =
        MakeShop(seed, columns, baskets, 1 + dice.Below(30), 1 + seed % 3, setting.uniform, false, true);
    setting.min_customers = 1 + dice.Below(3);
    setting.most = 1 + dice.Below(60);
    Remember(shop, setting, kinds);
    const Outcome outcome = CompareMirrored(shop, setting);
    EXPECT_GT(outcome.equal, 0u);
    EXPECT_EQ(outcome.different, 0u);
    if (HasFailure()) return;
  }
  EXPECT_THAT(kinds, IsSupersetOf(kNarrow));
}

TEST(Mirror, ABitTooManyOfAHotLineIsNoticed) {
  const Shop shop = MakeShop(3, 200, 200, 20, 1, true, false, true);
  const auto spoil = [](Mirror& mirror) {
    ++*static_cast<uint8_t*>(mirror.LineOf(7, 0));  // hot label 7, label 0
  };
  Setting setting;
  setting.spec.association = Association::kCount;
  setting.most = 250;
  EXPECT_EQ(CompareMirrored(shop, setting, spoil).different, Targets().size());
}

TEST(Mirror, GivesRowsOfThousandsOfUnits) {
  const Shop large = MakeShop(5, 70, 70'000, 6, 1, true, false, true);
  EXPECT_EQ(LayoutsOf(large, {}).front().width, 2u);
  const Outcome outcome = CompareMirrored(large, {});
  EXPECT_EQ(outcome.different, 0u);
  EXPECT_GT(outcome.equal, 60u);
}

TEST(Mirror, ACellTooLargeIsNoticed) {
  const Shop shop = MakeShop(3, 200, 200, 20, 1, true, false, true);
  const auto spoil = [](Mirror& mirror) {
    ++*static_cast<uint8_t*>(mirror.LineOf(kHotLabels + 7, 0));  // hot label 7, label 64
  };
  Setting setting;
  setting.spec.association = Association::kCount;
  setting.most = 250;
  EXPECT_EQ(CompareMirrored(shop, setting, spoil).different, Targets().size());
}

TEST(Squares, GiveEveryRow) {
  Kinds kinds;
  std::set<std::tuple<uint32_t, uint32_t>> blocks;  // that are hot, of how many
  for (uint64_t seed = 1; seed <= 24; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    Setting setting;
    setting.squares = true;
    setting.uniform = seed % 2 == 0;
    setting.wide = seed % 4 < 2;
    setting.spec.association = static_cast<Association>(seed % 7);
    const uint32_t all = 1 + seed % 3, columns = all * kChunkLabels - dice.Below(300);
    const uint32_t baskets = seed % 3 == 0 && seed % 4 >= 2 ? 4000 : 1 + dice.Below(150);
    setting.hot = 1 + seed / 3 % all;
    const Shop shop =
        MakeShop(seed, columns, baskets, 1 + dice.Below(40), 1 + seed / 6 % 3, setting.uniform, false);
    setting.min_customers = 1 + dice.Below(3);
    setting.most = 1 + dice.Below(60);
    Remember(shop, setting, kinds);
    blocks.emplace(setting.hot, all);
    const Outcome outcome = CompareMirrored(shop, setting);
    EXPECT_GT(outcome.equal, 0u);
    EXPECT_EQ(outcome.different, 0u);
    if (HasFailure()) return;
  }
  EXPECT_THAT(kinds, IsSupersetOf(kNarrow));
  EXPECT_THAT(blocks, IsSupersetOf({std::tuple(1u, 1u), {1u, 2u}, {2u, 2u}, {1u, 3u}, {3u, 3u}}));
}

TEST(Squares, ABitTooManyIsNoticed) {
  const Shop shop = MakeShop(4, 600, 40, 30, 1, true, false);
  Setting setting;
  setting.squares = true;
  setting.hot = 2;
  setting.spec.association = Association::kCount;
  setting.most = 600;
  const auto tamper = [](Buffer<uint64_t>& lines) { lines[0] ^= 1; };
  EXPECT_GE(CompareMirrored(shop, setting, nullptr, tamper).different, Targets().size());
}

TEST(Squares, AreTurned) {
  for (const char* target : Targets()) {
    SCOPED_TRACE(target);
    ASSERT_TRUE(ForceTarget(target));
    for (const uint32_t edge : {64u, 128u, 512u}) {
      for (const uint32_t width : {0u, 1u, 2u, 4u, 8u}) {
        Dice dice(edge + width);
        std::vector<uint8_t> cells(size_t{edge} * edge * std::max(width, 1u)), turned = cells;
        for (uint8_t& cell : cells) cell = static_cast<uint8_t>(dice.Below(256));
        for (uint32_t row = 0; row < edge; ++row) {
          for (uint32_t column = 0; column < edge; ++column) {
            std::copy_n(&cells[(size_t{row} * edge + column) * width], width,
                        &turned[(size_t{column} * edge + row) * width]);
          }
        }
        if (width == 0) turned = cells;
        TurnSquare(cells.data(), edge, width);
        EXPECT_EQ(cells, turned) << edge << " " << width;
      }
    }
  }
  ForceTarget("");
}

}  // namespace
}  // namespace awase::kernels
