// `--measure auto`: which measure suits this store, by a short validation.
#ifndef AWASE_ENGINE_EVALUATE_AUTO_H_
#define AWASE_ENGINE_EVALUATE_AUTO_H_

#include <vector>

#include "absl/status/statusor.h"

#include "engine/evaluate/split.h"
#include "engine/evaluate/validate.h"
#include "engine/facts/fact_table.h"
#include "engine/train/options.h"

namespace awase {

// Fewest distinct customers behind an edge where the store's settings name none: 5 where any customer is
// known, 2 where all orders are anonymous.
uint32_t DefaultMinSupport(const FactTable& facts);

// `base` with the measure, and with damping, power and exponents as that measure's cold default has them.
TrainOptions WithMeasure(const TrainOptions& base, Measure measure);

struct Choice {
  TrainOptions options;
  struct Tried {
    TrainOptions options;
    double hr10 = 0;
    double ndcg20 = 0;
  };
  std::vector<Tried> tried;  // in order; empty when there was too little to validate on
  uint64_t baskets = 0;      // asked
};

// Asks jaccard, llr, confidence and cosine, each with its cold default, for anonymous carts, and takes the
// best mean of HR@10 and nDCG@20 (two figures waver less than one). Fewer than kFewBaskets baskets: llr, the
// safest with few data. Cost: four trainings and some thousand cart answers. Deterministic.
Choice ChooseMeasure(Validation& validation, const TrainOptions& base);
// The same on the store's own newest part (SplitNewest), at most 2,000 baskets. Never fails for lack of data.
absl::StatusOr<Choice> ChooseOptions(const FactTable& facts, const TrainOptions& base,
                                     const ValidateOptions& options);

inline constexpr uint64_t kFewBaskets = 50;

}  // namespace awase

#endif  // AWASE_ENGINE_EVALUATE_AUTO_H_
