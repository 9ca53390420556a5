// How the counters of a row are laid out.
#ifndef AWASE_ENGINE_KERNELS_ROW_LAYOUT_H_
#define AWASE_ENGINE_KERNELS_ROW_LAYOUT_H_

#include <bit>
#include <cstdint>

#include "engine/kernels/counter.h"
#include "engine/kernels/row.h"
#include "engine/kernels/stream.h"

namespace awase::kernels {

inline constexpr uint32_t kMostDigits = 16 + 32 + 4;  // of sums made of bits: of weights, with room

// Words behind the end of a list that whole vectors may read or write.
inline constexpr size_t kVectorSlack = 64;

// A scan costs this share of a pair per column; with fewer pairs a touched list is cheaper.
inline constexpr double kScanShare = 0.2;

// The narrowest counters that no row total can overflow.
inline void ChooseLayout(const Matrix& matrix, const RowPlan& plan, RowScratch& scratch) noexcept {
  scratch.hot = matrix.hot ? kHotLabels : 0;
  const bool plain = matrix.uniform && (plan.once_per_owner || !plan.owners_repeat);
  if (plain) {
    scratch.shift = 0;
    scratch.width = plan.units <= 0xff ? 1 : plan.units <= 0xffff ? 2 : 4;
  } else {
    const uint64_t total = matrix.uniform ? plan.units : matrix.weight[plan.label];
    scratch.shift = static_cast<uint32_t>(std::bit_width(total));
    scratch.width = scratch.shift + std::bit_width(plan.units) <= 32 ? 4 : 8;
  }
  if (matrix.pairs != nullptr) {
    scratch.scan = true;
    return;
  }
  scratch.scan = matrix.drain == Drain::kCheaper
                     ? static_cast<double>(plan.pairs) > kScanShare * scratch.columns
                     : matrix.drain == Drain::kScan;
}

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_ROW_LAYOUT_H_
