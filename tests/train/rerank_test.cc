#include "engine/train/rerank.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <set>

#include "engine/train/ease.h"

namespace awase {
namespace {

Units RandomUnits(uint32_t items, uint32_t baskets, uint32_t seed) {
  std::mt19937 random(seed);
  Units units;
  for (uint32_t u = 0; u < baskets; ++u) {
    std::set<uint32_t> basket;
    for (uint32_t n = 1 + random() % 6; n > 0; --n) basket.insert(random() % items);
    for (const uint32_t item : basket) units.by_unit.values.push_back(ItemId{item});
    units.by_unit.offsets.push_back(units.by_unit.values.size());
    units.owner.push_back(u);
    units.time.push_back(1000 + u);
    units.source.push_back(u);
  }
  units.owners = baskets;
  return units;
}

struct Built {
  Population population;
  TrainOptions options;
  Neighbours wide, kept;
};

Built Build(double ease, unsigned threads = 1) {
  const Units units = RandomUnits(60, 800, 3);
  Built built;
  built.options.ease = ease;
  built.options.top_n = 5;
  built.options.threads = threads;
  built.population = *BuildPopulation(units, 60, 2000, built.options, 1);
  TrainOptions wide = built.options;
  wide.top_n = 5 * kEaseChoice;
  built.wide = BuildNeighbours(built.population, wide, threads, nullptr);
  built.kept = *RerankWithEase(built.population, built.options, built.wide, nullptr);
  return built;
}

TEST(Rerank, ScoresAreTheGeometricMeanOfMeasureAndEaseBestFirst) {
  const Built built = Build(0.75);
  Csr<BasketId, ItemId> baskets;
  const Population& population = built.population;
  kernels::ForEachBasket(
      population.stream.data(), population.words, population.hot, [&](uint64_t, kernels::BasketView basket) {
        ForEachLabel(basket,
                     [&](uint32_t label) { baskets.values.push_back(ItemId{population.item_of[label]}); });
        baskets.offsets.push_back(baskets.values.size());
      });
  std::vector<uint32_t> weights;
  for (uint32_t b = 0; b < baskets.rows(); ++b) {
    const auto others = static_cast<double>(std::max<size_t>(baskets[BasketId{b}].size() - 1, 1));
    weights.push_back(static_cast<uint32_t>(std::lround(65536 / std::sqrt(others))));
  }
  const EaseWeights ease = *FitEase(baskets, weights, 60, built.options.ease_ridge, 1);
  ASSERT_GT(built.kept.edges.size(), 100u);
  for (uint32_t i = 0; i < 60; ++i) {
    std::map<uint32_t, float> measure;
    for (uint64_t e = built.wide.offsets[i]; e < built.wide.offsets[i + 1]; ++e) {
      measure[built.wide.edges[e].item] = built.wide.edges[e].score;
    }
    ASSERT_LE(built.kept.offsets[i + 1] - built.kept.offsets[i], 5u);
    for (uint64_t e = built.kept.offsets[i]; e < built.kept.offsets[i + 1]; ++e) {
      const Edge& edge = built.kept.edges[e];
      ASSERT_TRUE(measure.contains(edge.item)) << "an edge without co-purchases";
      EXPECT_NEAR(edge.score, std::pow(measure[edge.item], 0.25) * std::pow(ease(i, edge.item), 0.75), 1e-6);
      if (e > built.kept.offsets[i]) {
        EXPECT_GE(built.kept.edges[e - 1].score, edge.score);
      }
    }
  }
}

TEST(Rerank, KeepsTheEvidenceOfItsEdges) {
  const Built built = Build(0.5);
  for (uint32_t i = 0; i < 60; ++i) {
    for (uint64_t e = built.kept.offsets[i]; e < built.kept.offsets[i + 1]; ++e) {
      uint64_t at = built.wide.offsets[i];
      while (built.wide.edges[at].item != built.kept.edges[e].item)
        ASSERT_LT(++at, built.wide.offsets[i + 1]);
      EXPECT_EQ(built.kept.evidence[e].joint_units, built.wide.evidence[at].joint_units);
      EXPECT_GT(built.kept.evidence[e].joint_units, 0u);
    }
  }
}

TEST(Rerank, HasTheSameBitsOnAnyNumberOfThreadsAndOthersForAnotherShare) {
  const Built one = Build(0.75), two = Build(0.75, 2), other = Build(0.25);
  ASSERT_EQ(one.kept.edges.size(), two.kept.edges.size());
  bool differs = one.kept.edges.size() != other.kept.edges.size();
  for (size_t e = 0; e < one.kept.edges.size(); ++e) {
    EXPECT_EQ(one.kept.edges[e].item, two.kept.edges[e].item);
    EXPECT_EQ(one.kept.edges[e].score, two.kept.edges[e].score);
    differs = differs || one.kept.edges[e].score != other.kept.edges[e].score;
  }
  EXPECT_TRUE(differs);
}

}  // namespace
}  // namespace awase
