#include "engine/evaluate/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace awase {
namespace {

std::vector<ItemId> Items(std::initializer_list<uint32_t> numbers) {
  std::vector<ItemId> items;
  for (const uint32_t number : numbers) items.push_back(ItemId{number});
  return items;
}

std::vector<ItemId> Upto(uint32_t n) {
  std::vector<ItemId> items;
  for (uint32_t i = 1; i <= n; ++i) items.push_back(ItemId{i});
  return items;
}

TEST(Metrics, OneRelevantItemAtEachPlace) {
  struct Row {
    uint32_t item;
    double hr10, hr20, ndcg10, ndcg20, mrr10, mrr20;
  };
  const Row table[] = {
      {1, 1, 1, 1, 1, 1, 1},
      {3, 1, 1, 0.5, 0.5, 1.0 / 3, 1.0 / 3},
      {10, 1, 1, 1 / std::log2(11), 1 / std::log2(11), 0.1, 0.1},
      {11, 0, 1, 0, 1 / std::log2(12), 0, 1.0 / 11},
      {20, 0, 1, 0, 1 / std::log2(21), 0, 0.05},
      {21, 0, 0, 0, 0, 0, 0},
  };
  const std::vector<ItemId> ranked = Upto(25);
  for (const Row& row : table) {
    SCOPED_TRACE(row.item);
    const MetricValues values = Judge(ranked, Items({row.item}), 1);
    EXPECT_DOUBLE_EQ(values[Metric::kHr10], row.hr10);
    EXPECT_DOUBLE_EQ(values[Metric::kHr20], row.hr20);
    EXPECT_DOUBLE_EQ(values[Metric::kRecall10], row.hr10);
    EXPECT_DOUBLE_EQ(values[Metric::kRecall20], row.hr20);
    EXPECT_DOUBLE_EQ(values[Metric::kNdcg10], row.ndcg10);
    EXPECT_DOUBLE_EQ(values[Metric::kNdcg20], row.ndcg20);
    EXPECT_DOUBLE_EQ(values[Metric::kMrr10], row.mrr10);
    EXPECT_DOUBLE_EQ(values[Metric::kMrr20], row.mrr20);
  }
}

TEST(Metrics, SeveralRelevantItemsByHand) {
  // Hits at places 2 and 4 of three relevant items.
  const MetricValues values = Judge(Items({7, 1, 8, 2, 9}), Items({1, 2, 3}), 3);
  EXPECT_DOUBLE_EQ(values[Metric::kHr10], 1);
  EXPECT_DOUBLE_EQ(values[Metric::kRecall10], 2.0 / 3);
  EXPECT_DOUBLE_EQ(values[Metric::kMrr10], 0.5);
  const double gain = 1 / std::log2(3) + 1 / std::log2(5);
  const double ideal = 1 + 1 / std::log2(3) + 1 / std::log2(4);
  EXPECT_DOUBLE_EQ(values[Metric::kNdcg10], gain / ideal);
}

TEST(Metrics, HrAndMrrMayLookAtTheNextItemOnly) {
  const MetricValues values = Judge(Items({2, 3, 1}), Items({1, 2, 3}), 1);
  EXPECT_DOUBLE_EQ(values[Metric::kMrr20], 1.0 / 3);
  EXPECT_DOUBLE_EQ(values[Metric::kRecall20], 1);
  EXPECT_DOUBLE_EQ(Judge(Items({2, 3}), Items({1, 2, 3}), 1)[Metric::kHr20], 0);
}

TEST(Metrics, IdealIsCutAtTheDepth) {
  std::vector<ItemId> relevant = Upto(30);
  EXPECT_DOUBLE_EQ(Judge(Upto(30), relevant, 30)[Metric::kNdcg10], 1);
  EXPECT_DOUBLE_EQ(Judge(Upto(30), relevant, 30)[Metric::kRecall10], 1.0 / 3);
}

TEST(Metrics, NothingRankedIsAMiss) {
  for (const double value : Judge({}, Items({1}), 1)) EXPECT_EQ(value, 0);
}

TEST(Metrics, GiniIsZeroWhenEvenAndGrowsWithSkew) {
  EXPECT_DOUBLE_EQ(Gini(std::vector<uint64_t>{4, 4, 4}), 0);
  EXPECT_DOUBLE_EQ(Gini(std::vector<uint64_t>{0, 0, 9}), 2.0 / 3);
  // Sorted 1 2 3 4, sum (2i - n - 1) x = -3 -2 +3 +12 = 10; n * total = 40.
  EXPECT_DOUBLE_EQ(Gini(std::vector<uint64_t>{4, 1, 3, 2}), 0.25);
  EXPECT_EQ(Gini(std::vector<uint64_t>{0, 0}), 0);
}

}  // namespace
}  // namespace awase
