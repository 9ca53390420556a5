#include "engine/kernels/small_sets.h"

#include <algorithm>
#include <cstring>

#define HWY_DISABLED_TARGETS HWY_SSSE3
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/kernels/small_sets.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Word = Counter<4>::Word;

uint32_t SortLarge(const uint32_t* numbers, uint32_t size, uint32_t* to) {
  std::copy_n(numbers, size, to);
  std::sort(to, to + size);
  return static_cast<uint32_t>(std::unique(to, to + size) - to);
}

#if HWY_TARGET == HWY_AVX3

// Batcher's bitonic network over the 16 lanes of a register ("Sorting networks and their applications", AFIPS
// 1968), in which every comparison puts the smaller number into the lower lane.
inline constexpr uint32_t kNetwork = 16;  // numbers of a register
using D = hn::CappedTag<uint32_t, kNetwork>;
using V = hn::Vec<D>;

// Lanes that are compared, by the bits in which their numbers differ, and the lane before.
HWY_ALIGN constexpr uint32_t kBy4[kNetwork] = {4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11};
HWY_ALIGN constexpr uint32_t kBy7[kNetwork] = {7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8};
HWY_ALIGN constexpr uint32_t kBy8[kNetwork] = {8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7};
HWY_ALIGN constexpr uint32_t kBefore[kNetwork] = {0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};

HWY_INLINE V Permuted(V v, const uint32_t* lanes) {
  return hn::TableLookupLanes(v, hn::IndicesFromVec(D(), hn::Load(D(), lanes)));
}

// Lanes of the mask take the larger number.
template <uint32_t kMask>
HWY_INLINE V Exchange(V v, V partner) {
  const uint8_t bits[2] = {kMask & 0xff, kMask >> 8};
  const auto mask = hn::LoadMaskBits(D(), bits);
  return hn::IfThenElse(mask, hn::Max(v, partner), hn::Min(v, partner));
}

// Registers whose runs of 4, 8 or 16 lanes rise and then fall.
HWY_INLINE V MergeFours(V v) {
  v = Exchange<0xcccc>(v, hn::Shuffle1032(v));
  return Exchange<0xaaaa>(v, hn::Shuffle2301(v));
}
HWY_INLINE V MergeEights(V v) { return MergeFours(Exchange<0xf0f0>(v, Permuted(v, kBy4))); }
HWY_INLINE V MergeSixteen(V v) { return MergeEights(Exchange<0xff00>(v, Permuted(v, kBy8))); }

HWY_INLINE V Sort(V v) {
  v = Exchange<0xaaaa>(v, hn::Shuffle2301(v));
  v = Exchange<0xcccc>(v, hn::Shuffle0123(v));
  v = Exchange<0xaaaa>(v, hn::Shuffle2301(v));
  v = Exchange<0xf0f0>(v, Permuted(v, kBy7));
  v = MergeFours(v);
  v = Exchange<0xff00>(v, hn::Reverse(D(), v));
  return MergeEights(v);
}

// Of two sorted registers the lower and the upper half.
HWY_INLINE void Merge(V& low, V& high) {
  const V back = hn::Reverse(D(), high);
  high = MergeSixteen(hn::Max(low, back));
  low = MergeSixteen(hn::Min(low, back));
}

// Of two sorted pairs of registers: four in order.
HWY_INLINE void Merge(V& a, V& b, V& c, V& d) {
  const D tag;
  const V back_c = hn::Reverse(tag, c), back_d = hn::Reverse(tag, d);
  const V low = hn::Min(a, back_d), high = hn::Max(a, back_d);
  const V low_too = hn::Min(b, back_c), high_too = hn::Max(b, back_c);
  a = MergeSixteen(hn::Min(low, low_too));
  b = MergeSixteen(hn::Max(low, low_too));
  c = MergeSixteen(hn::Min(high, high_too));
  d = MergeSixteen(hn::Max(high, high_too));
}

// Writes those of the first `size` lanes that differ from the lane before, the first one from the last lane
// of `before`; returns where the next go.
HWY_INLINE uint32_t* Store(V v, uint32_t size, V before, uint32_t* to) {
  const D d;
  const V first = hn::Reverse(d, before);  // its first lane is the last
  const V shifted = hn::IfThenElse(hn::FirstN(d, 1), first, Permuted(v, kBefore));
  const auto fresh = hn::And(hn::Ne(v, shifted), hn::FirstN(d, size));
  const size_t kept = hn::CountTrue(d, fresh);
  hn::BlendedStore(hn::Compress(v, fresh), hn::FirstN(d, kept), d, to);
  return to + kept;
}

// The rest of a register: larger than every number.
HWY_INLINE V LoadSome(const uint32_t* numbers, uint32_t size) {
  const D d;
  const auto some = hn::FirstN(d, size);
  return hn::IfThenElse(some, hn::MaskedLoad(some, d, numbers), hn::Set(d, ~uint32_t{0}));
}

// Of 33 to 64 numbers.
HWY_NOINLINE uint32_t SortFour(const uint32_t* numbers, uint32_t size, uint32_t* to) {
  const D d;
  const uint32_t third = std::min(size - 2 * kNetwork, kNetwork), fourth = size - 2 * kNetwork - third;
  V a = Sort(hn::LoadU(d, numbers)), b = Sort(hn::LoadU(d, numbers + kNetwork));
  V c = Sort(LoadSome(numbers + 2 * kNetwork, third));
  V e = Sort(LoadSome(numbers + 2 * kNetwork + third, fourth));
  Merge(a, b);
  Merge(c, e);
  Merge(a, b, c, e);
  uint32_t* end = Store(a, kNetwork, hn::Set(d, ~uint32_t{0}), to);
  end = Store(b, kNetwork, a, end);
  end = Store(c, third, b, end);
  return static_cast<uint32_t>(Store(e, fourth, c, end) - to);
}

// Returns how many stay. Numbers are below what fills a register up.
HWY_INLINE uint32_t SortSet(const uint32_t* numbers, uint32_t size, uint32_t* to) {
  const V none = hn::Set(D(), ~uint32_t{0});
  if (HWY_LIKELY(size <= kNetwork)) {
    return static_cast<uint32_t>(Store(Sort(LoadSome(numbers, size)), size, none, to) - to);
  }
  if (size <= 2 * kNetwork) {
    const uint32_t rest = size - kNetwork;
    V low = Sort(hn::LoadU(D(), numbers)), high = Sort(LoadSome(numbers + kNetwork, rest));
    Merge(low, high);
    uint32_t* const end = Store(low, kNetwork, none, to);
    return static_cast<uint32_t>(Store(high, rest, low, end) - to);
  }
  return size <= 4 * kNetwork ? SortFour(numbers, size, to) : SortLarge(numbers, size, to);
}

HWY_INLINE void Copy(const uint32_t* numbers, uint32_t size, Word* to) {
  const D d;
  for (uint32_t k = 0; k < size; k += kNetwork) {
    const auto some = hn::FirstN(d, size - k);
    hn::BlendedStore(hn::MaskedLoad(some, d, numbers + k), some, d, reinterpret_cast<uint32_t*>(to + k));
  }
}

// Numbers from registers: what was just stored with a mask would be waited for.
HWY_INLINE void CopyOf(const uint32_t* numbers, uint32_t size, const uint32_t* of, Word* to) {
  const D d;
  for (uint32_t k = 0; k < size; k += kNetwork) {
    const auto some = hn::FirstN(d, size - k);
    const auto at = hn::BitCast(hn::RebindToSigned<D>(), hn::MaskedLoad(some, d, numbers + k));
    hn::BlendedStore(hn::GatherIndex(d, of, at), some, d, reinterpret_cast<uint32_t*>(to + k));
  }
}

#else

// Sets up to this size are placed by counting smaller numbers, where there is no network.
inline constexpr uint32_t kCounted = 64;

// A register of numbers on every machine; the compiler takes wider ones apart.
inline constexpr uint32_t kCountedLanes = 4, kCountedStep = 2 * kCountedLanes;
using Lanes = int32_t __attribute__((vector_size(4 * kCountedLanes)));

// Places each number at the number of smaller ones, and closes the gaps that repeated ones leave. No branch
// depends on the numbers.
uint32_t PlaceByRank(const uint32_t* numbers, uint32_t size, uint32_t* to) {
  uint32_t unsorted[kCounted + kCountedStep] = {};
  std::copy_n(numbers, size, unsorted);
  int32_t sorted[kCounted];
  std::fill_n(sorted, size, -1);
  for (uint32_t first = 0; first < size; first += kCountedStep) {
    Lanes low, high, low_rank{}, high_rank{};
    std::memcpy(&low, unsorted + first, sizeof low);
    std::memcpy(&high, unsorted + first + kCountedLanes, sizeof high);
    for (uint32_t other = 0; other < size; ++other) {
      const auto number = static_cast<int32_t>(unsorted[other]);
      low_rank -= number < low;
      high_rank -= number < high;
    }
    int32_t rank[kCountedStep];
    std::memcpy(rank, &low_rank, sizeof low);
    std::memcpy(rank + kCountedLanes, &high_rank, sizeof high);
    const uint32_t end = std::min(kCountedStep, size - first);
    for (uint32_t lane = 0; lane < end; ++lane)
      sorted[rank[lane]] = static_cast<int32_t>(unsorted[first + lane]);
  }
  uint32_t kept = 0;
  for (uint32_t i = 0; i < size; ++i) {
    to[kept] = static_cast<uint32_t>(sorted[i]);
    kept += sorted[i] >= 0;
  }
  return kept;
}

inline uint32_t SortSet(const uint32_t* numbers, uint32_t size, uint32_t* to) {
  return size <= kCounted ? PlaceByRank(numbers, size, to) : SortLarge(numbers, size, to);
}

inline void Copy(const uint32_t* numbers, uint32_t size, Word* to) { std::copy_n(numbers, size, to); }
inline void CopyOf(const uint32_t* numbers, uint32_t size, const uint32_t* of, Word* to) {
  for (uint32_t k = 0; k < size; ++k) to[k] = of[numbers[k]];
}

#endif  // HWY_TARGET

uint32_t* SortSetsHere(std::span<Set> sets, const uint32_t* numbers, uint32_t* to) {
  for (Set& set : sets) to += set.size = SortSet(numbers + set.begin, set.size, to);
  return to;
}

Word* GatherSetsHere(std::span<const Set> sets, const uint32_t* numbers, const uint32_t* of, Word* to) {
  for (const Set& set : sets) {
    of == nullptr ? Copy(numbers + set.begin, set.size, to) : CopyOf(numbers + set.begin, set.size, of, to);
    to += set.size;
  }
  return to;
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace awase::kernels {

HWY_EXPORT(SortSetsHere);
HWY_EXPORT(GatherSetsHere);

uint32_t* SortSets(std::span<Set> sets, const uint32_t* numbers, uint32_t* to) noexcept {
  return HWY_DYNAMIC_DISPATCH(SortSetsHere)(sets, numbers, to);
}
Counter<4>::Word* GatherSets(std::span<const Set> sets, const uint32_t* numbers, const uint32_t* of,
                             Counter<4>::Word* to) noexcept {
  return HWY_DYNAMIC_DISPATCH(GatherSetsHere)(sets, numbers, of, to);
}

}  // namespace awase::kernels
#endif  // HWY_ONCE
