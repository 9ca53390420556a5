#include "engine/profile/personal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "tests/support/allocations.h"

namespace awase {
namespace {

using Orders = std::vector<std::vector<ItemId>>;

std::vector<Owned> Fold(const Orders& orders, float decay) {
  std::vector<std::span<const ItemId>> spans(orders.begin(), orders.end());
  std::vector<Owned> out = {{ItemId{9}, 9, 9}};
  PersonalFrequency(spans, decay, out);
  return out;
}

TEST(PersonalFrequency, DecaysByOrderNotByPurchase) {
  const auto owned = Fold({{ItemId{1}, ItemId{2}}, {ItemId{2}}, {}, {ItemId{1}}}, 0.5f);
  ASSERT_EQ(owned.size(), 2u);
  EXPECT_EQ(owned[0].item, ItemId{1});
  EXPECT_FLOAT_EQ(owned[0].weight, 1.125f);
  EXPECT_EQ(owned[0].orders, 2u);
  EXPECT_EQ(owned[1].item, ItemId{2});
  EXPECT_FLOAT_EQ(owned[1].weight, 0.125f + 0.25f);
  EXPECT_TRUE(Fold({}, 0.9f).empty());
}

TEST(PersonalFrequency, IsTheSumOfItsDefinition) {
  std::mt19937_64 random(1);
  for (int n = 0; n < 300; ++n) {
    Orders orders(random() % 20);
    std::map<uint32_t, std::pair<double, uint32_t>> slow;
    for (size_t o = 0; o < orders.size(); ++o) {
      for (uint32_t item = 0; item < 12; ++item) {
        if (random() % 3 != 0) continue;
        orders[o].push_back(ItemId{item});
        slow[item].first += std::pow(0.9, static_cast<double>(orders.size() - 1 - o));
        ++slow[item].second;
      }
    }
    const auto owned = Fold(orders, 0.9f);
    ASSERT_EQ(owned.size(), slow.size());
    for (const Owned& one : owned) {
      ASSERT_NEAR(one.weight, slow[Index(one.item)].first, 1e-5);
      ASSERT_EQ(one.orders, slow[Index(one.item)].second);
    }
  }
}

// The server folds in a numbering of its own: sums must not follow the numbers.
TEST(PersonalFrequency, GivesTheSameBitsInEveryNumbering) {
  std::mt19937_64 random(2);
  for (int n = 0; n < 300; ++n) {
    Orders orders(random() % 20), mirrored(orders.size());
    for (size_t o = 0; o < orders.size(); ++o) {
      for (uint32_t item = 0; item < 30; ++item) {
        if (random() % 4 == 0) orders[o].push_back(ItemId{item});
      }
      for (const ItemId item : orders[o]) mirrored[o].push_back(ItemId{29 - Index(item)});
    }
    auto owned = Fold(orders, 0.9f), other = Fold(mirrored, 0.9f);
    std::reverse(other.begin(), other.end());
    ASSERT_EQ(owned.size(), other.size());
    for (size_t i = 0; i < owned.size(); ++i) {
      ASSERT_EQ(Index(owned[i].item), 29 - Index(other[i].item));
      ASSERT_EQ(owned[i].weight, other[i].weight);
      ASSERT_EQ(owned[i].orders, other[i].orders);
    }
  }
}

TEST(PersonalFrequency, AllocatesNothingWhenWarm) {
  std::vector<ItemId> items;
  for (uint32_t i = 0; i < 50; ++i) items.push_back(ItemId{i % 20});
  std::vector<std::span<const ItemId>> orders;
  for (size_t i = 0; i < items.size(); i += 5) orders.push_back(std::span(items).subspan(i, 5));
  std::vector<Owned> out;
  PersonalFrequency(orders, 0.9f, out);
  const uint64_t before = testing::Allocations();
  for (int i = 0; i < 100; ++i) PersonalFrequency(orders, 0.9f, out);
  EXPECT_EQ(testing::Allocations(), before);
}

}  // namespace
}  // namespace awase
