#include "engine/evaluate/figures.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace awase {
namespace {

constexpr std::array<std::string_view, 4> kRivals = {"count", "cosine", "popularity", "personal"};
constexpr std::array<std::string_view, 7> kSimple = {"popularity", "count", "confidence", "cosine",
                                                     "jaccard",    "llr",   "personal"};

std::vector<double> Hr10Of(const std::vector<MetricValues>& values) {
  std::vector<double> hr10;
  for (const MetricValues& value : values) hr10.push_back(value[Metric::kHr10]);
  return hr10;
}

}  // namespace

void Figures::Begin(const ProbeSet& set, std::vector<uint32_t> support) {
  for (const AskedBasket& basket : set.baskets) {
    cluster_.push_back(basket.owner);
    size_.push_back(basket.items);
    known_.push_back(basket.known);
  }
  support_ = std::move(support);
}

void Figures::Add(const std::string& method, const ProbeSet& set, const Judgement& judgement) {
  const auto [at, fresh] = columns_.try_emplace(method);
  if (fresh) order_.push_back(method);
  Column& column = at->second;
  column.by_basket.insert(column.by_basket.end(), judgement.by_basket.begin(), judgement.by_basket.end());
  MethodFigures& sums = column.sums;
  const MetricValues mean = MeanOf(judgement);
  for (size_t m = 0; m < kMetrics; ++m) sums.mean.at(m) += mean.at(m);
  sums.coverage10 += Coverage(judgement, support_);
  sums.popularity_ratio += PopularityRatio(judgement, set, support_);
  std::vector<uint64_t> shown;
  for (size_t item = 0; item < support_.size(); ++item) {
    if (support_[item] > 0) shown.push_back(judgement.shown[item]);
  }
  sums.gini += Gini(shown);
  sums.empty_share +=
      static_cast<double>(judgement.empty) / static_cast<double>(std::max<uint64_t>(1, judgement.probes));
  sums.repeat_items += judgement.repeat_items;
  sums.repeat_hits += judgement.repeat_hits;
  sums.explore_items += judgement.explore_items;
  sums.explore_hits += judgement.explore_hits;
  ++column.seeds;
}

std::vector<Segment> Figures::SegmentsOf(const Column& column) const {
  const auto sized = [this](uint32_t from, uint32_t to) {
    return [this, from, to](size_t basket) { return size_[basket] >= from && size_[basket] <= to; };
  };
  const std::pair<std::string, std::function<bool(size_t)>> groups[] = {
      {"size_1", sized(1, 1)},
      {"size_2_3", sized(2, 3)},
      {"size_4_7", sized(4, 7)},
      {"size_8_15", sized(8, 15)},
      {"size_16_31", sized(16, 31)},
      {"size_32_up", sized(32, ~uint32_t{0})},
      {"known", [this](size_t basket) { return known_[basket]; }},
      {"anonymous", [this](size_t basket) { return !known_[basket]; }},
  };
  std::vector<Segment> segments;
  for (const auto& [name, holds] : groups) {
    Segment segment{name, 0, {}};
    for (size_t basket = 0; basket < column.by_basket.size(); ++basket) {
      if (!holds(basket)) continue;
      ++segment.baskets;
      for (size_t m = 0; m < kMetrics; ++m) segment.mean.at(m) += column.by_basket[basket].at(m);
    }
    if (segment.baskets == 0) continue;
    for (double& value : segment.mean) value /= static_cast<double>(segment.baskets);
    segments.push_back(std::move(segment));
  }
  return segments;
}

void Figures::Finish(uint32_t draws, uint64_t seed, Evaluation& evaluation) const {
  const Bootstrap bootstrap(cluster_, draws, seed);
  evaluation.clusters = bootstrap.clusters();
  for (const std::string& name : order_) {
    const Column& column = columns_.at(name);
    MethodFigures figures = column.sums;
    figures.name = name;
    const double seeds = column.seeds;
    for (double& value : figures.mean) value /= seeds;
    for (double* value :
         {&figures.coverage10, &figures.popularity_ratio, &figures.gini, &figures.empty_share})
      *value /= seeds;
    figures.hr10 = bootstrap.Of(Hr10Of(column.by_basket));
    figures.segments = SegmentsOf(column);
    evaluation.methods.push_back(std::move(figures));
  }
  for (const std::string& name : order_) {
    if (std::find(kSimple.begin(), kSimple.end(), name) != kSimple.end()) continue;
    const std::vector<double> mine = Hr10Of(columns_.at(name).by_basket);
    for (const std::string_view rival : kRivals) {
      const auto other = columns_.find(std::string(rival));
      if (other == columns_.end()) continue;
      std::vector<double> gain = Hr10Of(other->second.by_basket);
      double sum = 0;
      for (size_t basket = 0; basket < gain.size(); ++basket) {
        gain[basket] = mine[basket] - gain[basket];
        sum += gain[basket];
      }
      const double mean = gain.empty() ? 0 : sum / static_cast<double>(gain.size());
      evaluation.paired.push_back({name, std::string(rival), mean, bootstrap.Of(gain)});
    }
  }
}

}  // namespace awase
