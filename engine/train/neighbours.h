// The co-purchase matrix: for every item the best candidates, counted, weighed and kept row by row.
#ifndef AWASE_ENGINE_TRAIN_NEIGHBOURS_H_
#define AWASE_ENGINE_TRAIN_NEIGHBOURS_H_

#include <cstdint>
#include <vector>

#include "engine/base/large_vector.h"
#include "engine/base/progress.h"
#include "engine/model/draft.h"
#include "engine/train/edges.h"
#include "engine/train/options.h"
#include "engine/train/population.h"

namespace awase {

// Rows as they were made: runs of rows by label, each run's edges in one piece of a slab.
struct MadeRows {
  struct Run {
    uint32_t begin = 0, end = 0;  // labels
    uint32_t phase = 0;           // Rows::phases
    EdgeRun edges;
    uint64_t size = 0;
  };
  std::vector<Run> runs;            // of every label one
  std::vector<uint32_t> row_sizes;  // by label: its edges
  std::vector<EdgeSlab> slabs;
  uint64_t edges = 0;
  uint64_t pairs_counted = 0;
  // Share of the rows' wall time.
  double count_seconds = 0, score_seconds = 0;
};

// Rows by history item, best first; items are history items.
struct Neighbours {
  std::vector<uint64_t> offsets{0};
  LargeVector<Edge> edges;
  LargeVector<EdgeEvidence> evidence;
  uint64_t pairs_counted = 0;
  double count_seconds = 0, score_seconds = 0;
};

// Runs in the caller's TBB arena on `threads` threads. The same result for any number. Options must be valid.
// Cost: about a nanosecond or two a pair, see engine/README.md; scratch of about 50 bytes an item and thread.
MadeRows MakeRows(const Population& population, const TrainOptions& options, unsigned threads,
                  const Progress& progress);

// The same, and the population's visits are given up, each as soon as its row is made: they make room for the
// edges.
MadeRows MakeRowsUsingUpVisits(Population& population, const TrainOptions& options, unsigned threads,
                               const Progress& progress);

// The rows end to end, by item.
Neighbours Assemble(const Population& population, const MadeRows& made);

// MakeRows and Assemble.
Neighbours BuildNeighbours(const Population& population, const TrainOptions& options, unsigned threads,
                           const Progress& progress);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_NEIGHBOURS_H_
