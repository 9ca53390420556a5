// Vectors of 16 bytes in plain C++, by the names that Highway has for them, for machines of which it uses no
// vectors. The compiler makes of its vector extension what every machine of the family has (x86-64: SSE2), so
// that one source serves all. Only what the kernels of a row use; semantics are Highway's.
#ifndef AWASE_ENGINE_KERNELS_PLAIN_LANES_H_
#define AWASE_ENGINE_KERNELS_PLAIN_LANES_H_

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

namespace awase::kernels::plain {

inline constexpr size_t kRegister = 16;

template <class T, size_t kSize>
struct Tag {
  using Lane = T;
  typedef T Vector __attribute__((vector_size(sizeof(T) * kSize)));
  static constexpr size_t kLanes = kSize;
};

template <class D>
using Vec = typename D::Vector;
template <class T, size_t kMost>
using CappedTag = Tag<T, std::min(kMost, kRegister / sizeof(T))>;
template <class T, class D>
using Rebind = Tag<T, D::kLanes>;
template <class D>
using Half = Tag<typename D::Lane, D::kLanes / 2>;
template <size_t kBytes>
using UnsignedOf = std::conditional_t<
    kBytes == 1, uint8_t,
    std::conditional_t<kBytes == 2, uint16_t, std::conditional_t<kBytes == 4, uint32_t, uint64_t>>>;
template <class D>
using RebindToUnsigned = Rebind<UnsignedOf<sizeof(typename D::Lane)>, D>;
template <class D>
using RebindToSigned = Rebind<std::make_signed_t<UnsignedOf<sizeof(typename D::Lane)>>, D>;

constexpr size_t MaxLanes(auto d) { return decltype(d)::kLanes; }
constexpr size_t Lanes(auto d) { return decltype(d)::kLanes; }

// What compares as true is a lane of ones.
template <class V>
using MaskOf = decltype(std::declval<V>() > std::declval<V>());
template <class V>
inline constexpr size_t kLanesOf = sizeof(V) / sizeof(std::declval<V&>()[0]);

// make(0), make(1), ... as a vector.
template <class D, class Make>
inline Vec<D> ByLane(D, const Make& make) {
  return [&]<size_t... kLane>(std::index_sequence<kLane...>) {
    return Vec<D>{static_cast<typename D::Lane>(make(kLane))...};
  }
  (std::make_index_sequence<D::kLanes>());
}

template <class D>
inline Vec<D> Set(D d, typename D::Lane value) {
  return ByLane(d, [=](size_t) { return value; });
}
template <class D>
inline Vec<D> Iota(D d, typename D::Lane first) {
  return ByLane(d, [](size_t lane) { return lane; }) + first;
}
inline auto Zero(auto d) { return Vec<decltype(d)>{}; }
inline auto GetLane(auto v) { return v[0]; }

inline auto LoadU(auto d, const auto* from) {
  Vec<decltype(d)> v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
inline auto Load(auto d, const auto* from) { return LoadU(d, from); }
inline void StoreU(auto v, auto, auto* to) { std::memcpy(to, &v, sizeof v); }
inline void Store(auto v, auto d, auto* to) { StoreU(v, d, to); }
inline void Stream(auto v, auto d, auto* to) { StoreU(v, d, to); }

inline auto BitCast(auto d, auto v) { return (Vec<decltype(d)>)v; }
inline auto RebindMask(auto d, auto mask) { return (MaskOf<Vec<decltype(d)>>)mask; }
inline auto VecFromMask(auto d, auto mask) { return (Vec<decltype(d)>)mask; }

inline auto Add(auto a, auto b) { return a + b; }
inline auto Sub(auto a, auto b) { return a - b; }
inline auto Mul(auto a, auto b) { return a * b; }
inline auto Div(auto a, auto b) { return a / b; }
inline auto And(auto a, auto b) { return a & b; }
inline auto AndNot(auto a, auto b) { return ~a & b; }
inline auto Or(auto a, auto b) { return a | b; }
inline auto Xor(auto a, auto b) { return a ^ b; }
inline auto Not(auto a) { return ~a; }
inline auto Max(auto a, auto b) { return a > b ? a : b; }
inline auto Min(auto a, auto b) { return a < b ? a : b; }
inline auto Abs(auto a) { return Max(a, -a); }
template <int kBits>
inline auto ShiftLeft(auto a) {
  return a << kBits;
}
template <int kBits>
inline auto ShiftRight(auto a) {
  return a >> kBits;
}
inline auto ShiftLeftSame(auto a, int bits) { return a << bits; }

inline auto Lt(auto a, auto b) { return a < b; }
inline auto Le(auto a, auto b) { return a <= b; }
inline auto Gt(auto a, auto b) { return a > b; }
inline auto Ge(auto a, auto b) { return a >= b; }
inline auto Eq(auto a, auto b) { return a == b; }
inline auto TestBit(auto a, auto bit) { return (a & bit) == bit; }
template <class V>
inline V IfThenElseZero(MaskOf<V> mask, V yes) {
  return (V)(mask & (MaskOf<V>)yes);
}
template <class V>
inline V IfThenZeroElse(MaskOf<V> mask, V no) {
  return (V)(~mask & (MaskOf<V>)no);
}
// Of doubles.
template <class V>
inline V Sqrt(V a) {
  return ByLane(Tag<double, kLanesOf<V>>(), [=](size_t lane) { return std::sqrt(a[lane]); });
}

}  // namespace awase::kernels::plain

#endif  // AWASE_ENGINE_KERNELS_PLAIN_LANES_H_
