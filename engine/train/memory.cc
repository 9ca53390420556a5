#include "engine/train/memory.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "engine/base/buffer.h"
#include "engine/kernels/stream.h"
#include "engine/train/edges.h"
#include "engine/train/rerank.h"

namespace awase {

uint64_t TrainBytes(const TrainSize& size, const TrainOptions& options, unsigned threads) {
  const uint64_t p = size.purchases, u = size.units, n = size.items;
  const bool by_customer = options.unit == CountingUnit::kCustomer;
  // A row keeps at most top_n edges, and no more than the pairs that its item stands in.
  const uint64_t row = std::min<uint64_t>(RowsOf(options).top_n, n);
  const uint64_t edges = std::min(n * row, p * uint64_t{options.max_basket});
  // Score, item and units; customers, unless each counts once; a lag.
  const uint64_t edge = 12 + (by_customer ? 0 : 4) + (options.window_seconds == 0 ? 0 : 4);
  // Baskets: at worst each is little more than half of the line it takes, so twice their words; and the
  // visits of each label.
  const uint64_t labels_at_most = (n > kernels::kHeadLabels ? 2 : 1) * p;
  const uint64_t stream = 2 * 2 * (kernels::HeaderWords(false) * u + labels_at_most) + 64 * threads + 4 * p;
  const uint64_t baskets = u * (by_customer ? 12 + 20 : 12);
  const uint64_t labels = n * 64;
  // The last page of a slab of edges is filled in part, or the room of its last run (edges.h).
  const uint64_t slabs = threads + edge * edges / (31 * kHugePage);
  const uint64_t slab_rest = std::min(kHugePage, edge * edges);
  // While both are made, each thread keeps 24 bytes an item: less than it takes to count.
  const uint64_t count = stream + baskets + labels + n * 56 * threads + edge * edges + slab_rest * slabs;
  // EASE looks at the baskets again; else they are given up before the edges are put together.
  const uint64_t assemble = (options.ease != 0 ? stream : 0) + baskets + labels + (edge + 24) * edges +
                            slab_rest * slabs + SpentVisits::kPieceBytes * threads;
  return std::max(count, assemble);
}

bool FitsBeside(uint64_t bytes, const TrainSize& size, const TrainOptions& options, unsigned threads) {
  return options.memory_limit == 0 || TrainBytes(size, options, threads) + bytes <= options.memory_limit;
}

uint64_t HotBytes(uint64_t units) { return 2 * 2 * kernels::kHotWords * units; }  // as in TrainBytes

absl::StatusOr<MemoryPlan> PlanMemory(const TrainSize& size, const TrainOptions& options, unsigned threads) {
  MemoryPlan plan{threads, TrainBytes(size, options, threads)};
  if (options.memory_limit == 0) return plan;
  for (; plan.threads >= 1; plan.threads /= 2) {
    plan.bytes = TrainBytes(size, options, plan.threads);
    if (plan.bytes <= options.memory_limit) return plan;
  }
  return absl::ResourceExhaustedError(absl::StrCat("memory_limit: this training needs up to ",
                                                   TrainBytes(size, options, 1), " bytes above the history (",
                                                   size.purchases, " purchases, ", size.items, " items, top ",
                                                   options.top_n, "), got ", options.memory_limit));
}

}  // namespace awase
