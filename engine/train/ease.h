// EASE: how much each item in a cart speaks for each other item, with what the other items of the cart
// already say taken out.
#ifndef AWASE_ENGINE_TRAIN_EASE_H_
#define AWASE_ENGINE_TRAIN_EASE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"

#include "engine/base/csr.h"
#include "engine/base/ids.h"
#include "engine/base/progress.h"

namespace awase {

// Larger catalogues are refused: memory grows with the square of the items, time with the cube (20,000
// items: 1.6 GB).
inline constexpr uint32_t kMaxEaseItems = 20'000;

// Dense weights B, row = item in the cart, column = candidate; 0 on the diagonal.
struct EaseWeights {
  uint32_t items = 0;
  size_t stride = 0;  // floats from row to row
  std::vector<float> values;
  float operator()(uint32_t anchor, uint32_t candidate) const { return values[anchor * stride + candidate]; }
  std::span<const float> row(uint32_t anchor) const { return {values.data() + anchor * stride, items}; }
};

// B = I - P diag(P)^-1 with P = (X' W X + lambda I)^-1, X the units, W their weights.
//   weights  by unit, fixed point (2^16 is one); 0 leaves the unit out
//   ridge    lambda as a multiple of the mean diagonal of X' W X, so that it means the same for every shop
// Cost: items^3 multiply-adds in single precision. Same bits on any number of threads and on every SIMD path.
// Errors: RESOURCE_EXHAUSTED above kMaxEaseItems.
// Source: Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019, eq. 8.
absl::StatusOr<EaseWeights> FitEase(const Csr<BasketId, ItemId>& units, std::span<const uint32_t> weights,
                                    uint32_t items, double ridge, unsigned threads,
                                    const Progress& progress = nullptr);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_EASE_H_
