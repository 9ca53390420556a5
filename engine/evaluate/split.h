// Which orders are learnt from, and which are asked.
#ifndef AWASE_ENGINE_EVALUATE_SPLIT_H_
#define AWASE_ENGINE_EVALUATE_SPLIT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "engine/base/time.h"
#include "engine/facts/fact_table.h"

namespace awase {

enum class SplitKind : uint8_t { kTime, kRandom, kPrefix };
std::string_view Name(SplitKind kind);  // "time"
// INVALID_ARGUMENT lists the known ones.
absl::StatusOr<SplitKind> ParseSplit(std::string_view name);

// What an order is used for, in the order in which the parts follow each other.
enum class Role : uint8_t { kNone, kTrain, kValidation, kTest };

struct SplitOptions {
  SplitKind kind = SplitKind::kTime;
  uint32_t test_days = 28;  // time: length of the test, and of the validation before it
  double test_share =
      0.1;  // random: share of the orders in the test; validation takes the same share of the rest. (0, 0.5]
  uint64_t seed = 1;  // random
};

// time    counted back from the newest purchase: test = [newest - days, newest], validation = the same length
// before it. An
//         order has the time of its earliest line; an order without a time is learnt from and never asked.
// random  orders shuffled with the seed, from the sequence of their ids by bytes.
// prefix  by the beginning of the order id: train-, valid-, test-; others are not used.
struct Split {
  SplitOptions options;
  std::vector<Role> role;  // by FactTable::orders; kNone for documents without a purchase
  // time only; kNoTime otherwise
  UnixSeconds newest = kNoTime;
  UnixSeconds validation_from = kNoTime;
  UnixSeconds test_from = kNoTime;

  uint64_t Count(Role wanted) const;
};

// Errors: INVALID_ARGUMENT (options), FAILED_PRECONDITION where a part is empty ("split time: orders have no
// time stamps").
absl::StatusOr<Split> MakeSplit(const FactTable& facts, const SplitOptions& options);

// True when at least half of the purchase lines carry a time stamp.
bool HasTimes(const FactTable& facts);

// The facts that may be known when the orders of `asked` (kValidation or kTest) are asked: all that lies
// before them.
//   time    lines with a time before the part begins, whatever order they belong to, and those without a time
//   random  lines of orders in earlier parts
//   prefix  lines of train- orders
// The pools, and so all numbers, are those of `facts`. Views follow the same rules by their time (random,
// prefix: session id).
FactTable KnownBefore(const FactTable& facts, const Split& split, Role asked);

}  // namespace awase

#endif  // AWASE_ENGINE_EVALUATE_SPLIT_H_
