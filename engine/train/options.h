// What a training does. Explicit: no default depends on the data here; `auto` is resolved in engine/evaluate.
#ifndef AWASE_ENGINE_TRAIN_OPTIONS_H_
#define AWASE_ENGINE_TRAIN_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "engine/base/time.h"

namespace awase {

enum class Measure : uint8_t { kJaccard, kLlr, kConfidence, kCosine, kLift, kExpected, kCount };
enum class Signal : uint8_t { kOrder, kView };
enum class CountingUnit : uint8_t { kOrder, kCustomer };
enum class Direction : uint8_t { kEither, kAfter, kBefore };

struct TrainOptions {
  Signal signal = Signal::kOrder;
  CountingUnit unit = CountingUnit::kOrder;
  // 0: the same order (or session). Otherwise two purchases of one customer at most this far apart; needs
  // unit customer.
  uint32_t window_seconds = 0;
  Direction direction =
      Direction::kEither;  // of windowed pairs: candidate after / before the anchor, in another order
  Measure measure = Measure::kJaccard;
  double damping = 1.0;   // g: a unit of n items weighs max(n - 1, 1)^-g; 0 counts plainly. 0..4
  double power = 1.5;     // p of jaccard. (0, 4]
  double cosine_a = 0.5;  // exponent of the anchor's support. 0..1
  double cosine_b = 0.5;  // exponent of the candidate's support. 0..1
  // Share of EASE in the score, 0..1: score = measure^(1 - ease) * EASE^ease. 0: the measure alone. Costs
  // items^3 multiply-adds, at most 20,000 items.
  double ease = 0;
  double ease_ridge = 0.1;    // ridge of EASE as a multiple of the mean diagonal. (0, 100]
  double half_life_days = 0;  // 0: no decay
  uint32_t top_n = 100;       // edges kept per item. 1..500
  uint32_t min_support = 1;   // fewest distinct customers behind an edge; >= 1
  // Units with more distinct items are skipped (resellers, crawlers): the cost of a unit grows with the
  // square of its size.
  uint32_t max_basket = 500;
  uint32_t max_orders_per_customer =
      100;  // newest orders of a known customer that count with unit order; 0: all
  // Blend of the cart answer (QUALITY, "The cart"); kept in the model.
  float personal_weight = 0.6f;
  float personal_decay = 0.9f;
  float popularity_weight = 0.1f;
  uint32_t popularity_days = 28;

  // None of these changes the result.
  unsigned threads = 0;       // 0: all cores
  uint64_t memory_limit = 0;  // bytes; 0: none
  bool tables = true;         // small catalogues may be counted in a table of pairs
};

// Whether some unit may weigh more than another.
inline bool Weighs(const TrainOptions& options) {
  return options.damping != 0 || options.half_life_days != 0;
}

// g, p and a, b as the measure's cold default has them (QUALITY, "The matrix").
TrainOptions DefaultsFor(Measure measure);

std::string_view Name(Measure measure);    // "jaccard"
std::string_view Name(Signal signal);      // "order"
std::string_view Name(CountingUnit unit);  // "order"
std::string_view Name(Direction direction);
absl::StatusOr<Measure> ParseMeasure(
    std::string_view name);  // INVALID_ARGUMENT lists the known ones; "auto" is not one
// "order" -> 0; "30d", "12h", "all" -> seconds. INVALID_ARGUMENT.
absl::StatusOr<uint32_t> ParseWindow(std::string_view text);

// Ranges and combinations. INVALID_ARGUMENT "damping: must lie in 0..4, got 9".
absl::Status Validate(const TrainOptions& options);

// Canonical JSON of everything that decides the result (threads, memory limit and tables do not). FromJson
// refuses unknown keys.
std::string ToJson(const TrainOptions& options);
absl::StatusOr<TrainOptions> TrainOptionsFromJson(std::string_view json);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_OPTIONS_H_
