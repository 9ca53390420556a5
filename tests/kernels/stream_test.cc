#include "engine/kernels/stream.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/basket_stream.h"
#include "tests/support/worlds.h"

namespace awase::kernels {
namespace {

using ::awase::testing::BasketStream;
using ::awase::testing::Dice;

struct Basket {
  uint32_t weight;
  std::vector<uint32_t> labels;  // hot ones first, then head labels, as they are read
};

std::vector<Basket> RandomBaskets(uint64_t seed, uint32_t largest) {
  Dice dice(seed);
  std::vector<Basket> baskets(2'000);
  for (Basket& basket : baskets) {
    basket.weight = 1 + dice.Below(65536);
    for (uint32_t label = dice.Below(40); label < kHotLabels; label += 1 + dice.Below(40))
      basket.labels.push_back(label);
    const uint32_t size = 1 + dice.Below(largest), heads = dice.Below(size + 1);
    for (uint32_t k = 0; k < size; ++k) {
      basket.labels.push_back(k < heads ? kHotLabels + dice.Below(kHeadLabels - kHotLabels)
                                        : kHeadLabels + dice.Below(1'000'000));
    }
  }
  return baskets;
}

void ExpectGivenBack(bool hot, const std::vector<Basket>& baskets) {
  BasketStream stream(hot);
  std::vector<uint64_t> positions;
  for (const Basket& basket : baskets) positions.push_back(stream.Append(basket.labels, basket.weight));
  size_t met = 0;
  ForEachBasket(stream.data(), stream.words(), hot, [&](uint64_t at, BasketView basket) {
    ASSERT_LT(met, baskets.size());
    EXPECT_EQ(at, positions[met]);
    EXPECT_EQ(basket.weight(), baskets[met].weight);
    EXPECT_EQ(basket.size(), baskets[met].labels.size());
    std::vector<uint32_t> labels;
    ForEachLabel(basket, [&](uint32_t label) { labels.push_back(label); });
    EXPECT_EQ(labels, baskets[met].labels);
    const uint32_t words = BasketWords(hot, basket.head(), basket.tail());
    EXPECT_LE(at % kLineWords + HeaderWords(hot), kLineWords);
    const uint64_t lines = (at % kLineWords + words + kLineWords - 1) / kLineWords;
    EXPECT_EQ(lines, (words + kLineWords - 1) / kLineWords) << "at " << at << " words " << words;
    ++met;
  });
  EXPECT_EQ(met, baskets.size());
}

TEST(Stream, GivesBackEveryBasketAndKeepsSmallOnesWithinALine) {
  for (const uint32_t largest : {1u, 3u, 14u, 29u, 40u, 300u}) {
    SCOPED_TRACE(largest);
    const std::vector<Basket> baskets = RandomBaskets(largest, largest);
    ExpectGivenBack(false, baskets);
    ExpectGivenBack(true, baskets);
  }
}

TEST(Stream, SkipsToTheNextLineOnlyWhereItMust) {
  EXPECT_EQ(PlaceBasket(false, 0, 32), 0u);
  EXPECT_EQ(PlaceBasket(false, 1, 32), 32u);
  EXPECT_EQ(PlaceBasket(false, 10, 22), 10u);
  EXPECT_EQ(PlaceBasket(false, 10, 23), 32u);
  EXPECT_EQ(PlaceBasket(false, 31, 33), 32u) << "its header would be split";
  EXPECT_EQ(PlaceBasket(false, 29, 35), 29u) << "two lines in either place";
  EXPECT_EQ(PlaceBasket(true, 25, 39), 25u);
  EXPECT_EQ(PlaceBasket(true, 26, 38), 32u) << "its bits would be split";
}

}  // namespace
}  // namespace awase::kernels
