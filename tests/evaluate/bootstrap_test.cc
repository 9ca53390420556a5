#include "engine/evaluate/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "engine/evaluate/draw.h"

namespace awase {
namespace {

std::vector<uint32_t> Own(uint32_t n) {
  std::vector<uint32_t> cluster(n);
  for (uint32_t i = 0; i < n; ++i) cluster[i] = i;
  return cluster;
}

TEST(Bootstrap, IsAsWideAsTheNormalIntervalForIndependentBaskets) {
  Draw draw(3);
  std::vector<double> values(2000);
  double mean = 0;
  for (double& value : values) mean += value = draw.Below(10) < 3;
  mean /= 2000;
  const Interval interval = Bootstrap(Own(2000), 1000, 1).Of(values);
  const double error = 1.96 * std::sqrt(mean * (1 - mean) / 2000);
  EXPECT_NEAR(interval.low, mean - error, 0.1 * error);
  EXPECT_NEAR(interval.high, mean + error, 0.1 * error);
}

TEST(Bootstrap, ClustersOfEqualBasketsWidenByTheRootOfTheirSize) {
  Draw draw(4);
  std::vector<double> values;
  std::vector<uint32_t> cluster;
  for (uint32_t customer = 0; customer < 400; ++customer) {
    const double value = draw.Below(2);
    for (int basket = 0; basket < 9; ++basket) {
      values.push_back(value);
      cluster.push_back(customer);
    }
  }
  const Interval clustered = Bootstrap(cluster, 1000, 1).Of(values);
  const Interval naive = Bootstrap(Own(3600), 1000, 1).Of(values);
  EXPECT_NEAR((clustered.high - clustered.low) / (naive.high - naive.low), 3, 0.3);
}

TEST(Bootstrap, PairedIntervalOfEqualMethodsIsZeroAndOfAConstantGainIsIt) {
  std::vector<double> zero(50, 0.0), gain(50, 0.25);
  const Bootstrap bootstrap(Own(50), 200, 7);
  EXPECT_EQ(bootstrap.Of(zero).low, 0);
  EXPECT_EQ(bootstrap.Of(zero).high, 0);
  EXPECT_DOUBLE_EQ(bootstrap.Of(gain).low, 0.25);
  EXPECT_DOUBLE_EQ(bootstrap.Of(gain).high, 0.25);
}

TEST(Bootstrap, SameSeedSameIntervalOtherSeedAnother) {
  std::vector<double> values;
  for (int i = 0; i < 100; ++i) values.push_back(i % 7);
  const Interval a = Bootstrap(Own(100), 100, 1).Of(values), b = Bootstrap(Own(100), 100, 1).Of(values);
  const Interval c = Bootstrap(Own(100), 100, 2).Of(values);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
  EXPECT_TRUE(a.low != c.low || a.high != c.high);
}

}  // namespace
}  // namespace awase
