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

// A run of rows, by item, and what came of it.
struct Piece {
  uint32_t begin, end;
  uint64_t cost;
  std::vector<uint32_t> row_sizes;
  std::vector<Edge> edges;
  std::vector<EdgeEvidence> evidence;
};

// Rough cost of a row in pairs: adding up, fetching its baskets, and what every row costs.
uint64_t CostOf(const Population& population, uint32_t item) {
  const uint32_t label = population.label_of[item];
  if (label == kNoLabel) return 1;
  return population.pairs_of[label] + 8 * population.VisitsOf(label).size() + 1500;
}

// Runs of rows of about equal cost, small enough that the last ones do not keep one thread busy alone.
std::vector<Piece> CutByCost(const Population& population, unsigned threads) {
  const auto items = static_cast<uint32_t>(population.label_of.size());
  uint64_t total = 0;
  for (uint32_t item = 0; item < items; ++item) total += CostOf(population, item);
  const uint64_t most = total / (size_t{threads} * 64) + 1;
  std::vector<Piece> pieces;
  for (uint32_t item = 0; item < items; ++item) {
    const uint64_t cost = CostOf(population, item);
    if (pieces.empty() || pieces.back().cost + cost > most) pieces.push_back({item, item, 0, {}, {}, {}});
    pieces.back().end = item + 1;
    pieces.back().cost += cost;
  }
  return pieces;
}

void FillPiece(const Population& population, const Rows& rows, RowBench& bench, Piece& piece) {
  piece.row_sizes.reserve(piece.end - piece.begin);
  for (uint32_t item = piece.begin; item < piece.end; ++item) {
    const uint32_t label = population.label_of[item];
    piece.row_sizes.push_back(label == kNoLabel ? 0 : rows.Append(label, bench, piece.edges, piece.evidence));
  }
}

// Pieces end to end, each freed once it has moved.
void Assemble(std::vector<Piece>& pieces, Neighbours& neighbours) {
  uint64_t edges = 0;
  for (const Piece& piece : pieces) {
    for (const uint32_t size : piece.row_sizes)
      neighbours.offsets.push_back(neighbours.offsets.back() + size);
    edges += piece.edges.size();
  }
  neighbours.edges.reserve(edges);
  neighbours.evidence.reserve(edges);
  for (Piece& piece : pieces) {
    neighbours.edges.insert(neighbours.edges.end(), piece.edges.begin(), piece.edges.end());
    neighbours.evidence.insert(neighbours.evidence.end(), piece.evidence.begin(), piece.evidence.end());
    piece = {};
  }
}

}  // namespace

Neighbours BuildNeighbours(const Population& population, const TrainOptions& options, unsigned threads,
                           const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  const Rows rows(population, options);
  std::vector<Piece> pieces = CutByCost(population, threads);
  // The dearest first: what is left at the end is cheap.
  std::vector<uint32_t> order(pieces.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return pieces[a].cost > pieces[b].cost; });

  Neighbours neighbours;
  neighbours.offsets.reserve(population.label_of.size() + 1);
  std::atomic<size_t> next = 0, done = 0;
  std::mutex mutex;
  double count_ns = 0, score_ns = 0;
  tbb::parallel_for(0u, threads, [&](unsigned) {
    RowBench bench(population.columns(), options.top_n);
    for (size_t taken = next++; taken < pieces.size(); taken = next++) {
      FillPiece(population, rows, bench, pieces[order[taken]]);
      const size_t finished = ++done;
      if (!progress || !mutex.try_lock()) continue;
      progress("count", finished, pieces.size());
      mutex.unlock();
    }
    const std::lock_guard lock(mutex);
    neighbours.pairs_counted += bench.pairs;
    count_ns += bench.count_ns;
    score_ns += bench.score_ns;
  });
  Assemble(pieces, neighbours);
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double share = count_ns + score_ns > 0 ? count_ns / (count_ns + score_ns) : 0;
  neighbours.count_seconds = wall * share;
  neighbours.score_seconds = wall * (1 - share);
  return neighbours;
}

}  // namespace awase
