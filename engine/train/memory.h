// How much memory a training takes, before it starts.
#ifndef AWASE_ENGINE_TRAIN_MEMORY_H_
#define AWASE_ENGINE_TRAIN_MEMORY_H_

#include <cstdint>

#include "absl/status/statusor.h"

#include "engine/train/options.h"

namespace awase {

// What a training reads.
struct TrainSize {
  uint64_t purchases = 0;
  uint64_t units = 0;
  uint64_t items = 0;
};

struct MemoryPlan {
  unsigned threads = 1;
  unsigned mail_passes = 1;  // tiles of the transpose: the stream is read once for each
  uint64_t bytes = 0;        // at most, above the history
};

inline constexpr unsigned kMostMailPasses = 16;

// Upper bound of the memory that a training adds with these threads and passes; without bits (bitmaps.h),
// which are made where they fit beside it, and the lags of windows: 4 bytes a thread for each customer behind
// each edge of its row.
uint64_t TrainBytes(const TrainSize& size, const TrainOptions& options, unsigned threads,
                    unsigned mail_passes);

// As fast as options.memory_limit allows: first smaller tiles, then fewer threads. Errors: RESOURCE_EXHAUSTED
// saying what is needed when even that is too much.
absl::StatusOr<MemoryPlan> PlanMemory(const TrainSize& size, const TrainOptions& options, unsigned threads);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_MEMORY_H_
