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
inline constexpr uint32_t kPlaced = 64;

// A register of numbers on every machine; the compiler takes wider ones apart.
inline constexpr uint32_t kPlacedLanes = 4, kPlacedStep = 2 * kPlacedLanes;
using Lanes = int32_t __attribute__((vector_size(4 * kPlacedLanes)));

// Places each number at the number of smaller ones, and closes the gaps that repeated ones leave. No branch
// depends on the numbers.
uint32_t PlaceByRank(const uint32_t* numbers, uint32_t size, Word* to) {
  int32_t sorted[kPlaced];
  std::fill_n(sorted, size, -1);
  for (uint32_t first = 0; first < size; first += kPlacedStep) {
    Lanes low, high, low_rank{}, high_rank{};
    std::memcpy(&low, numbers + first, sizeof low);
    std::memcpy(&high, numbers + first + kPlacedLanes, sizeof high);
    for (uint32_t other = 0; other < size; ++other) {
      const auto number = static_cast<int32_t>(numbers[other]);
      low_rank -= number < low;
      high_rank -= number < high;
    }
    int32_t rank[kPlacedStep];
    std::memcpy(rank, &low_rank, sizeof low);
    std::memcpy(rank + kPlacedLanes, &high_rank, sizeof high);
    const uint32_t end = std::min(kPlacedStep, size - first);
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
class Network {
 public:
  static constexpr uint32_t kLanes = 16;
  using D = hn::CappedTag<uint32_t, kLanes>;
  using V = hn::Vec<D>;

  Network() {
    uint32_t by4[kLanes], by7[kLanes], by8[kLanes], before[kLanes];
    for (uint32_t lane = 0; lane < kLanes; ++lane) {
      by4[lane] = lane ^ 4;
      by7[lane] = lane ^ 7;
      by8[lane] = lane ^ 8;
      before[lane] = lane == 0 ? 0 : lane - 1;
    }
    by4_ = hn::LoadU(D(), by4);
    by7_ = hn::LoadU(D(), by7);
    by8_ = hn::LoadU(D(), by8);
    before_ = hn::LoadU(D(), before);
  }

  HWY_INLINE V Sort(V v) const {
    v = Exchange<0xaaaa>(v, hn::Shuffle2301(v));
    v = Exchange<0xcccc>(v, hn::Shuffle0123(v));
    v = Exchange<0xaaaa>(v, hn::Shuffle2301(v));
    v = Exchange<0xf0f0>(v, Permuted(v, by7_));
    v = MergeFours(v);
    v = Exchange<0xff00>(v, hn::Reverse(D(), v));
    return MergeEights(v);
  }
  // Of two sorted registers the lower and the upper half.
  HWY_INLINE void Merge(V& low, V& high) const {
    const V back = hn::Reverse(D(), high);
    high = MergeSixteen(hn::Max(low, back));
    low = MergeSixteen(hn::Min(low, back));
  }
  // Writes those of the first `size` lanes that differ from the lane before, the first from `last`'s last one
  // if there is one; returns how many.
  HWY_INLINE uint32_t Store(V v, uint32_t size, const V* last, Word* to) const {
    const D d;
    const auto first = hn::FirstN(d, 1);
    V before = Permuted(v, before_);
    before = hn::IfThenElse(first, last == nullptr ? hn::Not(v) : hn::Reverse(d, *last), before);
    const auto fresh = hn::And(hn::Ne(v, before), hn::FirstN(d, size));
    const auto kept = static_cast<uint32_t>(hn::CountTrue(d, fresh));
    hn::BlendedStore(hn::Compress(v, fresh), hn::FirstN(d, kept), d, reinterpret_cast<uint32_t*>(to));
    return kept;
  }

 private:
  // Lanes of the mask take the larger number.
  template <uint32_t kMask>
  static HWY_INLINE V Exchange(V v, V partner) {
    const uint8_t bits[2] = {kMask & 0xff, kMask >> 8};
    const auto mask = hn::LoadMaskBits(D(), bits);
    return hn::IfThenElse(mask, hn::Max(v, partner), hn::Min(v, partner));
  }
  static HWY_INLINE V Permuted(V v, V indices) {
    return hn::TableLookupLanes(v, hn::IndicesFromVec(D(), indices));
  }
  static HWY_INLINE V MergeFours(V v) {
    v = Exchange<0xcccc>(v, hn::Shuffle1032(v));
    return Exchange<0xaaaa>(v, hn::Shuffle2301(v));
  }
  HWY_INLINE V MergeEights(V v) const { return MergeFours(Exchange<0xf0f0>(v, Permuted(v, by4_))); }
  HWY_INLINE V MergeSixteen(V v) const { return MergeEights(Exchange<0xff00>(v, Permuted(v, by8_))); }

  V by4_, by7_, by8_, before_;
};

// The rest of a register: larger than every number.
HWY_INLINE Network::V LoadSome(const uint32_t* numbers, uint32_t size) {
  const Network::D d;
  return hn::IfThenElse(hn::FirstN(d, size), hn::LoadU(d, numbers), hn::Set(d, ~uint32_t{0}));
}

HWY_INLINE uint32_t SortSet(const Network& network, const uint32_t* numbers, uint32_t size, Word* to) {
  if (HWY_LIKELY(size <= Network::kLanes))
    return network.Store(network.Sort(LoadSome(numbers, size)), size, nullptr, to);
  if (size <= 2 * Network::kLanes) {
    const uint32_t rest = size - Network::kLanes;
    auto low = network.Sort(hn::LoadU(Network::D(), numbers));
    auto high = network.Sort(LoadSome(numbers + Network::kLanes, rest));
    network.Merge(low, high);
    const uint32_t kept = network.Store(low, Network::kLanes, nullptr, to);
    return kept + network.Store(high, rest, &low, to + kept);
  }
  return size <= kPlaced ? PlaceByRank(numbers, size, to) : SortLarge(numbers, size, to);
}

#else

struct Network {};

inline uint32_t SortSet(const Network&, const uint32_t* numbers, uint32_t size, Word* to) {
  return size <= kPlaced ? PlaceByRank(numbers, size, to) : SortLarge(numbers, size, to);
}

#endif  // HWY_TARGET

size_t SortSetsHere(const uint32_t* numbers, std::span<const uint32_t> sizes, Word* to, uint32_t* kept) {
  const Network network;
  Word* const begin = to;
  for (size_t set = 0; set < sizes.size(); ++set) {
    kept[set] = SortSet(network, numbers, sizes[set], to);
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
