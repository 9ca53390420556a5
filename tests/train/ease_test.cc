#include "engine/train/ease.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

namespace awase {
namespace {

struct World {
  Csr<BasketId, ItemId> units;
  std::vector<uint32_t> weights;
  uint32_t items;
};

World RandomWorld(uint32_t items, uint32_t baskets, uint32_t seed) {
  std::mt19937 random(seed);
  World world{.items = items};
  for (uint32_t u = 0; u < baskets; ++u) {
    std::set<uint32_t> basket;
    for (uint32_t n = 1 + random() % 6; n > 0; --n) basket.insert(random() % items);
    for (const uint32_t item : basket) world.units.values.push_back(ItemId{item});
    world.units.offsets.push_back(world.units.values.size());
    world.weights.push_back(random() % 5 == 0 ? 0 : 1 + random() % 65536);
  }
  return world;
}

// Steck 2019, eq. 8, by plain Gauss-Jordan in double precision.
std::vector<double> SlowEase(const World& world, double ridge) {
  const uint32_t n = world.items;
  std::vector<double> gram(n * n), inverse(n * n);
  for (uint32_t u = 0; u < world.units.rows(); ++u) {
    for (const ItemId i : world.units[BasketId{u}]) {
      for (const ItemId j : world.units[BasketId{u}])
        gram[Index(i) * n + Index(j)] += world.weights[u] / 65536.0;
    }
  }
  double trace = 0;
  for (uint32_t i = 0; i < n; ++i) trace += gram[i * n + i];
  for (uint32_t i = 0; i < n; ++i) {
    gram[i * n + i] += ridge * trace / n;
    inverse[i * n + i] = 1;
  }
  for (uint32_t k = 0; k < n; ++k) {
    const double pivot = 1 / gram[k * n + k];
    for (uint32_t j = 0; j < n; ++j) gram[k * n + j] *= pivot, inverse[k * n + j] *= pivot;
    for (uint32_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double f = gram[i * n + k];
      for (uint32_t j = 0; j < n; ++j)
        gram[i * n + j] -= f * gram[k * n + j], inverse[i * n + j] -= f * inverse[k * n + j];
    }
  }
  std::vector<double> b(n * n);
  for (uint32_t i = 0; i < n; ++i) {
    for (uint32_t j = 0; j < n; ++j) b[i * n + j] = i == j ? 0 : -inverse[i * n + j] / inverse[j * n + j];
  }
  return b;
}

TEST(Ease, AgreesWithTheFormulaOnRandomWorlds) {
  for (uint32_t seed = 1; seed <= 5; ++seed) {
    const World world = RandomWorld(100 + 40 * seed, 900, seed);
    const absl::StatusOr<EaseWeights> fast = FitEase(world.units, world.weights, world.items, 0.1, 1);
    ASSERT_TRUE(fast.ok());
    const std::vector<double> slow = SlowEase(world, 0.1);
    double largest = 0;
    for (uint32_t i = 0; i < world.items; ++i) {
      for (uint32_t j = 0; j < world.items; ++j) {
        ASSERT_NEAR((*fast)(i, j), slow[i * world.items + j], 2e-5)
            << "seed " << seed << " at " << i << "," << j;
        largest = std::max(largest, std::abs(slow[i * world.items + j]));
      }
    }
    EXPECT_GT(largest, 0.1);
  }
}

TEST(Ease, HasTheSameBitsOnAnyNumberOfThreads) {
  const World world = RandomWorld(300, 2000, 7);
  const EaseWeights one = *FitEase(world.units, world.weights, world.items, 0.3, 1);
  for (const unsigned threads : {2u, 3u, 4u}) {
    EXPECT_EQ(FitEase(world.units, world.weights, world.items, 0.3, threads)->values, one.values);
  }
}

TEST(Ease, AnItemThatAlwaysGoesWithAnotherSpeaksForItAloneNotForWhatThatOneExplains) {
  // a brings b, b brings c; a and c meet only through b.
  World world{.items = 3};
  const std::vector<std::vector<uint32_t>> baskets{{0, 1}, {0, 1}, {0, 1, 2}, {1, 2}, {1, 2}, {1, 2}};
  for (const auto& basket : baskets) {
    for (const uint32_t item : basket) world.units.values.push_back(ItemId{item});
    world.units.offsets.push_back(world.units.values.size());
    world.weights.push_back(65536);
  }
  const EaseWeights ease = *FitEase(world.units, world.weights, 3, 0.05, 1);
  EXPECT_GT(ease(0, 1), 0.3F);
  EXPECT_LT(ease(0, 2), 0.0F);
  EXPECT_EQ(ease(1, 1), 0.0F);
}

TEST(Ease, RefusesACatalogueBeyondItsLimit) {
  const absl::StatusOr<EaseWeights> refused = FitEase({}, {}, kMaxEaseItems + 1, 0.1, 1);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(refused.status().message(), "ease: at most 20000 items, got 20001");
}

}  // namespace
}  // namespace awase
