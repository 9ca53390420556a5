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

// Sorts each set of numbers, below 2^31, and drops repetitions on its way to the end of a list: set k goes to
// ends[lists[k]], which moves behind it; its `size` becomes how many stay. A list has room for all numbers of
// its sets; where repetitions were, some of what is behind it is written too. Lists and `numbers` do not
// overlap.
void SortSets(std::span<Set> sets, const uint32_t* numbers, const uint16_t* lists, uint32_t** ends) noexcept;

// Copies sets, one behind the other; returns what is behind the last.
Counter<4>::Word* GatherSets(std::span<const Set> sets, const uint32_t* numbers,
                             Counter<4>::Word* to) noexcept;

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_SMALL_SETS_H_
