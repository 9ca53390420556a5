// Baskets by unit to visits by label: the transpose of a population, and its labels.
#ifndef AWASE_ENGINE_TRAIN_TRANSPOSE_H_
#define AWASE_ENGINE_TRAIN_TRANSPOSE_H_

#include <cstdint>

#include "absl/status/status.h"

#include "engine/base/large_vector.h"
#include "engine/history/history.h"
#include "engine/train/options.h"
#include "engine/train/population.h"

namespace awase {

// A unit of the history that counts.
struct Selected {
  uint32_t unit;
  uint16_t size;
  uint16_t less;  // its weight - 1
};

// Fills labels, stream, visits and supports of `p`, whose units are chosen. `pieces` parts of the baskets are
// worked on at once, in the caller's TBB arena. Errors: RESOURCE_EXHAUSTED (2^31 or more words of stream).
absl::Status Transpose(const Units& units, uint32_t items, const TrainOptions& options,
                       LargeVector<Selected>& selected, unsigned pieces, Population& p);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_TRANSPOSE_H_
