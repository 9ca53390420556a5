// `awased evaluate`: a protocol from facts to figures.
#ifndef AWASE_ENGINE_EVALUATE_EVALUATE_H_
#define AWASE_ENGINE_EVALUATE_EVALUATE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "engine/base/progress.h"
#include "engine/evaluate/bootstrap.h"
#include "engine/evaluate/metrics.h"
#include "engine/evaluate/probe.h"
#include "engine/evaluate/split.h"
#include "engine/evaluate/tune.h"
#include "engine/evaluate/vsknn.h"
#include "engine/facts/fact_table.h"
#include "engine/facts/facts.h"
#include "engine/train/options.h"

namespace awase {

struct EvaluateOptions {
  Protocol protocol = Protocol::kCart;
  std::optional<SplitKind> split;  // nullopt: time where the orders have time stamps, else random
  uint32_t test_days = 28;
  double test_share = 0.1;
  uint64_t seed = 1;   // first of the seeds
  uint32_t seeds = 0;  // 0: 5; 10 with a random split; 1 where nothing is drawn (session, next-basket)
  bool tune = false;
  std::optional<Measure> measure;  // of `awase`; nullopt: auto, on the validation part
  TrainOptions base;  // of all methods named awase*, apart from measure, damping, power and exponents
  std::optional<VsknnOptions> vsknn;
  std::vector<std::string> non_product_patterns;
  std::vector<Item> catalogue;  // ascending by id; may be empty
  uint32_t bootstrap_draws = 1000;
};

// Mean figures of one group of baskets.
struct Segment {
  std::string name;      // "cart_size 2-3", "known", "anonymous"
  uint64_t baskets = 0;  // over all seeds
  MetricValues mean{};
};

struct MethodFigures {
  std::string name;
  MetricValues mean{};  // mean over seeds of means over baskets
  Interval hr10;        // 95 %
  double coverage10 = 0, popularity_ratio = 0, gini = 0, empty_share = 0;
  std::vector<Segment> segments;
  uint64_t repeat_items = 0, repeat_hits = 0, explore_items = 0, explore_hits = 0;
};

struct Difference {
  std::string method, against;
  double hr10 = 0;  // method - against
  Interval interval;
};

struct Evaluation {
  Split split;  // of the first seed
  uint32_t seeds = 0;
  uint64_t known_orders = 0, known_items = 0, asked_orders = 0;  // of the first seed
  uint64_t baskets = 0, probes = 0, clusters = 0;                // of the first seed; clusters over all
  std::string awase_options;                                     // JSON, of the first seed
  Choice choice;                                                 // of `auto`, first seed
  std::optional<Tuned> tuned;                                    // first seed
  std::vector<MethodFigures> methods;
  std::vector<Difference> paired;
  double seconds = 0;
};

// Methods: awase (auto or the named measure's cold default, anonymous; in session and next-basket with the
// past, which is what is asked there), awase_personal (the same with the past), awase_jaccard, awase_llr,
// awase_confidence, awase_cosine (as awase, each measure's cold default), awase_tuned (with the past, when
// `tune`), popularity, count, confidence, cosine, jaccard, llr (plain), personal, vsknn.
// Deterministic for the seed, on any number of threads. Errors: INVALID_ARGUMENT, FAILED_PRECONDITION
// (nothing to ask).
absl::StatusOr<Evaluation> Evaluate(const FactTable& facts, const EvaluateOptions& options,
                                    const Progress& progress = nullptr);

}  // namespace awase

#endif  // AWASE_ENGINE_EVALUATE_EVALUATE_H_
