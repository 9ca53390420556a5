#include "engine/train/neighbours.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
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
  return static_cast<uint64_t>(visit * static_cast<double>(population.VisitCount(label))) + 1500;
}

// Edges that a run has room for: most rows of a sparse catalogue fill little of theirs.
constexpr size_t kMostRoom = size_t{1} << 16;

// Runs of rows of one phase and of about equal cost, small enough that the last ones do not keep one thread
// busy alone.
std::vector<Run> CutByCost(const Population& population, const Rows& rows, size_t most_a_row,
                           unsigned threads) {
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
  const uint64_t most = total / (size_t{threads} * 64) + 1, most_rows = kMostRoom / most_a_row;
  std::vector<Run> runs;
  for (uint32_t item = 0; item < items; ++item) {
    const auto [cost, phase] = row_of[item];
    if (runs.empty() || runs.back().cost + cost > most || runs.back().phase != phase ||
        item - runs.back().begin >= most_rows) {
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

// Where one thread puts its edges: slabs of which as much is touched as is filled, the arrays of a run behind
// each other. A large matrix lies on huge pages, whose clearing costs a third; those of a small one would
// stay half empty, so its pages are asked for some at a time, which costs half of one after the other.
class Shelves {
 public:
  // `all`, `room`: edges of the whole matrix, and those that a run has room for, at most.
  Shelves(EdgeKinds kinds, size_t all, size_t room) : kinds_(kinds), slab_((all + room) * words()) {
    huge_ = all * words() > kSmall;
    if (huge_) slab_ = std::min(slab_, kSlab);
  }
  // Room for `most` edges behind each other, until they are taken.
  EdgePlace Reserve(size_t most) {
    const size_t needed = most * words();
    if (slabs_.empty() || used_ + needed > slabs_.back().size()) {
      slabs_.emplace_back(std::max(slab_, needed), huge_);
      used_ = ready_ = 0;
    }
    if (!huge_ && used_ + needed > ready_) {
      ready_ = std::min(used_ + std::max(needed, kReady), slabs_.back().size());
      slabs_.back().Populate(used_, ready_);
    }
    return PlaceFor(most);
  }
  // Moves so many edges, of the room for `most`, together.
  EdgePlace Take(size_t most, size_t size) {
    const EdgePlace from = PlaceFor(most), to = PlaceFor(size);
    const auto move = [&](const uint32_t* begin, uint32_t* end) {
      if (begin != nullptr) std::memmove(end, begin, size * sizeof(uint32_t));
    };
    move(from.units, to.units);
    move(from.customers, to.customers);
    move(from.lags, to.lags);
    used_ += (size * words() + 1) / 2 * 2;
    return to;
  }
  std::vector<EdgeSlab>& slabs() { return slabs_; }

 private:
  // In words: 4 and 64 MB, and 128 KB.
  static constexpr size_t kSmall = 2 * kHugePage / 4, kSlab = 32 * kHugePage / 4, kReady = 32 << 10;
  static_assert(sizeof(kernels::Scored) == 2 * sizeof(uint32_t));
  size_t words() const { return size_t{3} + kinds_.customers + kinds_.lags; }  // an edge's
  EdgePlace PlaceFor(size_t edges) {
    uint32_t* const data = slabs_.back().data() + used_;
    uint32_t* next = data + 2 * edges;
    const auto asked = [&](bool is_asked) { return is_asked ? next += edges : nullptr; };
    uint32_t *const units = next, *const customers = asked(kinds_.customers);
    return {reinterpret_cast<kernels::Scored*>(data), units, customers, asked(kinds_.lags)};
  }

  const EdgeKinds kinds_;
  size_t slab_;  // words
  bool huge_;
  std::vector<EdgeSlab> slabs_;
  size_t used_ = 0, ready_ = 0;  // words of the last slab
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
  Worker(const Population& population, const TrainOptions& options, size_t most_a_row, size_t room)
      : bench(population.columns()),
        shelves(KindsOf(population, options), MostEdges(population, most_a_row), room) {}
  RowBench bench;
  Shelves shelves;
};

// `row_sizes`: of the run's items.
void FillRun(const Population& population, const Rows& rows, size_t most_a_row, Worker& worker, Run& run,
             uint32_t* row_sizes) {
  const size_t most = (run.end - run.begin) * most_a_row;
  const EdgePlace edges = worker.shelves.Reserve(most);
  uint64_t made = 0;  // the run lies beside those of other threads
  const auto label_at = [&, end = run.end](uint32_t item) {
    return item < end ? population.label_of[item] : kNoLabel;
  };
  for (uint32_t item = run.begin, end = run.end; item < end; ++item) {
    const uint32_t label = population.label_of[item];
    rows.FetchAhead(label_at(item + 1), label_at(item + 2));
    const uint32_t size = label == kNoLabel ? 0 : rows.Make(label, worker.bench, edges.Behind(made));
    *row_sizes++ = size;
    made += size;
  }
  run.size = made;
  run.edges = worker.shelves.Take(most, made);
}

}  // namespace

MadeRows MakeRows(const Population& population, const TrainOptions& options, unsigned threads,
                  const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  Rows rows(population, options, threads);
  MadeRows made;
  const double prepared = SecondsSince(start);
  const size_t most_a_row = std::clamp<size_t>(options.top_n, 1, std::max(population.columns(), 1u));
  made.runs = CutByCost(population, rows, most_a_row, threads);
  size_t room = 0;
  for (const Run& run : made.runs) room = std::max(room, (run.end - run.begin) * most_a_row);
  made.row_sizes.resize(population.label_of.size());
  // By phase, the dearest first: what is left at the end is cheap.
  std::vector<uint32_t> order(made.runs.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    const Run &one = made.runs[a], &other = made.runs[b];
    return one.phase != other.phase ? one.phase < other.phase : one.cost > other.cost;
  });

  std::atomic<size_t> next = 0, done = 0;
  std::mutex mutex;
  std::vector<std::unique_ptr<Worker>> workers(threads);
  const auto make = [&](size_t end) {
    tbb::parallel_for(0u, threads, [&](unsigned thread) {
      if (next >= end) return;
      std::unique_ptr<Worker>& worker = workers[thread];
      if (worker == nullptr) worker = std::make_unique<Worker>(population, options, most_a_row, room);
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
