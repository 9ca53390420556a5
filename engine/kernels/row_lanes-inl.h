// What is done to many ranks at once: counts above a threshold, maxima, collecting, keys. Included once per
// instruction set.
#if defined(AWASE_ENGINE_KERNELS_ROW_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_ROW_LANES_INL_H_
#undef AWASE_ENGINE_KERNELS_ROW_LANES_INL_H_
#else
#define AWASE_ENGINE_KERNELS_ROW_LANES_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <bit>

#include "engine/kernels/lanes-inl.h"
#include "engine/kernels/row.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

// Order by (rank descending, item ascending): one number.
inline uint64_t KeyOf(float rank, uint32_t item) {
  return uint64_t{~std::bit_cast<uint32_t>(rank)} << 32 | item;
}

inline float RankOfKey(uint64_t key) { return std::bit_cast<float>(~static_cast<uint32_t>(key >> 32)); }

// Candidates, in arrays beside each other.
struct Ranked {
  float* ranks;
  uint32_t* labels;
  uint32_t* met;  // counters; null where they are read by label
};

using Floats = hn::CappedTag<float, 16>;
inline constexpr size_t kLanes = hn::MaxLanes(Floats());

// Behind every list of ranks stand zeros up to a whole vector, so that no loop has a rest to do one by one.
inline void PadRanks(float* ranks, size_t size) { hn::StoreU(hn::Zero(Floats()), Floats(), ranks + size); }

// KeyOf of each; up to a vector more is read and written. Labels behind the last may be anything.
inline void MakeKeys(const float* HWY_RESTRICT ranks, const uint32_t* HWY_RESTRICT labels,
                     const uint32_t* HWY_RESTRICT item_of, size_t size, uint64_t* HWY_RESTRICT keys) {
  const hn::CappedTag<uint64_t, 8> d64;
  const hn::Rebind<uint32_t, decltype(d64)> du;
  const hn::Rebind<int32_t, decltype(d64)> di;
  const hn::Rebind<float, decltype(d64)> df;
  for (size_t k = 0; k < size; k += hn::Lanes(d64)) {
    const auto label = hn::IfThenElseZero(hn::FirstN(du, size - k), hn::LoadU(du, labels + k));
    const auto item = hn::GatherIndex(du, item_of, hn::BitCast(di, label));
    const auto rank = hn::Not(hn::BitCast(du, hn::LoadU(df, ranks + k)));
    const auto key = hn::Or(hn::ShiftLeft<32>(hn::PromoteTo(d64, rank)), hn::PromoteTo(d64, item));
    hn::StoreU(key, d64, keys + k);
  }
}

// Highest rank of each of `groups` disjoint groups that together are all; size >= groups.
inline void GroupMaxima(const float* HWY_RESTRICT ranks, size_t size, size_t groups,
                        float* HWY_RESTRICT highest) {
  const Floats d;
  for (size_t k = 0; k < groups; k += kLanes) hn::StoreU(hn::LoadU(d, ranks + k), d, highest + k);
  size_t k = groups;
  for (; k + groups <= size; k += groups) {
    for (size_t g = 0; g < groups; g += kLanes) {
      hn::StoreU(hn::Max(hn::LoadU(d, highest + g), hn::LoadU(d, ranks + k + g)), d, highest + g);
    }
  }
  for (size_t g = 0; k < size; k += kLanes, g += kLanes) {
    hn::StoreU(hn::Max(hn::LoadU(d, highest + g), hn::LoadU(d, ranks + k)), d, highest + g);
  }
}

// `least` is more than 0.
inline size_t CountAtLeast(const float* HWY_RESTRICT ranks, size_t size, float least) {
  const Floats d;
  const hn::RebindToSigned<Floats> di;
  const auto bound = hn::Set(d, least);
  auto counts = hn::Zero(di), others = hn::Zero(di);  // minus the count, by lane
  const auto reaches = [&](size_t k) HWY_ATTR {
    return hn::VecFromMask(di, hn::RebindMask(di, hn::Ge(hn::LoadU(d, ranks + k), bound)));
  };
  size_t k = 0;
  for (; k + kLanes < size; k += 2 * kLanes) {
    counts = hn::Add(counts, reaches(k));
    others = hn::Add(others, reaches(k + kLanes));
  }
  if (k < size) counts = hn::Add(counts, reaches(k));
  return static_cast<size_t>(-hn::GetLane(hn::SumOfLanes(di, hn::Add(counts, others))));
}

inline float Highest(const float* HWY_RESTRICT ranks, size_t size) {
  const Floats d;
  auto highest = hn::Zero(d);
  for (size_t k = 0; k < size; k += kLanes) highest = hn::Max(highest, hn::LoadU(d, ranks + k));
  return hn::GetLane(hn::MaxOfLanes(d, highest));
}

// Which of 64 ranks are at least `bound`.
HWY_INLINE uint64_t Reaching(const float* HWY_RESTRICT ranks, hn::Vec<Floats> bound) {
  const Floats d;
  uint64_t reaching = 0;
  for (size_t k = 0; k < 64; k += kLanes) {
    uint8_t bits[8] = {};
    hn::StoreMaskBits(d, hn::Ge(hn::LoadU(d, ranks + k), bound), bits);
    reaching |= (uint64_t{bits[1]} << 8 | bits[0]) << k;
  }
  return reaching;
}

// Puts candidates of a rank >= least, which is more than 0, behind each other; returns how many. `to` may be
// `from`.
inline size_t Collect(const Ranked& from, size_t size, float least, const Ranked& to) {
  const Floats d;
  const hn::RebindToUnsigned<Floats> du;
  const auto bound = hn::Set(d, least);
  size_t found = 0, k = 0;
  if constexpr (kLanes < 16) {  // vectors that are too many for a branch each
    for (; k + 64 <= size; k += 64) {
      for (uint64_t reaching = Reaching(from.ranks + k, bound); reaching != 0; reaching &= reaching - 1) {
        const size_t one = k + static_cast<size_t>(std::countr_zero(reaching));
        to.labels[found] = from.labels[one];
        if (from.met != nullptr) to.met[found] = from.met[one];
        to.ranks[found++] = from.ranks[one];
      }
    }
  }
  for (; k < size; k += kLanes) {
    const auto values = hn::LoadU(d, from.ranks + k);
    const auto good = hn::Ge(values, bound);
    if (hn::AllFalse(d, good)) continue;
    const auto whole = hn::RebindMask(du, good);
    hn::StoreU(hn::Compress(hn::LoadU(du, from.labels + k), whole), du, to.labels + found);
    if (from.met != nullptr) {
      hn::StoreU(hn::Compress(hn::LoadU(du, from.met + k), whole), du, to.met + found);
    }
    hn::StoreU(hn::Compress(values, good), d, to.ranks + found);
    found += hn::CountTrue(d, good);
  }
  PadRanks(to.ranks, found);
  return found;
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
