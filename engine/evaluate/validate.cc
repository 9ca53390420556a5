#include "engine/evaluate/validate.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/status/status.h"

#include "engine/evaluate/served.h"

namespace awase {
namespace {

constexpr uint32_t kValidationDays = 28;

Blend BlendOf(const TrainOptions& options) {
  return {.personal = options.personal_weight,
          .personal_decay = options.personal_decay,
          .popularity = options.popularity_weight};
}

// What decides the model's arrays: the options without the blend.
std::string MatrixOf(TrainOptions options) {
  const TrainOptions neutral;
  options.personal_weight = neutral.personal_weight;
  options.personal_decay = neutral.personal_decay;
  options.popularity_weight = neutral.popularity_weight;
  return ToJson(options);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Validation>> Validation::Make(const FactTable& facts, const Split& split,
                                                             Role asked, const ValidateOptions& options) {
  absl::StatusOr<World> world = MakeWorld(facts, split, asked, options.non_product_patterns);
  if (!world.ok()) return world.status();
  auto validation = std::unique_ptr<Validation>(new Validation(*std::move(world), options));
  validation->set_ = MakeProbes(validation->world_, facts, options.probes);
  if (validation->set_.baskets.empty()) {
    return absl::FailedPreconditionError("validation: no basket with 2 items known from before is left");
  }
  return validation;
}

absl::StatusOr<Judgement> Validation::Ask(const TrainOptions& options) {
  if (std::string matrix = MatrixOf(options); model_ == nullptr || matrix != trained_with_) {
    absl::StatusOr<std::shared_ptr<const Model>> model = TrainOn(world_, options_.catalogue, options);
    if (!model.ok()) return model.status();
    model_ = *std::move(model);
    trained_with_ = std::move(matrix);
  }
  return JudgeMethod(ServedMethod("validation", model_, BlendOf(options), options_.with_past), set_, items());
}

absl::StatusOr<Split> SplitNewest(const FactTable& facts) {
  SplitOptions options;
  if (!HasTimes(facts)) {
    options.kind = SplitKind::kRandom;
    return MakeSplit(facts, options);
  }
  UnixSeconds first = std::numeric_limits<UnixSeconds>::max(), last = kNoTime;
  for (const LineFact& line : facts.lines) {
    if (line.quantity <= 0 || line.time == kNoTime) continue;
    first = std::min(first, line.time);
    last = std::max(last, line.time);
  }
  const uint32_t fifth = (last - first) / kSecondsPerDay / 5;
  options.test_days = std::clamp(fifth, 1u, kValidationDays);
  return MakeSplit(facts, options);
}

}  // namespace awase
