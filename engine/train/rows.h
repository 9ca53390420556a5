// Rows of the matrix: one anchor counted, weighed and kept.
#ifndef AWASE_ENGINE_TRAIN_ROWS_H_
#define AWASE_ENGINE_TRAIN_ROWS_H_

#include <cstdint>
#include <vector>

#include "engine/kernels/row.h"
#include "engine/train/neighbours.h"
#include "engine/train/options.h"
#include "engine/train/population.h"
#include "engine/train/windows.h"

namespace awase {

// Everything one thread needs for its rows.
struct RowBench {
  RowBench(uint32_t columns, uint32_t top_n) : scratch(columns), kept(top_n) {}
  kernels::RowScratch scratch;
  std::vector<kernels::Candidate> kept;
  std::vector<kernels::SizeClass> sizes;
  WindowVisits window;
  // Lags: by label 1 + position in kept; owners' smallest lags, by kept edge.
  std::vector<uint16_t> slot;
  std::vector<uint32_t> nearest, met, lags, lag_ends;
  // Nanoseconds, rows weighted so that the small ones need not all be timed.
  double count_ns = 0, score_ns = 0;
  uint64_t pairs = 0;
};

// Shared by all threads; keeps a reference to the population and the options.
class Rows {
 public:
  Rows(const Population& population, const TrainOptions& options);

  // Appends the edges of the item with this label, best first; items are those of the history. Returns how
  // many.
  uint32_t Make(uint32_t label, RowBench& bench, KeptEdge* to) const;

 private:
  uint32_t KeepTimed(const kernels::RowPlan& plan, std::span<const uint32_t> visits, RowBench& bench) const;
  void CountSizes(uint32_t label, std::vector<kernels::SizeClass>& sizes) const;
  void MeasureLags(uint32_t kept, RowBench& bench) const;

  const Population& population_;
  const TrainOptions& options_;
  kernels::Matrix matrix_;
  std::vector<float> factor_;
  std::vector<double> term_;
};

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_ROWS_H_
