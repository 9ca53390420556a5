// Rows of the matrix re-scored by EASE.
#ifndef AWASE_ENGINE_TRAIN_RERANK_H_
#define AWASE_ENGINE_TRAIN_RERANK_H_

#include "absl/status/statusor.h"

#include "engine/base/progress.h"
#include "engine/train/neighbours.h"
#include "engine/train/options.h"
#include "engine/train/population.h"

namespace awase {

// Edges a row that EASE chooses from, for each edge kept: it seldom lifts one from further back, and never
// one without co-purchases or under the floor.
inline constexpr uint32_t kEaseChoice = 4;

// Options of the rows themselves: of those that are reranked more are kept.
inline TrainOptions RowsOf(const TrainOptions& options) {
  TrainOptions rows = options;
  if (options.ease != 0) rows.top_n = options.top_n * kEaseChoice;
  rows.ease = 0;
  return rows;
}

// score <- score^(1 - ease) * B^ease, the weighted geometric mean of the measure and of EASE's weight B of
// the edge; edges with B <= 0 (what the other items explain better) are dropped; the best top_n of each row
// stay.
//   wide  rows of up to kEaseChoice * top_n edges
// Runs in an arena of its own of options.threads. The same result for any number of threads. Errors:
// RESOURCE_EXHAUSTED (too many items). Source: Steck 2019 (see ease.h); rows of the Gram matrix weighted 1 /
// sqrt(size - 1).
absl::StatusOr<Neighbours> RerankWithEase(const Population& population, const TrainOptions& options,
                                          const Neighbours& wide, const Progress& progress);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_RERANK_H_
