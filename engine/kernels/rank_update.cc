#include "engine/kernels/rank_update.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/kernels/rank_update.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kRows = 4;  // rows kept in registers

// One stripe of two vectors' width by four rows: eight sums in registers, so that it fits sixteen of them.
void Stripe(const float* a, size_t depth, const float* b, size_t ldb, float* c, size_t ldc) {
  const hn::CappedTag<float, kDenseTile / 2> d;
  const size_t lanes = hn::Lanes(d);
  auto s00 = hn::Zero(d), s01 = hn::Zero(d), s10 = hn::Zero(d), s11 = hn::Zero(d);
  auto s20 = hn::Zero(d), s21 = hn::Zero(d), s30 = hn::Zero(d), s31 = hn::Zero(d);
  for (size_t k = 0; k < depth; ++k) {
    const auto b0 = hn::LoadU(d, b + k * ldb);
    const auto b1 = hn::LoadU(d, b + k * ldb + lanes);
    const auto a0 = hn::Set(d, a[k]), a1 = hn::Set(d, a[depth + k]);
    const auto a2 = hn::Set(d, a[2 * depth + k]), a3 = hn::Set(d, a[3 * depth + k]);
    s00 = hn::Add(s00, hn::Mul(a0, b0));
    s01 = hn::Add(s01, hn::Mul(a0, b1));
    s10 = hn::Add(s10, hn::Mul(a1, b0));
    s11 = hn::Add(s11, hn::Mul(a1, b1));
    s20 = hn::Add(s20, hn::Mul(a2, b0));
    s21 = hn::Add(s21, hn::Mul(a2, b1));
    s30 = hn::Add(s30, hn::Mul(a3, b0));
    s31 = hn::Add(s31, hn::Mul(a3, b1));
  }
  const auto subtract = [&](size_t row, auto left, auto right) {
    float* out = c + row * ldc;
    hn::StoreU(hn::Sub(hn::LoadU(d, out), left), d, out);
    hn::StoreU(hn::Sub(hn::LoadU(d, out + lanes), right), d, out + lanes);
  };
  subtract(0, s00, s01);
  subtract(1, s10, s11);
  subtract(2, s20, s21);
  subtract(3, s30, s31);
}

void RankUpdate(const float* a, size_t rows, size_t depth, const float* b, size_t ldb, size_t cols, float* c,
                size_t ldc) {
  const hn::CappedTag<float, kDenseTile / 2> d;
  const size_t width = 2 * hn::Lanes(d);
  // Columns outside, so that the strip of b stays in the first-level cache while all rows pass.
  for (size_t j = 0; j < cols; j += width) {
    for (size_t i = 0; i < rows; i += kRows) Stripe(a + i * depth, depth, b + j, ldb, c + i * ldc + j, ldc);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace awase::kernels {

HWY_EXPORT(RankUpdate);

void RankUpdate(const float* a, size_t rows, size_t depth, const float* b, size_t ldb, size_t cols, float* c,
                size_t ldc) noexcept {
  HWY_DYNAMIC_DISPATCH(RankUpdate)(a, rows, depth, b, ldb, cols, c, ldc);
}

}  // namespace awase::kernels
#endif  // HWY_ONCE
