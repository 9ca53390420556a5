#include "engine/train/neighbours.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <numeric>
#include <utility>

#include "engine/train/rows.h"

namespace awase {
namespace {

using Run = MadeRows::Run;

// Edges: 20 MB on huge pages, of which as much is touched as is filled; less where all edges would fit.
constexpr size_t kSlab = size_t{1} << 20, kFewEdges = size_t{1} << 16;

// Rough cost of a row in pairs: adding up, fetching its baskets, and what every row costs.
uint64_t CostOf(const Population& population, uint32_t item) {
  const uint32_t label = population.label_of[item];
  if (label == kNoLabel) return 1;
  return static_cast<uint64_t>((population.pairs_per_visit + 10) *
                               static_cast<double>(population.VisitsOf(label).size())) +
         1500;
}

// Runs of rows of about equal cost, small enough that the last ones do not keep one thread busy alone.
std::vector<Run> CutByCost(const Population& population, unsigned threads) {
  const auto items = static_cast<uint32_t>(population.label_of.size());
  uint64_t total = 0;
  for (uint32_t item = 0; item < items; ++item) total += CostOf(population, item);
  const uint64_t most = total / (size_t{threads} * 64) + 1;
  std::vector<Run> runs;
  for (uint32_t item = 0; item < items; ++item) {
    const uint64_t cost = CostOf(population, item);
    if (runs.empty() || runs.back().cost + cost > most) {
      runs.emplace_back();
      runs.back().begin = item;
    }
    runs.back().end = item + 1;
    runs.back().cost += cost;
  }
  return runs;
}

// Where one thread puts its edges: slabs that are only touched as far as they are filled.
class Shelves {
 public:
  // `all`: edges of the whole matrix, at most.
  explicit Shelves(size_t all) : slab_(all < kFewEdges ? all : kSlab) {}
  // Room for `most` edges behind each other.
  KeptEdge* Reserve(size_t most) {
    if (slabs_.empty() || used_ + most > slabs_.back().size()) {
      slabs_.emplace_back(std::max(slab_, most));
      used_ = 0;
    }
    return slabs_.back().data() + used_;
  }
  void Take(size_t size) { used_ += size; }
  std::vector<Buffer<KeptEdge>>& slabs() { return slabs_; }

 private:
  const size_t slab_;
  std::vector<Buffer<KeptEdge>> slabs_;
  size_t used_ = 0;
};

void FillRun(const Population& population, const Rows& rows, size_t most_a_row, RowBench& bench,
             Shelves& shelves, Run& run) {
  KeptEdge* const to = shelves.Reserve((run.end - run.begin) * most_a_row);
  run.edges = to;
  run.row_sizes.reserve(run.end - run.begin);
  const auto label_at = [&](uint32_t item) { return item < run.end ? population.label_of[item] : kNoLabel; };
  for (uint32_t item = run.begin; item < run.end; ++item) {
    const uint32_t label = population.label_of[item];
    rows.FetchAhead(label_at(item + 1), label_at(item + 2));
    const uint32_t size = label == kNoLabel ? 0 : rows.Make(label, bench, {to + run.size, most_a_row});
    run.row_sizes.push_back(size);
    run.size += size;
  }
  shelves.Take(run.size);
}

}  // namespace

MadeRows MakeRows(const Population& population, const TrainOptions& options, unsigned threads,
                  const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  const Rows rows(population, options, threads);
  MadeRows made;
  made.runs = CutByCost(population, threads);
  // The dearest first: what is left at the end is cheap.
  std::vector<uint32_t> order(made.runs.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return made.runs[a].cost > made.runs[b].cost; });
  const size_t most_a_row = std::min<size_t>(options.top_n, population.columns());

  std::atomic<size_t> next = 0, done = 0;
  std::mutex mutex;
  double count_ns = 0, score_ns = 0;
  tbb::parallel_for(0u, threads, [&](unsigned) {
    RowBench bench(population.columns());
    Shelves shelves(population.columns() * most_a_row);
    for (size_t taken = next++; taken < made.runs.size(); taken = next++) {
      FillRun(population, rows, most_a_row, bench, shelves, made.runs[order[taken]]);
      const size_t finished = ++done;
      if (!progress || !mutex.try_lock()) continue;
      progress("count", finished, made.runs.size());
      mutex.unlock();
    }
    const std::lock_guard lock(mutex);
    std::move(shelves.slabs().begin(), shelves.slabs().end(), std::back_inserter(made.slabs));
    if (population.by_customer) made.pairs_counted += bench.pairs;
    count_ns += bench.count_ns;
    score_ns += bench.score_ns;
  });
  if (!population.by_customer) made.pairs_counted = population.pairs;
  for (const Run& run : made.runs) made.edges += run.size;
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double share = count_ns + score_ns > 0 ? count_ns / (count_ns + score_ns) : 0;
  made.count_seconds = wall * share;
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
    for (const uint32_t size : run.row_sizes) neighbours.offsets.push_back(neighbours.offsets.back() + size);
  }
  tbb::parallel_for(size_t{0}, made.runs.size(), [&](size_t r) {
    const Run& run = made.runs[r];
    for (uint64_t e = 0; e < run.size; ++e) {
      const KeptEdge& edge = run.edges[e];
      neighbours.edges[begins[r] + e] = {edge.item, edge.score};
      neighbours.evidence[begins[r] + e] = {edge.units, edge.customers, edge.lag, 0};
    }
  });
  return neighbours;
}

Neighbours BuildNeighbours(const Population& population, const TrainOptions& options, unsigned threads,
                           const Progress& progress) {
  return Assemble(MakeRows(population, options, threads, progress));
}

}  // namespace awase
