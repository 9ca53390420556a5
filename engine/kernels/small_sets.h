// Many small sets of numbers, each sorted and without repetitions.
#ifndef AWASE_ENGINE_KERNELS_SMALL_SETS_H_
#define AWASE_ENGINE_KERNELS_SMALL_SETS_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/kernels/counter.h"

namespace awase::kernels {

// So many numbers behind the last set may be read.
inline constexpr size_t kSetSlack = 32;

// Sets of sizes[s] numbers below 2^31 each stand one behind the other in `numbers`. Writes each in ascending
// order and without repetitions to `to`, again one behind the other, and how many stay to kept[s]. Returns
// the sum of these. The arrays do not overlap; `to` has room for all numbers.
size_t SortSets(const uint32_t* numbers, std::span<const uint32_t> sizes, Counter<4>::Word* to,
                uint32_t* kept) noexcept;

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_SMALL_SETS_H_
