#include "engine/evaluate/split.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "engine/evaluate/draw.h"

namespace awase {
namespace {

constexpr UnixSeconds kNever = std::numeric_limits<UnixSeconds>::max();

Role RoleOfPrefix(std::string_view id) {
  if (id.starts_with("train-")) return Role::kTrain;
  if (id.starts_with("valid-")) return Role::kValidation;
  if (id.starts_with("test-")) return Role::kTest;
  return Role::kNone;
}

// By document: kNever without a purchase line, else the earliest known time of one, else kNoTime.
std::vector<UnixSeconds> OrderTimes(const FactTable& facts) {
  std::vector<UnixSeconds> times(facts.orders.size(), kNever);
  for (const LineFact& line : facts.lines) {
    if (line.quantity <= 0) continue;
    UnixSeconds& time = times[line.order];
    if (time == kNever || (line.time != kNoTime && (time == kNoTime || line.time < time))) time = line.time;
  }
  return times;
}

absl::Status SplitByTime(const FactTable& facts, const std::vector<UnixSeconds>& times, Split& split) {
  for (const LineFact& line : facts.lines) {
    if (line.quantity > 0) split.newest = std::max(split.newest, line.time);
  }
  if (split.newest == kNoTime) {
    return absl::FailedPreconditionError("split time: orders have no time stamps; a random split needs none");
  }
  const uint64_t length = uint64_t{split.options.test_days} * kSecondsPerDay;
  if (2 * length >= split.newest) {
    return absl::InvalidArgumentError(
        absl::StrCat("test days: reach before 1970, got ", split.options.test_days));
  }
  split.test_from = static_cast<UnixSeconds>(split.newest - length);
  split.validation_from = static_cast<UnixSeconds>(split.newest - 2 * length);
  for (size_t order = 0; order < times.size(); ++order) {
    if (times[order] == kNever) continue;
    split.role[order] = times[order] >= split.test_from         ? Role::kTest
                        : times[order] >= split.validation_from ? Role::kValidation
                                                                : Role::kTrain;
  }
  return absl::OkStatus();
}

void SplitAtRandom(const FactTable& facts, const std::vector<UnixSeconds>& times, Split& split) {
  std::vector<uint32_t> order;
  for (const uint32_t number : facts.orders.SortedByBytes()) {
    if (times[number] != kNever) order.push_back(number);
  }
  Draw draw(split.options.seed);
  for (uint32_t left = static_cast<uint32_t>(order.size()); left > 1; --left) {
    std::swap(order[left - 1], order[draw.Below(left)]);
  }
  const double share = split.options.test_share;
  const auto tests = static_cast<size_t>(static_cast<double>(order.size()) * share + 0.5);
  const auto validations = static_cast<size_t>(static_cast<double>(order.size() - tests) * share + 0.5);
  for (size_t i = 0; i < order.size(); ++i) {
    split.role[order[i]] = i < tests                 ? Role::kTest
                           : i < tests + validations ? Role::kValidation
                                                     : Role::kTrain;
  }
}

}  // namespace

std::string_view Name(SplitKind kind) {
  switch (kind) {
    case SplitKind::kTime:
      return "time";
    case SplitKind::kRandom:
      return "random";
    case SplitKind::kPrefix:
      return "prefix";
  }
  return "";
}

absl::StatusOr<SplitKind> ParseSplit(std::string_view name) {
  for (const SplitKind kind : {SplitKind::kTime, SplitKind::kRandom, SplitKind::kPrefix}) {
    if (name == Name(kind)) return kind;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("split: must be time, random or prefix, got '", std::string(name), "'"));
}

uint64_t Split::Count(Role wanted) const {
  return static_cast<uint64_t>(std::count(role.begin(), role.end(), wanted));
}

bool HasTimes(const FactTable& facts) {
  uint64_t lines = 0, timed = 0;
  for (const LineFact& line : facts.lines) {
    if (line.quantity <= 0) continue;
    ++lines;
    timed += line.time != kNoTime;
  }
  return lines > 0 && 2 * timed >= lines;
}

absl::StatusOr<Split> MakeSplit(const FactTable& facts, const SplitOptions& options) {
  if (options.test_days == 0 || options.test_days > 3650) {
    return absl::InvalidArgumentError(
        absl::StrCat("test days: must lie in 1..3650, got ", options.test_days));
  }
  if (!(options.test_share > 0 && options.test_share <= 0.5)) {
    return absl::InvalidArgumentError(
        absl::StrCat("test share: must lie in (0, 0.5], got ", options.test_share));
  }
  Split split;
  split.options = options;
  split.role.assign(facts.orders.size(), Role::kNone);
  const std::vector<UnixSeconds> times = OrderTimes(facts);
  if (options.kind == SplitKind::kTime) {
    if (absl::Status status = SplitByTime(facts, times, split); !status.ok()) return status;
  } else if (options.kind == SplitKind::kRandom) {
    SplitAtRandom(facts, times, split);
  } else {
    for (uint32_t order = 0; order < facts.orders.size(); ++order) {
      if (times[order] != kNever) split.role[order] = RoleOfPrefix(facts.orders[order]);
    }
  }
  const uint64_t tests = split.Count(Role::kTest),
                 before = split.Count(Role::kTrain) + split.Count(Role::kValidation);
  if (tests == 0 || before == 0) {
    return absl::FailedPreconditionError(absl::StrCat("split ", std::string(Name(options.kind)),
                                                      ": no order is left for the ",
                                                      tests == 0 ? "test" : "training"));
  }
  return split;
}

FactTable KnownBefore(const FactTable& facts, const Split& split, Role asked) {
  const UnixSeconds until = asked == Role::kTest ? split.test_from : split.validation_from;
  const auto known = [&](Role role, UnixSeconds time) {
    switch (split.options.kind) {
      case SplitKind::kTime:
        return time < until;
      case SplitKind::kRandom:
        return role != Role::kNone && role < asked;
      case SplitKind::kPrefix:
        return role == Role::kTrain;
    }
    return false;
  };
  FactTable out;
  out.items = facts.items;
  out.customers = facts.customers;
  out.orders = facts.orders;
  out.sessions = facts.sessions;
  out.order_customer = facts.order_customer;
  out.return_of = facts.return_of;
  for (const LineFact& line : facts.lines) {
    if (known(split.role[line.order], line.time)) out.lines.push_back(line);
  }
  for (const ViewFact& view : facts.views) {
    // Views have no place in a random split of orders; they would tell what was bought.
    if (known(RoleOfPrefix(facts.sessions[view.session]), view.time)) out.views.push_back(view);
  }
  return out;
}

}  // namespace awase
