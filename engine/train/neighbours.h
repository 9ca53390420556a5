// The co-purchase matrix: for every item the best candidates, counted, weighed and kept row by row.
#ifndef AWASE_ENGINE_TRAIN_NEIGHBOURS_H_
#define AWASE_ENGINE_TRAIN_NEIGHBOURS_H_

#include <cstdint>
#include <vector>

#include "engine/base/progress.h"
#include "engine/model/draft.h"
#include "engine/train/options.h"
#include "engine/train/population.h"

namespace awase {

// Rows by history item, best first; items are history items.
struct Neighbours {
  std::vector<uint64_t> offsets{0};
  std::vector<Edge> edges;
  std::vector<EdgeEvidence> evidence;
  uint64_t pairs_counted = 0;
  // Share of the rows' wall time.
  double count_seconds = 0, score_seconds = 0;
};

// Runs in the caller's TBB arena on `threads` threads. The same result for any number. Options must be valid.
// Cost: a few tenths of a nanosecond a pair, see engine/README.md; scratch of about 40 bytes an item and
// thread.
Neighbours BuildNeighbours(const Population& population, const TrainOptions& options, unsigned threads,
                           const Progress& progress);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_NEIGHBOURS_H_
