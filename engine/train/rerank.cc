#include "engine/train/rerank.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/kernels/elementary.h"
#include "engine/kernels/stream.h"
#include "engine/train/ease.h"

namespace awase {
namespace {

// The population's baskets over items of the history.
Csr<BasketId, ItemId> BasketsOf(const Population& population) {
  Csr<BasketId, ItemId> baskets;
  baskets.values.reserve(population.visit_offsets.back());
  kernels::ForEachBasket(
      population.stream.data(), population.words, population.hot, [&](uint64_t, kernels::BasketView basket) {
        ForEachLabel(basket,
                     [&](uint32_t label) { baskets.values.push_back(ItemId{population.item_of[label]}); });
        baskets.offsets.push_back(baskets.values.size());
      });
  return baskets;
}

std::vector<uint32_t> EaseUnitWeights(const Population& population, const TrainOptions& options) {
  TrainOptions damped = options;
  damped.damping = 0.5;
  damped.half_life_days = 0;
  std::vector<uint32_t> weights;
  weights.reserve(population.baskets);
  kernels::ForEachBasket(
      population.stream.data(), population.words, population.hot,
      [&](uint64_t, kernels::BasketView basket) { weights.push_back(UnitWeight(damped, basket.size(), 0)); });
  return weights;
}

}  // namespace

absl::StatusOr<Neighbours> RerankWithEase(const Population& population, const TrainOptions& options,
                                          const Neighbours& wide, const Progress& progress) {
  const auto items = static_cast<uint32_t>(population.label_of.size());
  const absl::StatusOr<EaseWeights> ease =
      FitEase(BasketsOf(population), EaseUnitWeights(population, options), items, options.ease_ridge,
              options.threads, progress);
  if (!ease.ok()) return ease.status();

  Neighbours kept;
  kept.pairs_counted = wide.pairs_counted;
  std::vector<std::pair<Edge, EdgeEvidence>> row;
  for (uint32_t i = 0; i < items; ++i) {
    row.clear();
    for (uint64_t e = wide.offsets[i]; e < wide.offsets[i + 1]; ++e) {
      const double speaks = (*ease)(i, wide.edges[e].item);
      if (speaks <= 0) continue;
      const double score =
          kernels::Pow(wide.edges[e].score, 1 - options.ease) * kernels::Pow(speaks, options.ease);
      const Edge edge{wide.edges[e].item, static_cast<float>(score)};
      if (edge.score > 0) row.emplace_back(edge, wide.evidence[e]);
    }
    std::sort(row.begin(), row.end(), [](const auto& a, const auto& b) {
      return a.first.score != b.first.score ? a.first.score > b.first.score : a.first.item < b.first.item;
    });
    if (row.size() > options.top_n) row.resize(options.top_n);
    for (const auto& [edge, evidence] : row) {
      kept.edges.push_back(edge);
      kept.evidence.push_back(evidence);
    }
    kept.offsets.push_back(kept.edges.size());
  }
  return kept;
}

}  // namespace awase
