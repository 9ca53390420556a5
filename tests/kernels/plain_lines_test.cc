#include "engine/kernels/plain_lines.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/kernels/row.h"
#include "tests/support/worlds.h"

namespace awase::kernels {
namespace {

using ::awase::testing::Dice;

constexpr uint32_t kItems = 50, kNoRank = ~kMet, kFirst = 1000, kLast = 2000;

struct Line {
  uint32_t order, item;
  int32_t quantity;
  uint32_t time;
};

struct Found {
  uint32_t lines = 0;
  std::vector<uint32_t> begins, ranks, entries;
};

// One line after the other, as far as whole steps of 16 are plain.
Found BySteps(const std::vector<Line>& lines, std::vector<uint32_t> entries) {
  Found found;
  for (; found.lines + 16 <= lines.size(); found.lines += 16) {
    for (uint32_t l = found.lines; l < found.lines + 16; ++l) {
      const bool goes_on = l > 0 && lines[l].order == lines[l - 1].order;
      if ((entries[lines[l].item] & ~kMet) == kNoRank || lines[l].quantity <= 0 || lines[l].time < kFirst ||
          lines[l].time > kLast || (goes_on && lines[l].time != lines[l - 1].time)) {
        found.entries = entries;
        return found;
      }
    }
    for (uint32_t l = found.lines; l < found.lines + 16; ++l) {
      if (l == 0 || lines[l].order != lines[l - 1].order) found.begins.push_back(l);
      found.ranks.push_back(entries[lines[l].item] & ~kMet);
      entries[lines[l].item] |= kMet;
    }
  }
  found.entries = entries;
  return found;
}

class PlainLinesTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { ASSERT_TRUE(ForceTarget(GetParam())); }
  void TearDown() override { ForceTarget(""); }
};

// What is not plain stands at `odd`, if anywhere.
std::vector<Line> RandomLines(Dice& dice, uint32_t size, uint32_t kind, uint32_t odd) {
  std::vector<Line> lines;
  for (uint32_t l = 0; l < size; ++l) {
    if (l == 0 || dice.Chance(200)) {
      const uint32_t time = dice.Chance(100) ? kFirst : dice.Chance(100) ? kLast : kFirst + dice.Below(1000);
      lines.push_back({dice.Below(1000), 1 + dice.Below(kItems - 1), 1, time});
    } else {
      const auto quantity = 1 + static_cast<int32_t>(dice.Below(3));
      lines.push_back({lines.back().order, 1 + dice.Below(kItems - 1), quantity, lines.back().time});
    }
  }
  if (odd >= size) return lines;
  if (kind == 0) lines[odd].item = 0;
  if (kind == 1) lines[odd].quantity = -static_cast<int32_t>(dice.Below(2));
  if (kind == 2) lines[odd].time = kFirst - 1;
  if (kind == 3) lines[odd].time = kLast + 1;
  if (kind == 4 && odd > 0) {
    const Line& before = lines[odd - 1];
    lines[odd] = {before.order, 1, 1, before.time == kFirst ? kLast : kFirst};
  }
  return lines;
}

TEST_P(PlainLinesTest, AreReadUpToTheFirstStepThatIsNot) {
  Dice dice(4);
  std::vector<uint32_t> entries{kNoRank};
  for (uint32_t item = 1; item < kItems; ++item) entries.push_back(1000 - item);
  for (uint32_t round = 0; round < 2000; ++round) {
    SCOPED_TRACE(round);
    if (round == 1500) entries[0] |= kMet;
    const std::vector<Line> lines = RandomLines(dice, dice.Below(100), round % 5, dice.Below(120));
    const Found expected = BySteps(lines, entries);
    std::vector<uint32_t> met = entries, ranks(lines.size() + 1, 7), begins(lines.size() + kBeginSlack);
    const std::span words(reinterpret_cast<const uint32_t*>(lines.data()), 4 * lines.size());
    const PlainLines found = ReadPlainLines(words, kFirst, kLast, met.data(), ranks.data(), begins.data());
    if (std::string(GetParam()) != "AVX3") {
      EXPECT_EQ(found.lines, 0u);
      continue;
    }
    ASSERT_EQ(found.lines, expected.lines);
    EXPECT_EQ(met, expected.entries);
    begins.resize(found.orders);
    EXPECT_EQ(begins, expected.begins);
    for (uint32_t l = found.lines; l < ranks.size(); ++l) EXPECT_EQ(ranks[l], 7u);
    ranks.resize(found.lines);
    EXPECT_EQ(ranks, expected.ranks);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Everywhere, PlainLinesTest, ::testing::ValuesIn(Targets()),
                         [](const auto& target) { return std::string(target.param); });

}  // namespace
}  // namespace awase::kernels
