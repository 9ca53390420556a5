// Judges training options on a part of the data that they were not trained on.
#ifndef AWASE_ENGINE_EVALUATE_VALIDATE_H_
#define AWASE_ENGINE_EVALUATE_VALIDATE_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "engine/evaluate/judge.h"
#include "engine/evaluate/probe.h"
#include "engine/evaluate/split.h"
#include "engine/facts/fact_table.h"
#include "engine/facts/facts.h"
#include "engine/model/model.h"
#include "engine/train/options.h"

namespace awase {

struct ValidateOptions {
  ProbeOptions probes;
  bool with_past = false;  // personal history where the customer is known
  std::vector<std::string> non_product_patterns;
  std::vector<Item> catalogue;  // ascending by id; may be empty
};

// One world and its probes, asked again and again of other options. Not thread-safe; uses all cores inside.
class Validation {
 public:
  // Errors: those of MakeWorld; FAILED_PRECONDITION when no basket is left to ask.
  static absl::StatusOr<std::unique_ptr<Validation>> Make(const FactTable& facts, const Split& split,
                                                          Role asked, const ValidateOptions& options);

  // Trains (unless only the blend differs from the last call) and asks. Errors: those of Train.
  absl::StatusOr<Judgement> Ask(const TrainOptions& options);
  uint64_t baskets() const { return set_.baskets.size(); }
  uint32_t items() const { return world_.known.items(); }
  bool with_past() const { return options_.with_past; }
  const World& world() const { return world_; }

 private:
  Validation(World world, ValidateOptions options) : world_(std::move(world)), options_(std::move(options)) {}

  World world_;
  ValidateOptions options_;
  ProbeSet set_;  // views into world_
  std::shared_ptr<const Model> model_;
  std::string trained_with_;
};

// The split that a store's own choice of options uses: its newest 28 days where there are time stamps (less
// where the data spans under 140 days: a fifth of the span), else a tenth of the orders at random; ask
// Role::kTest.
absl::StatusOr<Split> SplitNewest(const FactTable& facts);

}  // namespace awase

#endif  // AWASE_ENGINE_EVALUATE_VALIDATE_H_
