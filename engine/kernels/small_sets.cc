#include "engine/kernels/small_sets.h"

#include <algorithm>
#include <cstring>
#include <vector>

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

// Sets up to this size are placed by counting smaller numbers, where there is no network for them.
inline constexpr uint32_t kCounted = 64;

// A register of numbers on every machine; the compiler takes wider ones apart.
inline constexpr uint32_t kCountedLanes = 4, kCountedStep = 2 * kCountedLanes;
using Lanes = int32_t __attribute__((vector_size(4 * kCountedLanes)));

// Places each number at the number of smaller ones, and closes the gaps that repeated ones leave. No branch
// depends on the numbers.
uint32_t PlaceByRank(const uint32_t* numbers, uint32_t size, Word* to) {
  int32_t sorted[kCounted];
  std::fill_n(sorted, size, -1);
  for (uint32_t first = 0; first < size; first += kCountedStep) {
    Lanes low, high, low_rank{}, high_rank{};
    std::memcpy(&low, numbers + first, sizeof low);
    std::memcpy(&high, numbers + first + kCountedLanes, sizeof high);
    for (uint32_t other = 0; other < size; ++other) {
      const auto number = static_cast<int32_t>(numbers[other]);
      low_rank -= number < low;
      high_rank -= number < high;
    }
    int32_t rank[kCountedStep];
    std::memcpy(rank, &low_rank, sizeof low);
    std::memcpy(rank + kCountedLanes, &high_rank, sizeof high);
    const uint32_t end = std::min(kCountedStep, size - first);
    for (uint32_t lane = 0; lane < end; ++lane)
      sorted[rank[lane]] = static_cast<int32_t>(numbers[first + lane]);
  }
  uint32_t kept = 0;
  for (uint32_t i = 0; i < size; ++i) {
    to[kept] = static_cast<uint32_t>(sorted[i]);
    kept += sorted[i] >= 0;
  }
  return kept;
}

uint32_t SortLarge(const uint32_t* numbers, uint32_t size, Word* to) {
  std::vector<uint32_t> sorted(numbers, numbers + size);
  std::sort(sorted.begin(), sorted.end());
  return static_cast<uint32_t>(std::unique_copy(sorted.begin(), sorted.end(), to) - to);
}

#if HWY_TARGET == HWY_AVX3

// Batcher's bitonic network over the 16 lanes of a register ("Sorting networks and their applications", AFIPS
// 1968), in which every comparison puts the smaller number into the lower lane.
inline constexpr uint32_t kNetwork = 16;
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

// Writes those of the first `size` lanes that differ from the lane before, the first one from `before_first`;
// returns how many.
HWY_INLINE uint32_t Store(V v, uint32_t size, V before_first, Word* to) {
  const D d;
  const V before = hn::IfThenElse(hn::FirstN(d, 1), before_first, Permuted(v, kBefore));
  const auto fresh = hn::And(hn::Ne(v, before), hn::FirstN(d, size));
  const auto kept = static_cast<uint32_t>(hn::CountTrue(d, fresh));
  hn::BlendedStore(hn::Compress(v, fresh), hn::FirstN(d, kept), d, reinterpret_cast<uint32_t*>(to));
  return kept;
}

// The rest of a register: larger than every number.
HWY_INLINE V LoadSome(const uint32_t* numbers, uint32_t size) {
  const D d;
  return hn::IfThenElse(hn::FirstN(d, size), hn::LoadU(d, numbers), hn::Set(d, ~uint32_t{0}));
}

HWY_INLINE uint32_t SortSet(const uint32_t* numbers, uint32_t size, Word* to) {
  if (HWY_LIKELY(size <= kNetwork)) {
    const V sorted = Sort(LoadSome(numbers, size));
    return Store(sorted, size, hn::Not(sorted), to);
  }
  if (size <= 2 * kNetwork) {
    const uint32_t rest = size - kNetwork;
    V low = Sort(hn::LoadU(D(), numbers)), high = Sort(LoadSome(numbers + kNetwork, rest));
    Merge(low, high);
    const uint32_t kept = Store(low, kNetwork, hn::Not(low), to);
    return kept + Store(high, rest, hn::Reverse(D(), low), to + kept);  // its last lane is the first
  }
  return size <= kCounted ? PlaceByRank(numbers, size, to) : SortLarge(numbers, size, to);
}

#else

inline uint32_t SortSet(const uint32_t* numbers, uint32_t size, Word* to) {
  return size <= kCounted ? PlaceByRank(numbers, size, to) : SortLarge(numbers, size, to);
}

#endif  // HWY_TARGET

size_t SortSetsHere(const uint32_t* numbers, std::span<const uint32_t> sizes, Word* to, uint32_t* kept) {
  Word* const begin = to;
  for (size_t set = 0; set < sizes.size(); ++set) {
    kept[set] = SortSet(numbers, sizes[set], to);
    numbers += sizes[set];
    to += kept[set];
  }
  return static_cast<size_t>(to - begin);
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace awase::kernels {

HWY_EXPORT(SortSetsHere);

size_t SortSets(const uint32_t* numbers, std::span<const uint32_t> sizes, Counter<4>::Word* to,
                uint32_t* kept) noexcept {
  return HWY_DYNAMIC_DISPATCH(SortSetsHere)(numbers, sizes, to, kept);
}

}  // namespace awase::kernels
#endif  // HWY_ONCE
