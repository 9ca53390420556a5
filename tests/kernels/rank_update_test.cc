#include "engine/kernels/rank_update.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <random>
#include <vector>

#include "hwy/highway.h"
#include "hwy/targets.h"

namespace awase::kernels {
namespace {

// The definition: products added in the order of k, then one subtraction.
std::vector<float> Slow(const std::vector<float>& a, const std::vector<float>& b, std::vector<float> c,
                        size_t rows, size_t depth, size_t cols) {
  for (size_t i = 0; i < rows; ++i) {
    for (size_t j = 0; j < cols; ++j) {
      float sum = 0;
      for (size_t k = 0; k < depth; ++k) sum = sum + a[i * depth + k] * b[k * cols + j];
      c[i * cols + j] -= sum;
    }
  }
  return c;
}

std::vector<float> Random(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<float> values(size);
  for (float& v : values) v = static_cast<float>(random() % 2001) / 1000.0F - 1.0F;
  return values;
}

TEST(RankUpdate, HasTheBitsOfItsDefinitionOnEveryPath) {
  const std::vector<int64_t> targets = hwy::SupportedAndGeneratedTargets();
  ASSERT_GE(targets.size(), 2u) << "only one SIMD path on this machine";
  for (const auto& [rows, depth, cols] : {std::array<size_t, 3>{64, 64, 64}, {128, 128, 192}, {64, 1, 64}}) {
    const std::vector<float> a = Random(rows * depth, 1), b = Random(depth * cols, 2),
                             c = Random(rows * cols, 3);
    const std::vector<float> expected = Slow(a, b, c, rows, depth, cols);
    for (const int64_t target : targets) {
      hwy::SetSupportedTargetsForTest(target);
      std::vector<float> got = c;
      RankUpdate(a.data(), rows, depth, b.data(), cols, cols, got.data(), cols);
      hwy::SetSupportedTargetsForTest(0);
      EXPECT_EQ(std::memcmp(got.data(), expected.data(), got.size() * sizeof(float)), 0)
          << hwy::TargetName(target);
    }
  }
}

}  // namespace
}  // namespace awase::kernels
