#include "engine/kernels/baskets.h"

#include <algorithm>

#include "engine/kernels/stream.h"

#define HWY_DISABLED_TARGETS HWY_SSSE3
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/kernels/baskets.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// How many labels of a basket are no bits.
struct Kinds {
  uint32_t heads, tails;
};

#if HWY_TARGET == HWY_AVX3

using D = hn::CappedTag<uint32_t, 16>;
using V = hn::Vec<D>;
using Words = hn::Rebind<uint16_t, D>;
using Bits = hn::RepartitionToWide<D>;

// Labels as bits, of the lanes below kHotLabels: what is shifted further is zero on this target.
HWY_INLINE hn::Vec<Bits> HotBits(V labels) {
  const Bits d;
  const auto one = hn::Set(d, 1);
  return hn::Or(one << hn::PromoteTo(d, hn::LowerHalf(labels)),
                one << hn::PromoteTo(d, hn::UpperHalf(hn::Half<D>(), labels)));
}

HWY_INLINE void ClearWords(uint64_t begin, uint64_t end, uint16_t* stream) {
  const hn::CappedTag<uint16_t, kLineWords> d;
  hn::BlendedStore(hn::Zero(d), hn::FirstN(d, end - begin), d, stream + begin);
}

// Lanes without a label hold one that is of no kind but the tail.
HWY_INLINE V LoadLabels(const uint32_t* labels, size_t size) {
  const D d;
  return hn::IfThenElse(hn::FirstN(d, size), hn::LoadU(d, labels), hn::Set(d, kHeadLabels));
}

template <bool kHot>
HWY_INLINE Kinds CountKinds(const uint32_t* labels, uint32_t size) {
  const D d;
  size_t hots = 0, below_tail = 0;
  for (size_t k = 0; k < size; k += hn::Lanes(d)) {
    const V v = LoadLabels(labels + k, size - k);
    if constexpr (kHot) hots += hn::CountTrue(d, hn::Lt(v, hn::Set(d, kHotLabels)));
    below_tail += hn::CountTrue(d, hn::Lt(v, hn::Set(d, kHeadLabels)));
  }
  return {static_cast<uint32_t>(below_tail - hots), static_cast<uint32_t>(size - below_tail)};
}

// No branch depends on the labels.
template <bool kHot>
HWY_INLINE void WriteBasket(const uint32_t* labels, const PlacedBasket& basket, Kinds kinds, uint16_t* to) {
  const D d;
  const Words words;
  const size_t lanes = hn::Lanes(d);
  uint16_t* const after_header = WriteHeader(basket.weight, kinds.heads, kinds.tails, to);
  uint16_t* end = to + HeaderWords(kHot);
  auto bits = hn::Zero(Bits());
  for (size_t k = 0; k < basket.size; k += lanes) {
    const V v = LoadLabels(labels + k, basket.size - k);
    auto is_head = hn::Lt(v, hn::Set(d, kHeadLabels));
    if constexpr (kHot) {
      const auto is_hot = hn::Lt(v, hn::Set(d, kHotLabels));
      is_head = hn::AndNot(is_hot, is_head);
      bits = hn::Or(bits, HotBits(v));
    }
    const size_t heads = hn::CountTrue(d, is_head);
    hn::BlendedStore(hn::TruncateTo(words, hn::Compress(v, is_head)), hn::FirstN(words, heads), words, end);
    end += heads;
  }
  if constexpr (kHot) {
    const uint64_t hot = hn::GetLane(hn::SumOfLanes(Bits(), bits));  // each bit is in one lane only
    std::memcpy(after_header, &hot, sizeof hot);
  }
  if (kinds.tails == 0) return;
  for (size_t k = 0; k < basket.size; k += lanes) {
    const V v = hn::LoadU(d, labels + k);
    const auto is_tail = hn::And(hn::FirstN(d, basket.size - k), hn::Gt(v, hn::Set(d, kHeadLabels - 1)));
    const size_t found = hn::CountTrue(d, is_tail);
    hn::BlendedStore(hn::Compress(v, is_tail), hn::FirstN(d, found), d, reinterpret_cast<uint32_t*>(end));
    end += 2 * found;
  }
}

#else

inline void ClearWords(uint64_t begin, uint64_t end, uint16_t* stream) {
  std::fill(stream + begin, stream + end, uint16_t{0});
}

template <bool kHot>
Kinds CountKinds(const uint32_t* labels, uint32_t size) {
  uint32_t tails = 0, hots = 0;
  for (uint32_t k = 0; k < size; ++k) {
    tails += labels[k] >= kHeadLabels;
    hots += kHot && labels[k] < kHotLabels;
  }
  return {size - tails - hots, tails};
}

// Without a branch on what a label is, which would be guessed wrong: what is not written goes to `unused`.
template <bool kHot>
void WriteBasket(const uint32_t* labels, const PlacedBasket& basket, Kinds kinds, uint16_t* to) {
  uint16_t* const after_header = WriteHeader(basket.weight, kinds.heads, kinds.tails, to);
  uint16_t *head = to + HeaderWords(kHot), *tail = head + kinds.heads;
  uint64_t hot = 0;
  uint16_t unused[2];
  for (uint32_t k = 0; k < basket.size; ++k) {
    const bool is_tail = labels[k] >= kHeadLabels, is_hot = kHot && labels[k] < kHotLabels;
    const bool is_head = !(is_tail | is_hot);
    *(is_head ? head : unused) = static_cast<uint16_t>(labels[k]);
    std::memcpy(is_tail ? tail : unused, &labels[k], sizeof labels[k]);
    hot |= uint64_t{is_hot} << labels[k] % kHotLabels;
    head += is_head;
    tail += 2 * is_tail;
  }
  if constexpr (kHot) std::memcpy(after_header, &hot, sizeof hot);
}

#endif  // HWY_TARGET

template <bool kHot>
uint64_t Write(std::span<PlacedBasket> baskets, const uint32_t* labels, uint64_t free, uint16_t* stream) {
  for (PlacedBasket& basket : baskets) {
    const Kinds kinds = CountKinds<kHot>(labels, basket.size);
    const uint32_t words = BasketWords(kHot, kinds.heads, kinds.tails);
    const uint64_t at = PlaceBasket(kHot, free, words);
    if (at != free) ClearWords(free, at, stream);
    basket.at = static_cast<uint32_t>(at);
    WriteBasket<kHot>(labels, basket, kinds, stream + at);
    free = at + words;
    labels += basket.size;
  }
  return free;
}

uint64_t WriteBasketsHere(std::span<PlacedBasket> baskets, const uint32_t* labels, bool hot, uint64_t free,
                          uint16_t* stream) {
  return (hot ? Write<true> : Write<false>)(baskets, labels, free, stream);
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace awase::kernels {

HWY_EXPORT(WriteBasketsHere);

uint64_t WriteBaskets(std::span<PlacedBasket> baskets, const uint32_t* labels, bool hot, uint64_t free,
                      uint16_t* stream) noexcept {
  return HWY_DYNAMIC_DISPATCH(WriteBasketsHere)(baskets, labels, hot, free, stream);
}

}  // namespace awase::kernels
#endif  // HWY_ONCE
