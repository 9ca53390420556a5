// Lanes that change their width or their place, beside plain_lanes.h.
#ifndef AWASE_ENGINE_KERNELS_PLAIN_MOVES_H_
#define AWASE_ENGINE_KERNELS_PLAIN_MOVES_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "engine/kernels/plain_lanes.h"

namespace awase::kernels::plain {

// Lanes `kFirst`, `kFirst` + kStep, ... of a and, behind them, b.
template <size_t kFirst, size_t kStep, class D, class V>
inline Vec<D> Picked(D, V a, V b) {
  return [&]<size_t... kLane>(std::index_sequence<kLane...>) {
    return (Vec<D>)__builtin_shufflevector(a, b, (kFirst + kStep * kLane)...);
  }
  (std::make_index_sequence<D::kLanes>());
}

// Lane kFirst of a, of b, the next of a, ...
template <size_t kFirst, class V>
inline V Interleaved(V a, V b) {
  return [&]<size_t... kLane>(std::index_sequence<kLane...>) {
    return __builtin_shufflevector(a, b, (kFirst + kLane / 2 + kLane % 2 * kLanesOf<V>)...);
  }
  (std::make_index_sequence<kLanesOf<V>>());
}
inline auto InterleaveLower(auto, auto a, auto b) { return Interleaved<0>(a, b); }
inline auto InterleaveUpper(auto d, auto a, auto b) { return Interleaved<decltype(d)::kLanes / 2>(a, b); }

inline auto LowerHalf(auto d, auto v) { return Picked<0, 1>(d, v, v); }
inline auto UpperHalf(auto d, auto v) { return Picked<decltype(d)::kLanes, 1>(d, v, v); }
inline auto Combine(auto d, auto high, auto low) { return Picked<0, 1>(d, low, high); }

// A register of unsigned lanes, the first of which become as wide as T: zeros are put between them.
template <class T, class V>
inline auto Widened(V v) {
  if constexpr (sizeof(v[0]) == sizeof(T)) {
    return v;
  } else {
    using Wider = Tag<UnsignedOf<2 * sizeof(v[0])>, kLanesOf<V> / 2>;
    return Widened<T>((Vec<Wider>)Interleaved<0>(v, V{}));
  }
}
// Unsigned lanes, unless of the same kind; the compiler's own conversion goes lane by lane.
template <class D, class V>
inline Vec<D> PromoteTo(D, V v) {
  using From = std::remove_cvref_t<decltype(v[0])>;
  if constexpr (std::is_unsigned_v<From>) {
    UnsignedOf<sizeof v> bits;
    std::memcpy(&bits, &v, sizeof v);
    const Vec<Tag<uint64_t, 2>> room = {bits};
    const auto wide = Widened<typename D::Lane>((Vec<Tag<From, kRegister / sizeof(From)>>)room);
    Vec<D> result;
    std::memcpy(&result, &wide, sizeof result);
    return result;
  } else {
    return __builtin_convertvector(v, Vec<D>);
  }
}
inline auto DemoteTo(auto d, auto v) { return __builtin_convertvector(v, Vec<decltype(d)>); }
inline auto ConvertTo(auto d, auto v) { return __builtin_convertvector(v, Vec<decltype(d)>); }
// Of unsigned lanes the lower half.
template <class D, class V>
inline Vec<D> TruncateTo(D d, V v) {
  using Lane = typename D::Lane;
  const auto halves = (Vec<Tag<Lane, sizeof(V) / sizeof(Lane)>>)v;
  return Picked<0, 2>(d, halves, halves);
}

template <class D, class V>
inline Vec<D> GatherIndex(D d, const typename D::Lane* from, V index) {
  using Index = std::make_unsigned_t<std::remove_cvref_t<decltype(index[0])>>;
  return ByLane(d, [&](size_t lane) { return from[static_cast<Index>(index[lane])]; });
}
template <class D, class V>
inline Vec<D> GatherOffset(D d, const typename D::Lane* from, V bytes) {
  return ByLane(d, [&](size_t lane) {
    typename D::Lane value;
    std::memcpy(&value, reinterpret_cast<const char*>(from) + bytes[lane], sizeof value);
    return value;
  });
}

// Lane k by bit k.
template <class D>
inline auto LoadMaskBits(D d, const uint8_t* bits) {
  return (MaskOf<Vec<D>>)ByLane(d, [=](size_t lane) { return -(bits[lane / 8] >> lane % 8 & 1); });
}
template <class D>
inline auto FirstN(D d, size_t size) {
  using Lane = typename D::Lane;
  return Iota(d, 0) < Set(d, static_cast<Lane>(std::min(size, D::kLanes)));
}
// Bit k by the sign of lane k, of a register as four lanes.
inline uint32_t FourBits(auto mask) {
#ifdef __SSE2__
  return static_cast<uint32_t>(__builtin_ia32_movmskps((Vec<Tag<float, 4>>)mask));
#else
  const auto bits = (Vec<Tag<uint32_t, 4>>)mask & Vec<Tag<uint32_t, 4>>{1, 2, 4, 8};
  return bits[0] | bits[1] | bits[2] | bits[3];
#endif
}
inline bool AllFalse(auto, auto mask) { return FourBits(mask) == 0; }
// Of four lanes.
template <class D>
inline size_t CountTrue(D, MaskOf<Vec<Tag<float, 4>>> mask) {
  return static_cast<size_t>(std::popcount(FourBits(mask)));
}
template <class D>
inline void StoreMaskBits(D, MaskOf<Vec<Tag<float, 4>>> mask, uint8_t* bits) {
  *bits = static_cast<uint8_t>(FourBits(mask));
}

template <class D>
inline Vec<D> SumOfLanes(D d, Vec<D> v) {
  typename D::Lane sum = 0;
  for (size_t lane = 0; lane < D::kLanes; ++lane) sum += v[lane];
  return Set(d, sum);
}
template <class D>
inline Vec<D> MaxOfLanes(D d, Vec<D> v) {
  auto most = v[0];
  for (size_t lane = 1; lane < D::kLanes; ++lane) most = std::max(most, +v[lane]);
  return Set(d, most);
}

// Lanes of the mask behind each other: only to be stored, since lanes are moved one by one and a load of what
// they make up would wait for the last of them.
template <class V>
struct Compressed {
  V lanes;
  MaskOf<V> mask;
};
template <class V>
inline Compressed<V> Compress(V lanes, MaskOf<V> mask) {
  return {lanes, mask};
}
template <class V>
inline void StoreU(Compressed<V> v, auto, auto* to) {
  for (size_t lane = 0; lane < kLanesOf<V>; ++lane) {
    *to = v.lanes[lane];
    to -= v.mask[lane];
  }
}

}  // namespace awase::kernels::plain

#endif  // AWASE_ENGINE_KERNELS_PLAIN_MOVES_H_
