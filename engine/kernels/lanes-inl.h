// hn: vectors by Highway's names, on every machine. Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_LANES_INL_H_
#undef AWASE_ENGINE_KERNELS_LANES_INL_H_
#else
#define AWASE_ENGINE_KERNELS_LANES_INL_H_
#endif

#include <hwy/highway.h>

#include <cstdint>

#include "engine/kernels/plain_moves.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

// Highway's own plain C++ has either one lane or, where the compiler is new enough, arrays in place of
// vectors.
#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

inline constexpr bool kPlainLanes = true;
namespace hn = plain;

#else

inline constexpr bool kPlainLanes = false;

#if HWY_TARGET == HWY_SSE4 || HWY_TARGET == HWY_AVX2

// By mask: its lanes, then those that are left.
template <size_t kLanes>
struct LaneOrder {
  constexpr LaneOrder() {
    for (uint32_t mask = 0; mask < 1u << kLanes; ++mask) {
      size_t at = 0;
      for (const uint32_t chosen : {1u, 0u}) {
        for (uint32_t lane = 0; lane < kLanes; ++lane) {
          if ((mask >> lane & 1) == chosen) of[mask][at++] = static_cast<uint8_t>(lane);
        }
      }
    }
  }
  uint8_t of[1 << kLanes][kLanes] = {};
};
template <size_t kLanes>
inline constexpr LaneOrder<kLanes> kLaneOrder;

// In place of Highway's, whose table is a local: the compiler writes it to the stack at every call, 1 KB of
// it with AVX2.
namespace hn {
using namespace hwy::HWY_NAMESPACE;
template <class V, class M>
HWY_INLINE V Compress(V v, M mask) {
  const DFromV<V> d;
  const RebindToUnsigned<decltype(d)> du;
  const Rebind<uint8_t, decltype(d)> db;
  uint8_t bits[8];
  StoreMaskBits(d, mask, bits);
  const auto order = PromoteTo(du, LoadU(db, kLaneOrder<MaxLanes(d)>.of[bits[0]]));
  return TableLookupLanes(v, IndicesFromVec(d, order));
}
}  // namespace hn

#else

namespace hn = hwy::HWY_NAMESPACE;

#endif
#endif

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
