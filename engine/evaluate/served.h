// What a server would answer: a model trained on what is known, asked through engine/answer.
#ifndef AWASE_ENGINE_EVALUATE_SERVED_H_
#define AWASE_ENGINE_EVALUATE_SERVED_H_

#include <memory>
#include <span>
#include <string>

#include "absl/status/statusor.h"

#include "engine/answer/answer.h"
#include "engine/evaluate/ranker.h"
#include "engine/facts/facts.h"
#include "engine/model/model.h"
#include "engine/train/options.h"

namespace awase {

// Trains on world.known. `catalogue` gives repeatable, group and category of items; every item counts as on
// sale, since whether it is today says nothing about the days that are asked. Items without a line in the
// facts are left out, so the model's item numbers are the world's.
absl::StatusOr<std::shared_ptr<const Model>> TrainOn(const World& world, std::span<const Item> catalogue,
                                                     const TrainOptions& options);

// Recommend with no fallback, no rules and no filter, the probe's excluded items as the cart. With
// `with_past` the customer's past is the personal history (ProbeSet::PastOf), else the cart is anonymous.
Method ServedMethod(std::string name, std::shared_ptr<const Model> model, const Blend& blend, bool with_past);

}  // namespace awase

#endif  // AWASE_ENGINE_EVALUATE_SERVED_H_
