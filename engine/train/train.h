// History to Model: everything that may take minutes.
#ifndef AWASE_ENGINE_TRAIN_TRAIN_H_
#define AWASE_ENGINE_TRAIN_TRAIN_H_

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"

#include "engine/base/progress.h"
#include "engine/facts/facts.h"
#include "engine/history/history.h"
#include "engine/model/draft.h"
#include "engine/train/options.h"

namespace awase {

struct TrainReport {
  uint64_t units = 0;          // counted
  uint64_t skipped_units = 0;  // over max_basket
  uint64_t capped_orders = 0;  // over max_orders_per_customer
  uint64_t pairs_counted = 0;  // ordered pairs added up (madds)
  uint64_t edges = 0;
  double prepare_seconds = 0;  // transposes, relabelling, weights
  double count_seconds = 0;    // adding up: its share of the rows' wall time
  double score_seconds = 0;    // weighing and keeping: likewise
  double assemble_seconds =
      0;  // all the rest: reranking, edges, supports and the catalogue under one numbering
  unsigned threads = 0;
};

// Neighbours, supports, popularity and catalogue as a draft model. `catalogue` may be empty or hold items
// without purchases; items of the history that it lacks get no title. Deterministic: the same draft on any
// number of threads. Errors: INVALID_ARGUMENT (options), FAILED_PRECONDITION (no units), RESOURCE_EXHAUSTED
// (memory limit; says what is needed).
absl::StatusOr<ModelDraft> Train(const History& history, std::span<const Item> catalogue,
                                 const TrainOptions& options, TrainReport* report = nullptr,
                                 const Progress& progress = nullptr);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_TRAIN_H_
