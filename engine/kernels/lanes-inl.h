// hn: vectors by Highway's names, on every machine. Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_LANES_INL_H_
#undef AWASE_ENGINE_KERNELS_LANES_INL_H_
#else
#define AWASE_ENGINE_KERNELS_LANES_INL_H_
#endif

#include <hwy/highway.h>

#include "engine/kernels/plain_moves.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

// Highway's own plain C++ has either one lane or, where the compiler is new enough, arrays in place of vectors.
#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128
namespace hn = plain;
inline constexpr bool kPlainLanes = true;
#else
namespace hn = hwy::HWY_NAMESPACE;
inline constexpr bool kPlainLanes = false;
#endif

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
