#include "engine/evaluate/bootstrap.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "engine/evaluate/draw.h"

namespace awase {

Bootstrap::Bootstrap(std::span<const uint32_t> cluster, uint32_t draws, uint64_t seed)
    : draws_(draws), seed_(seed) {
  assert(draws >= 40);
  std::vector<uint32_t> names(cluster.begin(), cluster.end());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  sizes_.assign(names.size(), 0);
  for (const uint32_t name : cluster) {
    cluster_.push_back(
        static_cast<uint32_t>(std::lower_bound(names.begin(), names.end(), name) - names.begin()));
    ++sizes_[cluster_.back()];
  }
}

Interval Bootstrap::Of(std::span<const double> values) const {
  assert(values.size() == cluster_.size());
  if (values.empty()) return {};
  std::vector<double> sums(sizes_.size(), 0);
  for (size_t basket = 0; basket < values.size(); ++basket) sums[cluster_[basket]] += values[basket];
  std::vector<double> means(draws_);
  Draw draw(seed_);
  for (double& mean : means) {
    double sum = 0;
    uint64_t baskets = 0;
    for (size_t i = 0; i < sums.size(); ++i) {
      const uint32_t drawn = draw.Below(static_cast<uint32_t>(sums.size()));
      sum += sums[drawn];
      baskets += sizes_[drawn];
    }
    mean = sum / static_cast<double>(baskets);
  }
  std::sort(means.begin(), means.end());
  const auto cut = static_cast<size_t>(std::floor(0.025 * draws_));
  return {means[cut], means[draws_ - 1 - cut]};
}

}  // namespace awase
