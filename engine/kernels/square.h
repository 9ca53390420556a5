// Squares of the matrix counted by bits, for catalogues that are dense: a visit adds a label to 512 others at
// once, and each pair is counted from the rarer label's side, so that frequent labels look at few others.
#ifndef AWASE_ENGINE_KERNELS_SQUARE_H_
#define AWASE_ENGINE_KERNELS_SQUARE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "engine/kernels/bitmaps.h"
#include "engine/kernels/mirror.h"

namespace awase::kernels {

// The visits of a label as numbers of lines (bitmaps.h): baskets that are their owner's only one with it,
// then those of owners who have more, which stand together. Each of the two is filled up to sixteens with the
// line of zeros; not where all are alone and weigh 1.
struct LineList {
  std::span<const uint32_t> numbers;
  uint32_t alone = 0;                    // of numbers
  std::span<const uint32_t> group_ends;  // in what is behind them: where each owner's end
  std::span<const uint16_t> less;        // weight less one of each; 0 for the line of zeros
  uint32_t units = 0;                    // visits
  uint32_t zero = 0;                     // number of the line of zeros
};

// Private to CountSquare; one for each thread.
struct SquareScratch {
  std::vector<uint32_t> chosen;
  std::vector<uint64_t> merged;
};

// Adds up the row of `label` in the square of a chunk: its lines are those of the chunk's 512 labels. Leaves
// the cells in the mirror, whose edge is 512. Without weights `uniform`.
void CountSquare(const uint64_t* lines, const LineList& list, uint32_t label, uint32_t chunk, bool uniform,
                 SquareScratch& scratch, Mirror& mirror) noexcept;

// How often it goes over a line here: once for each vector in it.
uint32_t SquarePasses() noexcept;

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_SQUARE_H_
