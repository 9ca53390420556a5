// The one dense kernel: subtract a product of thin matrices.
#ifndef AWASE_ENGINE_KERNELS_RANK_UPDATE_H_
#define AWASE_ENGINE_KERNELS_RANK_UPDATE_H_

#include <cstddef>

namespace awase::kernels {

// Rows and columns are handled in tiles of this many; every size below must be a multiple of it.
inline constexpr size_t kDenseTile = 64;

// c[i][j] -= sum over k of a[i][k] * b[k][j], row-major.
//   a  rows x depth, contiguous      b  depth x cols, rows `ldb` apart      c  rows x cols, rows `ldc` apart
// Each element adds its products in the order of k, product and sum rounded apart, so the bits are the same
// on every SIMD path and for every way of cutting the rows between threads. Cost: rows * cols * depth
// multiply-adds.
void RankUpdate(const float* a, size_t rows, size_t depth, const float* b, size_t ldb, size_t cols, float* c,
                size_t ldc) noexcept;

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_RANK_UPDATE_H_
