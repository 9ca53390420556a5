#include "engine/evaluate/auto.h"

#include <algorithm>
#include <memory>

#include "absl/status/status.h"

namespace awase {
namespace {

constexpr uint32_t kMaxBaskets = 2000;

}  // namespace

uint32_t DefaultMinSupport(const FactTable& facts) {
  const bool known = std::any_of(facts.order_customer.begin(), facts.order_customer.end(),
                                 [](uint32_t customer) { return customer != kAnonymous; });
  return known ? 5 : 2;
}

TrainOptions WithMeasure(const TrainOptions& base, Measure measure) {
  const TrainOptions defaults = DefaultsFor(measure);
  TrainOptions options = base;
  options.measure = measure;
  options.damping = defaults.damping;
  options.power = defaults.power;
  options.cosine_a = defaults.cosine_a;
  options.cosine_b = defaults.cosine_b;
  return options;
}

Choice ChooseMeasure(Validation& validation, const TrainOptions& base) {
  Choice choice{WithMeasure(base, Measure::kLlr), {}, validation.baskets()};
  if (validation.baskets() < kFewBaskets) return choice;
  double best = -1;
  for (const Measure measure : {Measure::kJaccard, Measure::kLlr, Measure::kConfidence, Measure::kCosine}) {
    const TrainOptions options = WithMeasure(base, measure);
    const absl::StatusOr<Judgement> judgement = validation.Ask(options);
    if (!judgement.ok()) continue;
    const MetricValues mean = MeanOf(*judgement);
    choice.tried.push_back({options, mean[Metric::kHr10], mean[Metric::kNdcg20]});
    const double score = (mean[Metric::kHr10] + mean[Metric::kNdcg20]) / 2;
    if (score <= best) continue;
    best = score;
    choice.options = options;
  }
  return choice;
}

absl::StatusOr<Choice> ChooseOptions(const FactTable& facts, const TrainOptions& base,
                                     const ValidateOptions& options) {
  if (absl::Status status = Validate(base); !status.ok()) return status;
  const Choice few{WithMeasure(base, Measure::kLlr), {}, 0};
  const absl::StatusOr<Split> split = SplitNewest(facts);
  if (!split.ok()) return few;
  ValidateOptions short_options = options;
  short_options.probes.max_baskets = kMaxBaskets;
  absl::StatusOr<std::unique_ptr<Validation>> validation =
      Validation::Make(facts, *split, Role::kTest, short_options);
  if (!validation.ok()) return few;
  return ChooseMeasure(**validation, base);
}

}  // namespace awase
