// The inverse is Gauss-Jordan by blocks, in place: for each block K of pivots
//   A[K,K] <- A[K,K]^-1,  A[K,J] <- A[K,K] A[K,J],  A[I,J] <- A[I,J] - A[I,K] A[K,J],  A[I,K] <- -A[I,K]
//   A[K,K].
// No pivoting is needed: X'WX + lambda I is symmetric positive definite, and so is every matrix that is left.
#include "engine/train/ease.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <string>

#include "engine/kernels/rank_update.h"

namespace awase {
namespace {

constexpr size_t kBlock = 2 * kernels::kDenseTile;  // pivots a step
constexpr double kOne = 65536.0;

// Units by item: the transpose, by counting.
Csr<ItemId, BasketId> Transpose(const Csr<BasketId, ItemId>& units, uint32_t items) {
  Csr<ItemId, BasketId> by_item;
  by_item.offsets.assign(items + 1, 0);
  for (const ItemId item : units.values) ++by_item.offsets[Index(item) + 1];
  for (uint32_t i = 0; i < items; ++i) by_item.offsets[i + 1] += by_item.offsets[i];
  by_item.values.resize(units.values.size());
  std::vector<uint64_t> at(by_item.offsets.begin(), by_item.offsets.end() - 1);
  for (uint32_t u = 0; u < units.rows(); ++u) {
    for (const ItemId item : units[BasketId{u}]) by_item.values[at[Index(item)]++] = BasketId{u};
  }
  return by_item;
}

// X'WX: exact integers first, rounded once.
void Gram(const Csr<BasketId, ItemId>& units, std::span<const uint32_t> weights, EaseWeights& matrix) {
  const Csr<ItemId, BasketId> by_item = Transpose(units, matrix.items);
  tbb::parallel_for(tbb::blocked_range<uint32_t>(0, matrix.items, 16),
                    [&](const tbb::blocked_range<uint32_t>& rows) {
                      std::vector<uint64_t> sums(matrix.items);
                      for (uint32_t i = rows.begin(); i < rows.end(); ++i) {
                        std::fill(sums.begin(), sums.end(), 0);
                        for (const BasketId u : by_item[ItemId{i}]) {
                          for (const ItemId j : units[u]) sums[Index(j)] += weights[Index(u)];
                        }
                        float* row = matrix.values.data() + i * matrix.stride;
                        for (uint32_t j = 0; j < matrix.items; ++j)
                          row[j] = static_cast<float>(static_cast<double>(sums[j]) / kOne);
                      }
                    });
}

void AddRidge(double ridge, EaseWeights& matrix) {
  double trace = 0;
  for (uint32_t i = 0; i < matrix.items; ++i) trace += matrix(i, i);
  const auto lambda = static_cast<float>(std::max(ridge * trace / matrix.items, 1e-6));
  for (size_t i = 0; i < matrix.stride; ++i) {
    // Rows beyond the items only fill the tiles up: the identity stays out of everything.
    matrix.values[i * matrix.stride + i] =
        i < matrix.items ? matrix.values[i * matrix.stride + i] + lambda : 1.0F;
  }
}

// Inverse of the pivots' block, in double precision; out is kBlock x kBlock.
void InvertBlock(const float* block, size_t stride, std::vector<double>& out) {
  for (size_t i = 0; i < kBlock; ++i) {
    for (size_t j = 0; j < kBlock; ++j) out[i * kBlock + j] = block[i * stride + j];
  }
  for (size_t k = 0; k < kBlock; ++k) {
    const double pivot = 1.0 / out[k * kBlock + k];
    out[k * kBlock + k] = 1.0;
    for (size_t j = 0; j < kBlock; ++j) out[k * kBlock + j] *= pivot;
    for (size_t i = 0; i < kBlock; ++i) {
      if (i == k) continue;
      const double factor = out[i * kBlock + k];
      out[i * kBlock + k] = 0.0;
      for (size_t j = 0; j < kBlock; ++j) out[i * kBlock + j] -= factor * out[k * kBlock + j];
    }
  }
}

// One step: eliminates the pivots k0 .. k0 + kBlock.
void Eliminate(size_t k0, EaseWeights& matrix) {
  const size_t n = matrix.stride;
  float* a = matrix.values.data();
  std::vector<double> inverse(kBlock * kBlock);
  InvertBlock(a + k0 * n + k0, n, inverse);
  std::vector<float> negated(kBlock * kBlock);
  for (size_t i = 0; i < negated.size(); ++i) negated[i] = static_cast<float>(-inverse[i]);

  // Row panel: R = D A[K,J], computed as 0 - (-D) A[K,J]; its own columns become D, so that the update below
  // is right there.
  std::vector<float> panel(kBlock * n, 0.0F);
  tbb::parallel_for(size_t{0}, n / kernels::kDenseTile, [&](size_t tile) {
    const size_t j = tile * kernels::kDenseTile;
    if (j >= k0 && j < k0 + kBlock) return;
    kernels::RankUpdate(negated.data(), kBlock, kBlock, a + k0 * n + j, n, kernels::kDenseTile,
                        panel.data() + j, n);
  });
  for (size_t i = 0; i < kBlock; ++i) {
    for (size_t j = 0; j < kBlock; ++j) panel[i * n + k0 + j] = -negated[i * kBlock + j];
  }
  tbb::parallel_for(size_t{0}, n / kernels::kDenseTile, [&](size_t tile) {
    const size_t i0 = tile * kernels::kDenseTile;
    if (i0 >= k0 && i0 < k0 + kBlock) return;
    std::vector<float> column(kernels::kDenseTile * kBlock);
    for (size_t i = 0; i < kernels::kDenseTile; ++i) {
      float* row = a + (i0 + i) * n + k0;
      std::copy_n(row, kBlock, column.begin() + static_cast<std::ptrdiff_t>(i * kBlock));
      std::fill_n(row, kBlock, 0.0F);
    }
    kernels::RankUpdate(column.data(), kernels::kDenseTile, kBlock, panel.data(), n, n, a + i0 * n, n);
  });
  std::copy(panel.begin(), panel.end(), a + k0 * n);
}

}  // namespace

absl::StatusOr<EaseWeights> FitEase(const Csr<BasketId, ItemId>& units, std::span<const uint32_t> weights,
                                    uint32_t items, double ridge, unsigned threads,
                                    const Progress& progress) {
  if (items > kMaxEaseItems) {
    return absl::ResourceExhaustedError("ease: at most " + std::to_string(kMaxEaseItems) + " items, got " +
                                        std::to_string(items));
  }
  EaseWeights matrix;
  matrix.items = items;
  matrix.stride = (items + kBlock - 1) / kBlock * kBlock;
  matrix.values.assign(matrix.stride * matrix.stride, 0.0F);
  tbb::task_arena arena(threads == 0 ? tbb::task_arena::automatic : static_cast<int>(threads));
  arena.execute([&] {
    Gram(units, weights, matrix);
    AddRidge(ridge, matrix);
    for (size_t k = 0; k < matrix.stride; k += kBlock) {
      Eliminate(k, matrix);
      if (progress) progress("ease", k + kBlock, matrix.stride);
    }
    std::vector<float> diagonal(items);
    for (uint32_t j = 0; j < items; ++j) diagonal[j] = matrix(j, j);
    tbb::parallel_for(uint32_t{0}, items, [&](uint32_t i) {
      float* row = matrix.values.data() + i * matrix.stride;
      for (uint32_t j = 0; j < items; ++j) row[j] = i == j ? 0.0F : -row[j] / diagonal[j];
    });
  });
  return matrix;
}

}  // namespace awase
