// Visits of one owner, who counts once. Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_ROW_OWNERS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_ROW_OWNERS_INL_H_
#undef AWASE_ENGINE_KERNELS_ROW_OWNERS_INL_H_
#else
#define AWASE_ENGINE_KERNELS_ROW_OWNERS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "engine/kernels/row.h"
#include "engine/kernels/row_layout.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

inline uint32_t NextGroup(RowScratch& scratch) {
  if (++scratch.group == 0) {
    std::fill(scratch.stamps.begin(), scratch.stamps.end(), 0);
    scratch.group = 1;
  }
  return scratch.group;
}

inline bool SharesOwner(std::span<const uint32_t> visits, size_t v) {
  return (visits[v] & kSameOwner) != 0 || (v + 1 < visits.size() && (visits[v + 1] & kSameOwner) != 0);
}

// Turns counts of units into counts of owners: takes away what an owner's further visits added, and remembers
// it.
template <uint32_t kBytes>
void TakeRepeats(const Matrix& matrix, std::span<const uint32_t> visits, RowScratch& scratch) {
  using Word = typename Counter<kBytes>::Word;
  uint32_t* HWY_RESTRICT stamps = scratch.stamps.data();
  uint32_t* HWY_RESTRICT repeats = scratch.repeats.data();
  uint32_t* HWY_RESTRICT repeated = scratch.repeated.data();
  size_t found = 0;
  for (size_t v = 0; v < visits.size(); ++v) {
    if (!SharesOwner(visits, v)) continue;
    const BasketView basket{matrix.stream + (visits[v] & ~kSameOwner), matrix.hot};
    if ((visits[v] & kSameOwner) == 0) {
      const uint32_t group = NextGroup(scratch);
      ForEachLabel(basket, [=](uint32_t label) { stamps[label] = group; });
      continue;
    }
    const uint32_t group = scratch.group;
    ForEachLabel(basket, [&](uint32_t label) {
      const bool again = stamps[label] == group;
      stamps[label] = group;
      repeated[found] = label;
      found += again && repeats[label] == 0;
      repeats[label] += again;
    });
  }
  scratch.repeated_size = static_cast<uint32_t>(found);
  Word* counters = reinterpret_cast<Word*>(scratch.counters.data());
  for (size_t r = 0; r < found; ++r) {
    counters[repeated[r]] =
        static_cast<Word>(counters[repeated[r]] - (uint64_t{repeats[repeated[r]]} << scratch.shift));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
