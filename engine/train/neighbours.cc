#include "engine/train/neighbours.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "engine/train/rows.h"

namespace awase {
namespace {

using Run = MadeRows::Run;

// Rough cost of the rows of a phase in pairs: adding up, fetching their baskets, and what every row costs.
// Rows of a later phase than the first visit none, and take what others found.
double CostOf(const Population& population, uint32_t phase, uint32_t begin, uint32_t end) {
  const double rows = end - begin;
  if (phase > 0) return rows * (population.columns() / 2 + 1500);
  const auto visits = static_cast<double>(population.visit_offsets[end] - population.visit_offsets[begin]);
  return visits * (population.pairs_per_visit + 10) + rows * 1500;
}

// Edges that a run has room for: most rows of a sparse catalogue fill little of theirs.
constexpr size_t kMostRoom = size_t{1} << 14;

// Runs of rows of one phase and of about equal cost, small enough that the last ones do not keep one thread
// busy alone. In the order in which they are made; the dearest rows of a phase, which are those of its most
// frequent labels, come first.
std::vector<Run> CutByCost(const Population& population, const Rows& rows, size_t most_a_row,
                           unsigned threads) {
  double total = 0;
  for (uint32_t phase = 0; phase < rows.phases(); ++phase) {
    const auto [begin, end] = rows.LabelsOf(phase);
    total += CostOf(population, phase, begin, end);
  }
  const double most = total / (threads * 64);
  const size_t most_rows = kMostRoom / most_a_row;
  std::vector<Run> runs;
  for (uint32_t phase = 0; phase < rows.phases(); ++phase) {
    const auto [begin, end] = rows.LabelsOf(phase);
    for (uint32_t label = begin; label < end; ++label) {
      const uint32_t first = label == begin ? label : runs.back().begin;
      if (label == begin || CostOf(population, phase, first, label + 1) > most ||
          label - first >= most_rows) {
        runs.emplace_back();
        runs.back().begin = label;
        runs.back().phase = phase;
      }
      runs.back().end = label + 1;
    }
  }
  return runs;
}

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Worker {
  Worker(const Population& population, const TrainOptions& options, size_t most_a_row, size_t room,
         SpentVisits& spent)
      : bench(population.columns()), shelves(population, options, most_a_row, room, spent) {}
  RowBench bench;
  Shelves shelves;
};

// Whether rows read visits that were spent before: `expected` asks hot rows, which come last, for the sizes
// of their baskets.
bool ReadsAgain(const TrainOptions& options, const Rows& rows) {
  return options.measure == Measure::kExpected && rows.phases() > 1;
}

// The rows of one training, made by several threads.
class Making {
 public:
  // `spent`: visits that may be given up; null to keep them.
  Making(const Population& population, const TrainOptions& options, unsigned threads,
         const Progress& progress, Buffer<uint32_t>* spent)
      : population_(population),
        options_(options),
        progress_(progress),
        rows_(population, options, threads),
        most_a_row_(std::clamp<size_t>(options.top_n, 1, std::max(population.columns(), 1u))),
        workers_(threads),
        spent_(ReadsAgain(options, rows_) ? nullptr : spent) {
    made_.row_sizes.resize(population.columns());
  }

  void MakeAll() {
    made_.runs = CutByCost(population_, rows_, most_a_row_, static_cast<unsigned>(workers_.size()));
    for (const Run& run : made_.runs) room_ = std::max(room_, (run.end - run.begin) * most_a_row_);
    finished_.resize(made_.runs.size());
    size_t begin = 0;
    for (uint32_t phase = 0; phase < rows_.phases(); ++phase) {
      size_t end = begin;
      while (end < made_.runs.size() && made_.runs[end].phase == phase) ++end;
      MakeRuns(begin, end);
      begin = end;
      rows_.EndPhase(phase);
    }
  }

  // With the share of `seconds` that was counting, and that was scoring.
  MadeRows Finish(double prepared, double seconds) {
    double count_ns = 0, score_ns = 0;
    for (const std::unique_ptr<Worker>& worker : workers_) {
      if (worker == nullptr) continue;
      std::move(worker->shelves.slabs().begin(), worker->shelves.slabs().end(),
                std::back_inserter(made_.slabs));
      if (population_.by_customer) made_.pairs_counted += worker->bench.pairs;
      count_ns += worker->bench.count_ns;
      score_ns += worker->bench.score_ns;
    }
    if (std::optional<EdgeSlab> slab = spent_.Leave()) made_.slabs.push_back(*std::move(slab));
    if (!population_.by_customer) made_.pairs_counted = population_.pairs;
    for (const Run& run : made_.runs) made_.edges += run.size;
    const double share = count_ns + score_ns > 0 ? count_ns / (count_ns + score_ns) : 0;
    made_.count_seconds = prepared + seconds * share;
    made_.score_seconds = seconds * (1 - share);
    return std::move(made_);
  }

 private:
  void MakeRuns(size_t begin, size_t end) {
    std::atomic<size_t> next = begin;
    tbb::parallel_for(size_t{0}, workers_.size(), [&](size_t thread) {
      if (next >= end) return;
      std::unique_ptr<Worker>& worker = workers_[thread];
      if (worker == nullptr)
        worker = std::make_unique<Worker>(population_, options_, most_a_row_, room_, spent_);
      size_t taken;
      while ((taken = next++) < end) {
        FillRun(*worker, made_.runs[taken]);
        SpendBehind(taken);
        const size_t finished = ++done_;
        if (!progress_ || !mutex_.try_lock()) continue;
        progress_("count", finished, made_.runs.size());
        mutex_.unlock();
      }
      rows_.LeaveRows();
    });
  }

  // Rows of the first phase stand in order of their labels, behind those of later phases, whose visits are
  // not read any more.
  void SpendBehind(size_t run) {
    if (made_.runs[run].phase > 0) return;
    const std::lock_guard lock(spending_);
    finished_[run] = true;
    while (behind_ < finished_.size() && finished_[behind_]) ++behind_;
    if (behind_ > 0) spent_.SpendTo(population_.visit_offsets[made_.runs[behind_ - 1].end]);
  }

  void FillRun(Worker& worker, Run& run) {
    const size_t most = (run.end - run.begin) * most_a_row_;
    const EdgePlace edges = worker.shelves.Reserve(most);
    rows_.FetchFirst(run.begin);
    uint64_t size = 0;  // the run lies beside those of other threads
    for (uint32_t label = run.begin, end = run.end; label < end; ++label) {
      const uint32_t kept = rows_.Make(label, worker.bench, edges.Behind(size));
      made_.row_sizes[label] = kept;
      size += kept;
    }
    run.size = size;
    const uint32_t* const units = population_.units_of.data();
    const uint32_t largest = *std::max_element(units + run.begin, units + run.end);
    run.edges = worker.shelves.Take(most, size, largest);
  }

  const Population& population_;
  const TrainOptions& options_;
  const Progress& progress_;
  Rows rows_;
  const size_t most_a_row_;
  size_t room_ = 0;  // of the largest run: edges
  std::vector<std::unique_ptr<Worker>> workers_;
  MadeRows made_;
  std::atomic<size_t> done_ = 0;
  std::mutex mutex_;
  SpentVisits spent_;
  std::mutex spending_;
  std::vector<bool> finished_;  // by run
  size_t behind_ = 0;           // runs before it are finished
};

MadeRows Make(const Population& population, const TrainOptions& options, unsigned threads,
              const Progress& progress, Buffer<uint32_t>* spent) {
  const auto start = std::chrono::steady_clock::now();
  Making making(population, options, threads, progress, spent);
  const double prepared = SecondsSince(start);
  making.MakeAll();
  return making.Finish(prepared, SecondsSince(start) - prepared);
}

}  // namespace

MadeRows MakeRows(const Population& population, const TrainOptions& options, unsigned threads,
                  const Progress& progress) {
  return Make(population, options, threads, progress, nullptr);
}

MadeRows MakeRowsUsingUpVisits(Population& population, const TrainOptions& options, unsigned threads,
                               const Progress& progress) {
  MadeRows made = Make(population, options, threads, progress, &population.visits);
  population.visits = {};  // where rows read them until the end
  return made;
}

Neighbours Assemble(const Population& population, const MadeRows& made) {
  Neighbours neighbours;
  neighbours.pairs_counted = made.pairs_counted;
  neighbours.count_seconds = made.count_seconds;
  neighbours.score_seconds = made.score_seconds;
  neighbours.edges.resize(made.edges);
  neighbours.evidence.resize(made.edges);
  std::vector<uint64_t>& offsets = neighbours.offsets;
  for (const uint32_t label : population.label_of)
    offsets.push_back(offsets.back() + (label == kNoLabel ? 0 : made.row_sizes[label]));
  tbb::parallel_for(size_t{0}, made.runs.size(), [&](size_t r) {
    const EdgeRun& edges = made.runs[r].edges;
    uint64_t from = 0;
    for (uint32_t label = made.runs[r].begin; label < made.runs[r].end; ++label) {
      const uint64_t to = offsets[population.item_of[label]] - from;
      for (const uint64_t end = from + made.row_sizes[label]; from < end; ++from) {
        neighbours.edges[to + from] = {edges.scored[from].item, edges.scored[from].score};
        neighbours.evidence[to + from] = {edges.units(from), edges.customers(from),
                                          edges.lags == nullptr ? kNoLag : edges.lags[from], 0};
      }
    }
  });
  return neighbours;
}

Neighbours BuildNeighbours(const Population& population, const TrainOptions& options, unsigned threads,
                           const Progress& progress) {
  return Assemble(population, MakeRows(population, options, threads, progress));
}

}  // namespace awase
