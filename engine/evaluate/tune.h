// `awased tune`: the options that serve this store best on a part of its data that they were not trained on.
#ifndef AWASE_ENGINE_EVALUATE_TUNE_H_
#define AWASE_ENGINE_EVALUATE_TUNE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "engine/base/progress.h"
#include "engine/evaluate/auto.h"
#include "engine/evaluate/validate.h"
#include "engine/train/options.h"

namespace awase {

// Name of the ledger document that holds ToJson of the tuned options.
inline constexpr char kTunedDocument[] = "tuned";

struct Tuned {
  TrainOptions options;
  struct Tried {
    std::string option;  // "measure", "damping", ...; "start"
    std::string value;
    double hr10 = 0, ndcg20 = 0;
    bool kept = false;  // better than all before it
  };
  std::vector<Tried> tried;  // in order
  uint64_t baskets = 0;
  double start_hr10 = 0, hr10 = 0;
  double start_ndcg20 = 0, ndcg20 = 0;
};

// Coordinate ascent from ChooseMeasure's options, in passes over the options one by one until a pass changes
// nothing (three at most); then EASE on top where the catalogue is small enough. A value is kept when the
// mean of HR@10 and nDCG@20 rises by more than kTuneMargin. Personal options are tried only when the
// validation has personal histories. Never touched: top_n, min_support, max_basket, signal (they are policy
// or cost). Cost: some eighty trainings. Deterministic. Errors: those of Train for the start.
absl::StatusOr<Tuned> Tune(Validation& validation, const TrainOptions& base,
                           const Progress& progress = nullptr);

// Larger catalogues are tuned without EASE, whose every fit costs the cube of the items.
inline constexpr uint32_t kMaxTunedEaseItems = 6000;

// Smaller gains are noise at some thousand baskets.
inline constexpr double kTuneMargin = 0.0005;

}  // namespace awase

#endif  // AWASE_ENGINE_EVALUATE_TUNE_H_
