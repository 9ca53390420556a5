// Many small sets of numbers, each sorted and without repetitions.
#ifndef AWASE_ENGINE_KERNELS_SMALL_SETS_H_
#define AWASE_ENGINE_KERNELS_SMALL_SETS_H_

#include <cstdint>
#include <span>

#include "engine/kernels/counter.h"

namespace awase::kernels {

struct Set {
  uint32_t begin;  // where its first number stands
  uint32_t size;
};

// Sorts each set of numbers, below 2^31, and drops repetitions on its way to `to`, one behind the other; its
// `size` becomes how many stay. There is room for all numbers, of which some behind the last may be written
// too; it and `numbers` do not overlap. Returns what is behind the last.
uint32_t* SortSets(std::span<Set> sets, const uint32_t* numbers, uint32_t* to) noexcept;

// Copies sets, one behind the other, or what `of` says of each of their numbers, where it is not null;
// returns what is behind the last.
Counter<4>::Word* GatherSets(std::span<const Set> sets, const uint32_t* numbers, const uint32_t* of,
                             Counter<4>::Word* to) noexcept;

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_SMALL_SETS_H_
