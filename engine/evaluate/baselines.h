// The simple rules that Awase must beat, in their textbook form: whole rows, no damping, no decay, no floor.
#ifndef AWASE_ENGINE_EVALUATE_BASELINES_H_
#define AWASE_ENGINE_EVALUATE_BASELINES_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/evaluate/ranker.h"
#include "engine/history/history.h"

namespace awase {

// Orders with more distinct items than this are not counted by the baselines: the cost of an order grows with
// its square.
inline constexpr uint32_t kBaselineMaxBasket = 5000;

// Plain co-purchase counts of a history's orders.
struct CoCounts {
  std::vector<uint32_t> support;  // by item: orders with it
  uint64_t orders = 0;
  std::vector<uint64_t> offsets;  // row i is [offsets[i], offsets[i + 1]), items ascending, i itself left out
  std::vector<ItemId> items;
  std::vector<uint32_t> together;
};
// `items`: how many item numbers there are. Cost: sum of squared order sizes, on all cores.
CoCounts CountTogether(const Units& orders, uint32_t items);

// Scores of an item j beside an anchor i; C orders with both, n_i and n_j with each, N orders. Summed over
// the anchors.
enum class Plain : uint8_t { kCount, kConfidence, kCosine, kJaccard, kLlr };
//   count C · confidence C / n_i · cosine C / sqrt(n_i n_j) · jaccard C / (n_i + n_j - C)
//   llr   log-likelihood ratio (Dunning 1993) of pairs seen together more often than by chance, others 0
double PlainScore(Plain measure, uint64_t together, uint64_t anchor, uint64_t item, uint64_t orders);

// `counts` is shared by the rankers and read only. Memory: 4 bytes a cell while the method lives.
Method PlainMethod(Plain measure, std::shared_ptr<const CoCounts> counts);
// Orders with the item in training.
Method PopularityMethod(const History& known);
// How often the customer bought it before, each order since weighing 0.9 (the blend's own default decay).
Method PersonalMethod(const History& known);

}  // namespace awase

#endif  // AWASE_ENGINE_EVALUATE_BASELINES_H_
