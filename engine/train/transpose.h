// Baskets by unit to visits by label: the transpose of a population, and its labels.
#ifndef AWASE_ENGINE_TRAIN_TRANSPOSE_H_
#define AWASE_ENGINE_TRAIN_TRANSPOSE_H_

#include <cstdint>
#include <vector>

#include "engine/history/history.h"
#include "engine/train/options.h"
#include "engine/train/population.h"

namespace awase {

// A unit of the history that counts.
struct Selected {
  uint32_t unit;
  uint32_t header;  // of its basket
};

// Fills labels, stream, visits and supports of `p`, whose units are chosen. `pieces` parts of the baskets are
// worked on at once, in the caller's TBB arena; `passes` tiles of labels one after the other.
void Transpose(const Units& units, uint32_t items, const TrainOptions& options,
               const std::vector<Selected>& selected, unsigned pieces, unsigned passes, Population& p);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_TRANSPOSE_H_
