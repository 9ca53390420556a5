#include "engine/train/neighbours.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <numeric>
#include <utility>

#include "engine/train/rows.h"

namespace awase {
namespace {

using Run = MadeRows::Run;

// Rough cost of a row in pairs: adding up, fetching its baskets, and what every row costs. Rows of a later
// phase have little or nothing to add up.
uint64_t CostOf(const Population& population, uint32_t label, uint32_t phase) {
  if (label == kNoLabel) return 1;
  const double visit = phase > 0 ? 10 : population.pairs_per_visit + 10;
  return static_cast<uint64_t>(visit * static_cast<double>(population.VisitsOf(label).size())) + 1500;
}

// Runs of rows of one phase and of about equal cost, small enough that the last ones do not keep one thread
// busy alone.
std::vector<Run> CutByCost(const Population& population, const Rows& rows, unsigned threads) {
  const auto items = static_cast<uint32_t>(population.label_of.size());
  struct Row {
    uint64_t cost;
    uint32_t phase;
  };
  std::vector<Row> row_of(items);
  tbb::parallel_for(tbb::blocked_range<uint32_t>(0, items, 4096), [&](const auto& range) {
    for (uint32_t item = range.begin(); item < range.end(); ++item) {
      const uint32_t label = population.label_of[item], phase = label == kNoLabel ? 0 : rows.PhaseOf(label);
      row_of[item] = {CostOf(population, label, phase), phase};
    }
  });
  uint64_t total = 0;
  for (const Row& row : row_of) total += row.cost;
  const uint64_t most = total / (size_t{threads} * 64) + 1;
  std::vector<Run> runs;
  for (uint32_t item = 0; item < items; ++item) {
    const auto [cost, phase] = row_of[item];
    if (runs.empty() || runs.back().cost + cost > most || runs.back().phase != phase) {
      runs.emplace_back();
      runs.back().begin = item;
      runs.back().phase = phase;
    }
    runs.back().end = item + 1;
    runs.back().cost += cost;
  }
  return runs;
}

// Which arrays a training's edges have beside scores and units.
struct EdgeKinds {
  bool customers, lags;
};

EdgeKinds KindsOf(const Population& population, const TrainOptions& options) {
  return {!population.by_customer && population.customers_of != population.units_of,
          options.window_seconds != 0};
}

// Where one thread puts its edges: slabs of whole huge pages, the arrays of one behind each other, so that a
// small matrix touches few pages. Clearing one of 2 MB costs a quarter of as much on pages of 4 KB.
class Shelves {
 public:
  // `all`: edges of the whole matrix, at most.
  Shelves(EdgeKinds kinds, size_t all) : kinds_(kinds) {
    const size_t bytes = (all + kernels::kKeptSlack) * words() * sizeof(uint32_t);
    const size_t pages = (bytes / kSlabsAThread + kHugePage - 1) / kHugePage;
    huge_ = bytes >= kHugePage / 4;
    slab_words_ = (huge_ ? std::min(pages, kMostPages) * kHugePage : bytes) / sizeof(uint32_t);
  }
  // Room for `most` edges behind each other.
  EdgePlace Reserve(size_t most) {
    if (slabs_.empty() || used_ + most > room_) {
      const size_t needed = (most + kernels::kKeptSlack) * words();
      slabs_.emplace_back(std::max(slab_words_, needed), huge_);
      room_ = slabs_.back().size() / words() - kernels::kKeptSlack;
      used_ = 0;
    }
    // Behind the last array that is needed the others are not asked for.
    const size_t edges = room_ + kernels::kKeptSlack;
    uint32_t* const data = slabs_.back().data();
    uint32_t *const units = data + 2 * edges, *next = units;
    const auto asked = [&](bool is_asked) { return is_asked ? next += edges : nullptr; };
    auto* const scored = reinterpret_cast<kernels::Scored*>(data);
    uint32_t* const customers = asked(kinds_.customers);
    return EdgePlace{scored, units, customers, asked(kinds_.lags)}.Behind(used_);
  }
  void Take(size_t size) { used_ += size; }
  std::vector<EdgeSlab>& slabs() { return slabs_; }

 private:
  static constexpr size_t kMostPages = 6, kSlabsAThread = 8;
  static_assert(sizeof(kernels::Scored) == 2 * sizeof(uint32_t));
  size_t words() const { return size_t{3} + kinds_.customers + kinds_.lags; }  // an edge's

  const EdgeKinds kinds_;
  size_t slab_words_;
  bool huge_;
  std::vector<EdgeSlab> slabs_;
  size_t room_ = 0, used_ = 0;  // edges of the last slab
};

// Of the whole matrix. A row has at most one candidate for each pair that it counts.
size_t MostEdges(const Population& population, size_t most_a_row) {
  const size_t most = population.columns() * most_a_row;
  return population.by_customer ? most : std::min(most, population.pairs - population.visit_offsets.back());
}

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Worker {
  Worker(const Population& population, const TrainOptions& options, size_t most_a_row)
      : bench(population.columns()),
        shelves(KindsOf(population, options), MostEdges(population, most_a_row)) {}
  RowBench bench;
  Shelves shelves;
};

// `row_sizes`: of the run's items.
void FillRun(const Population& population, const Rows& rows, size_t most_a_row, Worker& worker, Run& run,
             uint32_t* row_sizes) {
  run.edges = worker.shelves.Reserve((run.end - run.begin) * most_a_row);
  uint64_t made = 0;  // the run lies beside those of other threads
  const auto label_at = [&, end = run.end](uint32_t item) {
    return item < end ? population.label_of[item] : kNoLabel;
  };
  for (uint32_t item = run.begin, end = run.end; item < end; ++item) {
    const uint32_t label = population.label_of[item];
    rows.FetchAhead(label_at(item + 1), label_at(item + 2));
    const uint32_t size = label == kNoLabel ? 0 : rows.Make(label, worker.bench, run.edges.Behind(made));
    *row_sizes++ = size;
    made += size;
  }
  run.size = made;
  worker.shelves.Take(made);
}

}  // namespace

MadeRows MakeRows(const Population& population, const TrainOptions& options, unsigned threads,
                  const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  Rows rows(population, options, threads);
  MadeRows made;
  const double prepared = SecondsSince(start);
  made.runs = CutByCost(population, rows, threads);
  made.row_sizes.resize(population.label_of.size());
  // By phase, the dearest first: what is left at the end is cheap.
  std::vector<uint32_t> order(made.runs.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    const Run &one = made.runs[a], &other = made.runs[b];
    return one.phase != other.phase ? one.phase < other.phase : one.cost > other.cost;
  });
  const size_t most_a_row = std::min<size_t>(options.top_n, population.columns());

  std::atomic<size_t> next = 0, done = 0;
  std::mutex mutex;
  std::vector<std::unique_ptr<Worker>> workers(threads);
  const auto make = [&](size_t end) {
    tbb::parallel_for(0u, threads, [&](unsigned thread) {
      if (next >= end) return;
      std::unique_ptr<Worker>& worker = workers[thread];
      if (worker == nullptr) worker = std::make_unique<Worker>(population, options, most_a_row);
      size_t taken;
      while ((taken = next++) < end) {
        Run& run = made.runs[order[taken]];
        FillRun(population, rows, most_a_row, *worker, run, &made.row_sizes[run.begin]);
        const size_t finished = ++done;
        if (!progress || !mutex.try_lock()) continue;
        progress("count", finished, made.runs.size());
        mutex.unlock();
      }
      rows.LeaveRows();
    });
  };
  for (uint32_t phase = 0; phase < rows.phases(); ++phase) {
    const auto end = std::partition_point(order.begin() + next, order.end(),
                                          [&](uint32_t r) { return made.runs[r].phase <= phase; });
    const auto behind = static_cast<size_t>(end - order.begin());
    make(behind);
    next = behind;
    rows.EndPhase(phase);
  }
  double count_ns = 0, score_ns = 0;
  for (const std::unique_ptr<Worker>& worker : workers) {
    if (worker == nullptr) continue;
    std::move(worker->shelves.slabs().begin(), worker->shelves.slabs().end(), std::back_inserter(made.slabs));
    if (population.by_customer) made.pairs_counted += worker->bench.pairs;
    count_ns += worker->bench.count_ns;
    score_ns += worker->bench.score_ns;
  }
  if (!population.by_customer) made.pairs_counted = population.pairs;
  for (const Run& run : made.runs) made.edges += run.size;
  const double wall = SecondsSince(start) - prepared;
  const double share = count_ns + score_ns > 0 ? count_ns / (count_ns + score_ns) : 0;
  made.count_seconds = prepared + wall * share;
  made.score_seconds = wall * (1 - share);
  return made;
}

Neighbours Assemble(const MadeRows& made) {
  Neighbours neighbours;
  neighbours.pairs_counted = made.pairs_counted;
  neighbours.count_seconds = made.count_seconds;
  neighbours.score_seconds = made.score_seconds;
  neighbours.edges.resize(made.edges);
  neighbours.evidence.resize(made.edges);
  std::vector<uint64_t> begins;
  for (const Run& run : made.runs) {
    begins.push_back(neighbours.offsets.back());
    for (uint32_t item = run.begin; item < run.end; ++item)
      neighbours.offsets.push_back(neighbours.offsets.back() + made.row_sizes[item]);
  }
  tbb::parallel_for(size_t{0}, made.runs.size(), [&](size_t r) {
    const Run& run = made.runs[r];
    for (uint64_t e = 0; e < run.size; ++e) {
      const auto [scored, units, customers, lags] = run.edges;
      neighbours.edges[begins[r] + e] = {scored[e].item, scored[e].score};
      neighbours.evidence[begins[r] + e] = {units[e], customers == nullptr ? units[e] : customers[e],
                                            lags == nullptr ? kNoLag : lags[e], 0};
    }
  });
  return neighbours;
}

Neighbours BuildNeighbours(const Population& population, const TrainOptions& options, unsigned threads,
                           const Progress& progress) {
  return Assemble(MakeRows(population, options, threads, progress));
}

}  // namespace awase
