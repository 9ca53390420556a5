#include "engine/kernels/small_sets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "engine/kernels/row.h"
#include "tests/support/worlds.h"

namespace awase::kernels {
namespace {

using ::awase::testing::Dice;

struct Sets {
  std::vector<uint32_t> sizes, numbers;
};

// Sets of 0 to `largest` numbers below `range`.
Sets MakeSets(uint64_t seed, uint32_t sets, uint32_t largest, uint32_t range) {
  Dice dice(seed);
  Sets made;
  for (uint32_t s = 0; s < sets; ++s) {
    made.sizes.push_back(dice.Below(largest + 1));
    for (uint32_t k = 0; k < made.sizes.back(); ++k) made.numbers.push_back(dice.Below(range));
  }
  return made;
}

struct Sorted {
  std::vector<uint32_t> kept, numbers;
};

Sorted BySets(const Sets& sets) {
  Sorted sorted;
  auto number = sets.numbers.begin();
  for (const uint32_t size : sets.sizes) {
    const std::set<uint32_t> set(number, number + size);
    number += size;
    sorted.kept.push_back(static_cast<uint32_t>(set.size()));
    sorted.numbers.insert(sorted.numbers.end(), set.begin(), set.end());
  }
  return sorted;
}

class SmallSets : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { ASSERT_TRUE(ForceTarget(GetParam())); }
  void TearDown() override { ForceTarget(""); }

  // Sorted behind each other, with a number behind the room for all that stays; then copied in another order
  // and back, as they are and as what a table says of them.
  static Sorted Sort(const Sets& sets) {
    constexpr uint32_t kBehind = 0xdeadbeef;
    std::vector<Set> all;
    uint32_t begin = 0;
    for (const uint32_t size : sets.sizes) all.push_back({std::exchange(begin, begin + size), size});
    std::vector<uint32_t> room(sets.numbers.size() + 1, kBehind);
    const uint32_t* const end = SortSets(all, sets.numbers.data(), room.data());
    EXPECT_EQ(room.back(), kBehind);
    Sorted sorted;
    begin = 0;
    for (Set& set : all) {
      sorted.kept.push_back(set.size);
      set.begin = std::exchange(begin, begin + set.size);
    }
    EXPECT_EQ(end, room.data() + begin);
    std::reverse(all.begin(), all.end());
    std::vector<uint32_t> turned(begin + 1, kBehind), back(begin + 1, kBehind);
    EXPECT_EQ(GatherSets(all, room.data(), nullptr, turned.data()), turned.data() + begin);
    EXPECT_EQ(turned.back(), kBehind);
    uint32_t at = 0;
    for (Set& set : all) set.begin = std::exchange(at, at + set.size);
    std::reverse(all.begin(), all.end());
    std::vector<uint32_t> places(
        turned.size());  // what is there is looked up: numbers are too large for a table
    for (uint32_t place = 0; place < places.size(); ++place) places[place] = place;
    EXPECT_EQ(GatherSets(all, places.data(), turned.data(), back.data()), back.data() + begin);
    EXPECT_EQ(back.back(), kBehind);
    sorted.numbers.assign(back.begin(), back.end() - 1);
    return sorted;
  }
};

TEST_P(SmallSets, AreSortedAndWithoutRepetitions) {
  for (const uint32_t largest : {1u, 8u, 16u, 17u, 32u, 33u, 64u, 65u, 300u}) {
    for (const uint32_t range : {3u, 20u, 1'000u, 0x7fffffffu}) {
      SCOPED_TRACE(::testing::Message() << "largest " << largest << " range " << range);
      const Sets sets = MakeSets(largest + range, 400, largest, range);
      const Sorted sorted = Sort(sets), expected = BySets(sets);
      EXPECT_EQ(sorted.kept, expected.kept);
      EXPECT_EQ(sorted.numbers, expected.numbers);
      if (HasFailure()) return;
    }
  }
}

TEST_P(SmallSets, OfEverySizeInEveryOrder) {
  // A network sorts all inputs if it sorts those of two values; here in lines of both.
  Sets sets;
  for (uint32_t size = 0; size <= 65; ++size) {
    for (uint32_t ones = 0; ones <= size; ++ones) {
      for (uint32_t shift = 0; shift < size; ++shift) {
        sets.sizes.push_back(size);
        for (uint32_t k = 0; k < size; ++k) sets.numbers.push_back((k + shift) % size < ones ? 1000 + k : k);
      }
    }
  }
  const Sorted sorted = Sort(sets), expected = BySets(sets);
  EXPECT_EQ(sorted.kept, expected.kept);
  EXPECT_EQ(sorted.numbers, expected.numbers);
}

TEST_P(SmallSets, EveryPatternOfTwoValuesOnSixteenLanes) {
  // The 0-1 principle, whole. Repetitions would hide the order: the values are told apart by their lane.
  Sets sets;
  for (uint32_t pattern = 0; pattern < 65'536; ++pattern) {
    sets.sizes.push_back(16);
    for (uint32_t k = 0; k < 16; ++k)
      sets.numbers.push_back((pattern >> k & 1) * 1'000 + (k * 7 + pattern) % 16);
  }
  EXPECT_EQ(Sort(sets).numbers, BySets(sets).numbers);
}

INSTANTIATE_TEST_SUITE_P(Everywhere, SmallSets, ::testing::ValuesIn(Targets()),
                         [](const auto& target) { return std::string(target.param); });

}  // namespace
}  // namespace awase::kernels
