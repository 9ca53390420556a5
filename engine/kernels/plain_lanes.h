// Vectors of 16 bytes in plain C++, by the names that Highway has for them, for machines of which it uses no
// vectors. The compiler makes of its vector extension what every machine of the family has (x86-64: SSE2), so
// that one source serves all. Only what the kernels of a row use; semantics are Highway's.
#ifndef AWASE_ENGINE_KERNELS_PLAIN_LANES_H_
#define AWASE_ENGINE_KERNELS_PLAIN_LANES_H_

#include <algorithm>
#include <bit>
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

template <class D>
constexpr size_t MaxLanes(D) { return D::kLanes; }
template <class D>
constexpr size_t Lanes(D) { return D::kLanes; }

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
  }(std::make_index_sequence<D::kLanes>());
}

template <class D>
inline Vec<D> Zero(D) { return Vec<D>{}; }
template <class D>
inline Vec<D> Set(D d, typename D::Lane value) { return ByLane(d, [=](size_t) { return value; }); }
template <class D>
inline Vec<D> Iota(D d, typename D::Lane first) {
  return ByLane(d, [](size_t lane) { return lane; }) + first;
}
template <class V>
inline auto GetLane(V v) { return v[0]; }

template <class D>
inline Vec<D> LoadU(D, const typename D::Lane* from) {
  Vec<D> v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
template <class D>
inline Vec<D> Load(D d, const typename D::Lane* from) { return LoadU(d, from); }
template <class D>
inline void StoreU(Vec<D> v, D, typename D::Lane* to) { std::memcpy(to, &v, sizeof v); }
template <class D>
inline void Store(Vec<D> v, D d, typename D::Lane* to) { StoreU(v, d, to); }
template <class D>
inline void Stream(Vec<D> v, D d, typename D::Lane* to) { StoreU(v, d, to); }

template <class D, class V>
inline Vec<D> BitCast(D, V v) { return (Vec<D>)v; }
template <class D, class M>
inline auto RebindMask(D, M mask) { return (MaskOf<Vec<D>>)mask; }
template <class D, class M>
inline Vec<D> VecFromMask(D, M mask) { return (Vec<D>)mask; }

template <class V>
inline V Add(V a, V b) { return a + b; }
template <class V>
inline V Sub(V a, V b) { return a - b; }
template <class V>
inline V Mul(V a, V b) { return a * b; }
template <class V>
inline V Div(V a, V b) { return a / b; }
template <class V>
inline V And(V a, V b) { return a & b; }
template <class V>
inline V AndNot(V a, V b) { return ~a & b; }
template <class V>
inline V Or(V a, V b) { return a | b; }
template <class V>
inline V Xor(V a, V b) { return a ^ b; }
template <class V>
inline V Not(V a) { return ~a; }
template <class V>
inline V Max(V a, V b) { return a > b ? a : b; }
template <class V>
inline V Min(V a, V b) { return a < b ? a : b; }
template <class V>
inline V Abs(V a) { return Max(a, -a); }
template <int kBits, class V>
inline V ShiftLeft(V a) { return a << kBits; }
template <int kBits, class V>
inline V ShiftRight(V a) { return a >> kBits; }
template <class V>
inline V ShiftLeftSame(V a, int bits) { return a << bits; }

template <class V>
inline auto Lt(V a, V b) { return a < b; }
template <class V>
inline auto Le(V a, V b) { return a <= b; }
template <class V>
inline auto Gt(V a, V b) { return a > b; }
template <class V>
inline auto Ge(V a, V b) { return a >= b; }
template <class V>
inline auto TestBit(V a, V bit) { return (a & bit) == bit; }
template <class V>
inline V IfThenElseZero(MaskOf<V> mask, V yes) { return (V)(mask & (MaskOf<V>)yes); }

}  // namespace awase::kernels::plain

#endif  // AWASE_ENGINE_KERNELS_PLAIN_LANES_H_
