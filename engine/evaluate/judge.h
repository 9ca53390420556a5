// Asks a method all probes and adds up how good its rankings are.
#ifndef AWASE_ENGINE_EVALUATE_JUDGE_H_
#define AWASE_ENGINE_EVALUATE_JUDGE_H_

#include <cstdint>
#include <vector>

#include "engine/evaluate/metrics.h"
#include "engine/evaluate/probe.h"
#include "engine/evaluate/ranker.h"

namespace awase {

// Sums of one method over one probe set.
struct Judgement {
  std::vector<MetricValues> by_basket;  // mean over the basket's probes
  std::vector<uint64_t> shown;          // by item: top tens it stands in
  uint64_t probes = 0;
  uint64_t empty = 0;  // probes without any result
  // Of known customers: relevant items, and those among the first 10, that the past holds (repeat) or not
  // (explore).
  uint64_t repeat_items = 0, repeat_hits = 0, explore_items = 0, explore_hits = 0;
};

// Asks on all cores; the same figures on any number of them.
Judgement JudgeMethod(const Method& method, const ProbeSet& set, uint32_t items);

// Mean over baskets, each weighing 1.
MetricValues MeanOf(const Judgement& judgement);

// Share of the items with training (support > 0) that stand in at least one top 10.
double Coverage(const Judgement& judgement, const std::vector<uint32_t>& support);
// Mean training support of an item shown in a top 10, over that of a relevant item: above 1 best sellers are
// overshown.
double PopularityRatio(const Judgement& judgement, const ProbeSet& set, const std::vector<uint32_t>& support);

}  // namespace awase

#endif  // AWASE_ENGINE_EVALUATE_JUDGE_H_
