// Numbers of 1, 2, 4 or 8 bytes.
#ifndef AWASE_ENGINE_KERNELS_COUNTER_H_
#define AWASE_ENGINE_KERNELS_COUNTER_H_

#include <cstdint>

namespace awase::kernels {

// Counters of several widths share one place. (As a member, since a template argument would lose the
// attribute.)
template <uint32_t kBytes>
struct Counter;
template <>
struct Counter<1> {
  using Plain = uint8_t;
  using Word = uint8_t;
};
template <>
struct Counter<2> {
  using Plain = uint16_t;
  using Word = uint16_t __attribute__((may_alias));
};
template <>
struct Counter<4> {
  using Plain = uint32_t;
  using Word = uint32_t __attribute__((may_alias));
};
template <>
struct Counter<8> {
  using Plain = uint64_t;
  using Word = uint64_t __attribute__((may_alias));
};

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_COUNTER_H_
