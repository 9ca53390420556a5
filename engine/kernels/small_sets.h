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

// Sorts the numbers, below 2^31, of each set where they stand and drops repetitions: `size` becomes how many
// stay, what stands behind them then means nothing. Sets do not overlap; nothing beside them is looked at.
void SortSets(std::span<Set> sets, uint32_t* numbers) noexcept;

// Copies sets, one behind the other; returns what is behind the last.
Counter<4>::Word* GatherSets(std::span<const Set> sets, const uint32_t* numbers,
                             Counter<4>::Word* to) noexcept;

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_SMALL_SETS_H_
