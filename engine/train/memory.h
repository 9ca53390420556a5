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
  uint64_t bytes = 0;  // at most, above the history
};

// Upper bound of the memory that a training adds with these threads; without squares (squares.h), bits
// (bitmaps.h), HotBytes and a mirror (mirror.h), which are made where they fit beside it, and the lags of
// windows: 4 bytes a thread for each customer behind each edge of its row.
uint64_t TrainBytes(const TrainSize& size, const TrainOptions& options, unsigned threads);

// Whether options.memory_limit leaves room for so many bytes beside TrainBytes.
bool FitsBeside(uint64_t bytes, const TrainSize& size, const TrainOptions& options, unsigned threads);

// Upper bound of what the bits of hot labels add (kernels/stream.h).
uint64_t HotBytes(uint64_t units);

// As many threads as options.memory_limit allows. Errors: RESOURCE_EXHAUSTED saying what is needed when even
// one is too much.
absl::StatusOr<MemoryPlan> PlanMemory(const TrainSize& size, const TrainOptions& options, unsigned threads);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_MEMORY_H_
