#include "engine/evaluate/judge.h"

#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <memory>

namespace awase {
namespace {

constexpr size_t kTop = 10;

// What one thread has added up; integers, so that the order of adding does not matter.
struct Tally {
  std::unique_ptr<Ranker> ranker;
  std::vector<ItemId> ranked, owned;
  Judgement sums;
};

void CountRepeats(const ProbeSet& set, const Probe& probe, Tally& tally) {
  tally.owned.clear();
  for (const auto order : set.PastOf(probe))
    tally.owned.insert(tally.owned.end(), order.begin(), order.end());
  std::sort(tally.owned.begin(), tally.owned.end());
  const auto top_end = tally.ranked.begin() + static_cast<ptrdiff_t>(std::min(kTop, tally.ranked.size()));
  for (const ItemId item : probe.relevant) {
    const bool hit = std::find(tally.ranked.begin(), top_end, item) != top_end;
    const bool repeat = std::binary_search(tally.owned.begin(), tally.owned.end(), item);
    ++(repeat ? tally.sums.repeat_items : tally.sums.explore_items);
    (repeat ? tally.sums.repeat_hits : tally.sums.explore_hits) += hit;
  }
}

MetricValues JudgeBasket(const ProbeSet& set, const AskedBasket& basket, Tally& tally) {
  MetricValues mean{};
  for (uint32_t q = basket.first_probe; q < basket.first_probe + basket.probes; ++q) {
    const Probe& probe = set.probes[q];
    tally.ranker->Rank(set, probe, tally.ranked);
    const MetricValues values = Judge(tally.ranked, probe.relevant, probe.hits_among);
    for (size_t m = 0; m < kMetrics; ++m) mean.at(m) += values.at(m) / basket.probes;
    ++tally.sums.probes;
    tally.sums.empty += tally.ranked.empty();
    for (size_t place = 0; place < std::min(kTop, tally.ranked.size()); ++place) {
      ++tally.sums.shown[Index(tally.ranked[place])];
    }
    if (basket.known) CountRepeats(set, probe, tally);
  }
  return mean;
}

}  // namespace

Judgement JudgeMethod(const Method& method, const ProbeSet& set, uint32_t items) {
  Judgement total;
  total.by_basket.resize(set.baskets.size());
  total.shown.assign(items, 0);
  tbb::enumerable_thread_specific<Tally> tallies([&] {
    Tally tally{method.make(), {}, {}, {}};
    tally.sums.shown.assign(items, 0);
    return tally;
  });
  tbb::parallel_for(tbb::blocked_range<size_t>(0, set.baskets.size(), 8),
                    [&](const tbb::blocked_range<size_t>& range) {
                      Tally& tally = tallies.local();
                      for (size_t basket = range.begin(); basket < range.end(); ++basket) {
                        total.by_basket[basket] = JudgeBasket(set, set.baskets[basket], tally);
                      }
                    });
  for (const Tally& tally : tallies) {
    for (uint32_t item = 0; item < items; ++item) total.shown[item] += tally.sums.shown[item];
    total.probes += tally.sums.probes;
    total.empty += tally.sums.empty;
    total.repeat_items += tally.sums.repeat_items;
    total.repeat_hits += tally.sums.repeat_hits;
    total.explore_items += tally.sums.explore_items;
    total.explore_hits += tally.sums.explore_hits;
  }
  return total;
}

MetricValues MeanOf(const Judgement& judgement) {
  MetricValues mean{};
  for (const MetricValues& values : judgement.by_basket) {
    for (size_t m = 0; m < kMetrics; ++m) mean.at(m) += values.at(m);
  }
  for (double& value : mean) value /= std::max<double>(1, static_cast<double>(judgement.by_basket.size()));
  return mean;
}

double Coverage(const Judgement& judgement, const std::vector<uint32_t>& support) {
  uint64_t trained = 0, covered = 0;
  for (size_t item = 0; item < support.size(); ++item) {
    if (support[item] == 0) continue;
    ++trained;
    covered += judgement.shown[item] > 0;
  }
  return trained == 0 ? 0 : static_cast<double>(covered) / static_cast<double>(trained);
}

double PopularityRatio(const Judgement& judgement, const ProbeSet& set,
                       const std::vector<uint32_t>& support) {
  double shown = 0, shown_support = 0, relevant = 0, relevant_support = 0;
  for (size_t item = 0; item < support.size(); ++item) {
    shown += static_cast<double>(judgement.shown[item]);
    shown_support += static_cast<double>(judgement.shown[item]) * support[item];
  }
  for (const Probe& probe : set.probes) {
    for (const ItemId item : probe.relevant) {
      relevant += 1;
      relevant_support += support[Index(item)];
    }
  }
  return shown == 0 || relevant_support == 0 ? 0 : (shown_support / shown) / (relevant_support / relevant);
}

}  // namespace awase
