// How good one ranking is, and how even many of them are.
#ifndef AWASE_ENGINE_EVALUATE_METRICS_H_
#define AWASE_ENGINE_EVALUATE_METRICS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/ids.h"

namespace awase {

inline constexpr uint32_t kDepth = 20;  // deepest cut-off: no ranking is read further

enum class Metric : uint8_t { kHr10, kHr20, kRecall10, kRecall20, kNdcg10, kNdcg20, kMrr10, kMrr20, kCount };
inline constexpr size_t kMetrics = static_cast<size_t>(Metric::kCount);
std::string_view Name(Metric metric);  // "hr@10"

// One value a metric, each in [0, 1].
struct MetricValues : std::array<double, kMetrics> {
  double& operator[](Metric metric) { return at(static_cast<size_t>(metric)); }
  double operator[](Metric metric) const { return at(static_cast<size_t>(metric)); }
};

//   ranked      best first, distinct; places past kDepth are not read
//   relevant    distinct, not empty
//   hits_among  HR and MRR look at the first so many of `relevant`
// HR@k      1 when one of them is among the first k (over many baskets: the hit rate; next-basket's PHR)
// recall@k  share of `relevant` among the first k
// nDCG@k    DCG with gain 1 and discount 1 / log2(place + 1), over the DCG of min(k, relevant) hits on top.
//           Source: Järvelin and Kekäläinen, TOIS 2002
// MRR@k     1 / place of the first hit, 0 beyond k
MetricValues Judge(std::span<const ItemId> ranked, std::span<const ItemId> relevant, uint32_t hits_among);

// 0: all shown equally often, towards 1: one shown always. Zeros count; 0 when nothing was shown.
double Gini(std::span<const uint64_t> shown);

}  // namespace awase

#endif  // AWASE_ENGINE_EVALUATE_METRICS_H_
