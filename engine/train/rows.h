// Rows of the matrix: one anchor counted, weighed and kept.
#ifndef AWASE_ENGINE_TRAIN_ROWS_H_
#define AWASE_ENGINE_TRAIN_ROWS_H_

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/kernels/row.h"
#include "engine/train/edges.h"
#include "engine/train/lags.h"
#include "engine/train/options.h"
#include "engine/train/population.h"
#include "engine/train/windows.h"

namespace awase {

// Everything one thread needs for its rows.
struct RowBench {
  explicit RowBench(uint32_t columns) : scratch(columns) {}
  kernels::RowScratch scratch;
  std::vector<kernels::SizeClass> sizes;
  WindowVisits window;
  LagBench lags;
  kernels::Anchor anchor;  // of the row before
  // Nanoseconds, rows weighted so that the small ones need not all be timed.
  double count_ns = 0, score_ns = 0;
  uint64_t pairs = 0;
};

// Shared by all threads; keeps a reference to the population and the options.
class Rows {
 public:
  // `threads` work on the rows, each with a RowBench of its own.
  Rows(const Population& population, const TrainOptions& options, unsigned threads);

  // Writes the edges of the item with this label to `to`, best first, at most options.top_n; items are those
  // of the history. Returns how many.
  uint32_t Make(uint32_t label, RowBench& bench, const EdgePlace& to) const;

  // Rows are made in so many phases: all of one, then EndPhase, then those of the next.
  uint32_t phases() const;
  // Those of a phase: from the first to before the second.
  std::pair<uint32_t, uint32_t> LabelsOf(uint32_t phase) const;
  // By each thread that made rows, behind its last of a phase.
  void LeaveRows() const { kernels::LeaveRows(); }
  void EndPhase(uint32_t phase);

  // Says that the row of this label and those behind it are made next, so that what the first of them reads
  // is on its way; later ones are fetched by those before.
  void FetchFirst(uint32_t label) const;

 private:
  kernels::RowPlan PlanOf(uint32_t label) const;
  const kernels::Anchor& AnchorOf(uint32_t label, RowBench& bench) const;
  void CountHotLines(unsigned threads);
  uint32_t KeepTimed(const kernels::RowPlan& plan, std::span<const uint32_t> visits, RowBench& bench,
                     const EdgePlace& to) const;
  void CountSizes(uint32_t label, std::vector<kernels::SizeClass>& sizes) const;

  const Population& population_;
  const TrainOptions& options_;
  kernels::Matrix matrix_;
  kernels::Bitmaps bitmaps_;
  kernels::Mirror mirror_;
  kernels::PairTable pairs_;
  std::vector<float> factor_;
  std::vector<double> term_;
};

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_ROWS_H_
