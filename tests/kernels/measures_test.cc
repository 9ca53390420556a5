#include "engine/kernels/measures.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/worlds.h"

namespace awase::kernels {
namespace {

using ::awase::testing::Dice;

TEST(Elementary, LogExpAndPowAreCloseToTheLibrarys) {
  Dice dice(1);
  for (int i = 0; i < 200'000; ++i) {
    const double x = std::ldexp(1.0 + static_cast<double>(dice.Next() >> 12) * 0x1p-52,
                                static_cast<int>(dice.Below(400)) - 200);
    const double log = std::log(x);
    ASSERT_NEAR(Log(x), log, 4e-16 * std::max(1.0, std::fabs(log))) << x;
    const double y = static_cast<double>(dice.Below(1'400'000)) / 1000 - 700;
    ASSERT_NEAR(Exp(y) / std::exp(y), 1.0, 2e-15) << y;
    const double exponent = static_cast<double>(dice.Below(8000)) / 1000 - 4;
    ASSERT_NEAR(Pow(x, exponent) / std::pow(x, exponent), 1.0, 2e-13) << x << "^" << exponent;
  }
  EXPECT_EQ(Log(1.0), 0.0);
  EXPECT_EQ(Exp(0.0), 1.0);
  EXPECT_EQ(Pow(3.0, 0.0), 1.0);
  EXPECT_EQ(Pow(1e-300, 4.0), 0.0);
}

// 30 of 100 units hold the anchor, 20 the candidate, 12 both.
struct Example {
  static constexpr uint64_t kOne = 65536;
  uint64_t c = 12 * kOne, n = 30 * kOne, m = 20 * kOne, all = 100 * kOne;
  float Value(Association association, double power = 1, double a = 0.5, double b = 0.5) const {
    const MeasureSpec spec{association, power, a, b};
    const SizeClass sizes[] = {{1, 10.0}, {3, 20.0}};
    const Anchor anchor = AnchorOf(spec, n, all, sizes);
    const float rank = Rank(spec, anchor, c, m, FactorOf(spec, m), TermOf(spec, m, all, 400 * kOne));
    return rank == 0 ? 0 : Score(spec, anchor, rank);
  }
};

TEST(Measures, FollowTheirFormulas) {
  const Example e;
  EXPECT_FLOAT_EQ(e.Value(Association::kJaccard), 12.0f / 38);
  EXPECT_FLOAT_EQ(e.Value(Association::kJaccard, 1.5), std::pow(12.0f / 38, 1.5f));
  EXPECT_FLOAT_EQ(e.Value(Association::kConfidence), 0.4f);
  EXPECT_FLOAT_EQ(e.Value(Association::kCosine), 12 / std::sqrt(600.0f));
  EXPECT_FLOAT_EQ(e.Value(Association::kCosine, 1, 0.2, 0.9),
                  12 / (std::pow(30.0f, 0.2f) * std::pow(20.0f, 0.9f)));
  EXPECT_FLOAT_EQ(e.Value(Association::kLift), 2.0f);
  EXPECT_FLOAT_EQ(e.Value(Association::kCount), 12.0f);
  const auto term = [](double observed, double expected) { return observed * std::log(observed / expected); };
  EXPECT_NEAR(e.Value(Association::kLlr), 2 * (term(12, 6) + term(18, 24) + term(8, 14) + term(62, 56)),
              1e-5);
  const double expected = 10 * (1 - 0.95) + 20 * (1 - std::pow(0.95, 3));
  EXPECT_FLOAT_EQ(e.Value(Association::kExpected), static_cast<float>((12 - expected) / std::sqrt(expected)));
}

TEST(Measures, WhatIsTogetherNoMoreOftenThanChanceIsDropped) {
  Example e;
  e.c = 6 * Example::kOne;  // exactly chance
  EXPECT_EQ(e.Value(Association::kLlr), 0.0f);
  EXPECT_EQ(e.Value(Association::kLift), 0.0f);
  EXPECT_GT(e.Value(Association::kJaccard), 0.0f);
  e.c += 1;  // one part in 65,536 above it
  EXPECT_GT(e.Value(Association::kLlr), 0.0f);
  EXPECT_GT(e.Value(Association::kLift), 1.0f);
  e.c = 1 * Example::kOne;
  EXPECT_EQ(e.Value(Association::kExpected), 0.0f);
}

TEST(Measures, TheSignIsExactWhereDoublesAreNot) {
  const uint64_t all = (uint64_t{1} << 51) + 1, n = (uint64_t{1} << 50) + 3, m = (uint64_t{1} << 49) + 5;
  __extension__ using Wide = unsigned __int128;
  const auto chance = static_cast<uint64_t>(static_cast<Wide>(n) * m / all);
  EXPECT_FALSE(Positive(chance, n, m, all));
  EXPECT_TRUE(Positive(chance + 1, n, m, all));
}

}  // namespace
}  // namespace awase::kernels
