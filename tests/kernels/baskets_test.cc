#include "engine/kernels/baskets.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "engine/kernels/row.h"
#include "engine/kernels/stream.h"
#include "tests/support/basket_stream.h"
#include "tests/support/worlds.h"

namespace awase::kernels {
namespace {

using ::awase::testing::BasketStream;
using ::awase::testing::Dice;

class Baskets : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { ASSERT_TRUE(ForceTarget(GetParam())); }
  void TearDown() override { ForceTarget(""); }
};

// Labels of each kind, and those where kinds meet; some baskets without tail labels.
std::set<uint32_t> RandomLabels(Dice& dice, uint32_t largest) {
  constexpr uint32_t kMeeting[] = {0, kHotLabels - 1, kHotLabels, kHeadLabels - 1};
  std::set<uint32_t> labels;
  const bool tails = dice.Chance(500);
  for (uint32_t n = 1 + dice.Below(largest); n > 0; --n) {
    const uint32_t kind = dice.Below(tails ? 5 : 3);
    labels.insert(kind == 0   ? dice.Below(kHotLabels)
                  : kind == 1 ? kHotLabels + dice.Below(kHeadLabels - kHotLabels)
                  : kind == 2 ? kMeeting[dice.Below(4)]
                  : kind == 3 ? kHeadLabels + dice.Below(1'000'000)
                              : kHeadLabels);
  }
  return labels;
}

// Writes to words that were not zero; what stands behind the last basket stays.
void ExpectAsAppended(uint64_t seed, bool hot, uint32_t largest) {
  Dice dice(seed);
  BasketStream twin(hot);
  std::vector<PlacedBasket> baskets;
  std::vector<uint32_t> labels, places;
  for (uint32_t b = 0; b < 300; ++b) {
    const std::set<uint32_t> drawn = RandomLabels(dice, largest);
    std::vector<uint32_t> basket(drawn.begin(), drawn.end());
    std::rotate(basket.begin(), basket.begin() + dice.Below(static_cast<uint32_t>(basket.size())),
                basket.end());
    const uint32_t weight = 1 + dice.Below(65536);
    places.push_back(twin.Append(basket, weight));
    baskets.push_back({0, static_cast<uint32_t>(basket.size()), weight});
    labels.insert(labels.end(), basket.begin(), basket.end());
  }
  labels.resize(labels.size() + kLabelSlack, 5);
  const uint16_t* const appended = twin.data();
  const std::vector<uint16_t> expected(appended, appended + twin.words());
  std::vector<uint16_t> stream(twin.words() + 64, 0xabcd);
  // In two calls, as runs are.
  const std::span<PlacedBasket> all(baskets);
  size_t before = 0;
  for (const PlacedBasket& basket : all.first(100)) before += basket.size;
  const uint64_t free = WriteBaskets(all.first(100), labels.data(), hot, 0, stream.data());
  EXPECT_EQ(WriteBaskets(all.subspan(100), labels.data() + before, hot, free, stream.data()), twin.words());
  for (size_t b = 0; b < baskets.size(); ++b) EXPECT_EQ(baskets[b].at, places[b]);
  EXPECT_EQ(std::vector<uint16_t>(stream.begin() + static_cast<int64_t>(twin.words()), stream.end()),
            std::vector<uint16_t>(64, 0xabcd));
  stream.resize(twin.words());
  EXPECT_EQ(stream, expected);
}

TEST_P(Baskets, AreWrittenAsIfAppendedOneByOne) {
  for (const bool hot : {false, true}) {
    for (const uint32_t largest : {1u, 4u, 15u, 16u, 17u, 40u, 300u}) {
      SCOPED_TRACE(::testing::Message() << "hot " << hot << " largest " << largest);
      ExpectAsAppended(largest, hot, largest);
      if (HasFailure()) return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Everywhere, Baskets, ::testing::ValuesIn(Targets()),
                         [](const auto& target) { return std::string(target.param); });

}  // namespace
}  // namespace awase::kernels
