// The co-purchase matrix: for every item the best candidates, counted, weighed and kept row by row.
#ifndef AWASE_ENGINE_TRAIN_NEIGHBOURS_H_
#define AWASE_ENGINE_TRAIN_NEIGHBOURS_H_

#include <cstdint>
#include <vector>

#include "engine/base/buffer.h"
#include "engine/base/progress.h"
#include "engine/kernels/row.h"
#include "engine/model/draft.h"
#include "engine/train/options.h"
#include "engine/train/population.h"

namespace awase {

// Edges as rows are made: arrays beside each other. Null: customers where they are the units, lags without a
// window.
struct EdgePlace {
  kernels::Scored* scored = nullptr;
  uint32_t *units = nullptr, *customers = nullptr, *lags = nullptr;

  EdgePlace Behind(size_t edges) const {
    const auto behind = [&](auto* array) { return array == nullptr ? nullptr : array + edges; };
    return {behind(scored), behind(units), behind(customers), behind(lags)};
  }
};

// Room for edges: run after run, an EdgePlace's arrays behind each other.
using EdgeSlab = Buffer<uint32_t>;

// Rows as they were made: runs of rows by item, each run's edges in one piece of a slab.
struct MadeRows {
  struct Run {
    uint32_t begin = 0, end = 0;  // items
    uint32_t phase = 0;           // Rows::PhaseOf each
    uint64_t cost = 0;
    EdgePlace edges;
    uint64_t size = 0;
  };
  std::vector<Run> runs;            // ascending, without gaps
  std::vector<uint32_t> row_sizes;  // by item: its edges
  std::vector<EdgeSlab> slabs;
  uint64_t edges = 0;
  uint64_t pairs_counted = 0;
  // Share of the rows' wall time.
  double count_seconds = 0, score_seconds = 0;
};

// Rows by history item, best first; items are history items.
struct Neighbours {
  std::vector<uint64_t> offsets{0};
  std::vector<Edge> edges;
  std::vector<EdgeEvidence> evidence;
  uint64_t pairs_counted = 0;
  double count_seconds = 0, score_seconds = 0;
};

// Runs in the caller's TBB arena on `threads` threads. The same result for any number. Options must be valid.
// Cost: about a nanosecond or two a pair, see engine/README.md; scratch of about 50 bytes an item and thread.
MadeRows MakeRows(const Population& population, const TrainOptions& options, unsigned threads,
                  const Progress& progress);

// The rows end to end.
Neighbours Assemble(const MadeRows& made);

// Both.
Neighbours BuildNeighbours(const Population& population, const TrainOptions& options, unsigned threads,
                           const Progress& progress);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_NEIGHBOURS_H_
