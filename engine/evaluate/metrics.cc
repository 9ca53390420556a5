#include "engine/evaluate/metrics.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace awase {
namespace {

constexpr uint32_t kCuts[] = {10, 20};
constexpr Metric kHr[] = {Metric::kHr10, Metric::kHr20};
constexpr Metric kRecall[] = {Metric::kRecall10, Metric::kRecall20};
constexpr Metric kNdcg[] = {Metric::kNdcg10, Metric::kNdcg20};
constexpr Metric kMrr[] = {Metric::kMrr10, Metric::kMrr20};

double Discount(uint32_t place) { return 1 / std::log2(place + 1.0); }

}  // namespace

std::string_view Name(Metric metric) {
  constexpr std::string_view kNames[] = {"hr@10",   "hr@20",   "recall@10", "recall@20",
                                         "ndcg@10", "ndcg@20", "mrr@10",    "mrr@20"};
  return kNames[static_cast<size_t>(metric)];
}

MetricValues Judge(std::span<const ItemId> ranked, std::span<const ItemId> relevant, uint32_t hits_among) {
  MetricValues values{};
  const auto places = static_cast<uint32_t>(std::min<size_t>(ranked.size(), kDepth));
  for (size_t cut = 0; cut < std::size(kCuts); ++cut) {
    uint32_t found = 0, first = 0;
    double gain = 0, ideal = 0;
    for (uint32_t place = 1; place <= std::min(places, kCuts[cut]); ++place) {
      const auto at = std::find(relevant.begin(), relevant.end(), ranked[place - 1]);
      if (at == relevant.end()) continue;
      ++found;
      gain += Discount(place);
      if (first == 0 && at - relevant.begin() < hits_among) first = place;
    }
    for (uint32_t place = 1; place <= std::min<size_t>(kCuts[cut], relevant.size()); ++place)
      ideal += Discount(place);
    values[kHr[cut]] = first > 0 ? 1 : 0;
    values[kMrr[cut]] = first > 0 ? 1.0 / first : 0;
    values[kRecall[cut]] = static_cast<double>(found) / static_cast<double>(relevant.size());
    values[kNdcg[cut]] = gain / ideal;
  }
  return values;
}

double Gini(std::span<const uint64_t> shown) {
  std::vector<uint64_t> sorted(shown.begin(), shown.end());
  std::sort(sorted.begin(), sorted.end());
  double total = 0, weighted = 0;
  const auto n = static_cast<double>(sorted.size());
  for (size_t rank = 0; rank < sorted.size(); ++rank) {
    total += static_cast<double>(sorted[rank]);
    weighted += (2 * static_cast<double>(rank + 1) - n - 1) * static_cast<double>(sorted[rank]);
  }
  return total > 0 ? weighted / (n * total) : 0;
}

}  // namespace awase
