// History the slow way: maps and strings, one line at a time.
#ifndef AWASE_TESTS_SUPPORT_SLOW_HISTORY_H_
#define AWASE_TESTS_SUPPORT_SLOW_HISTORY_H_

#include <string>
#include <vector>

#include "engine/facts/fact_table.h"
#include "engine/history/history.h"

namespace awase::testing {

// A unit in words.
struct SlowUnit {
  std::string owner;  // empty: anonymous
  UnixSeconds time;
  std::string id;
  std::vector<std::string> items;  // distinct, by bytes
  friend bool operator==(const SlowUnit&, const SlowUnit&) = default;
};

struct SlowHistory {
  std::vector<std::string> item_ids;
  std::vector<SlowUnit> orders, sessions;  // canonical order
  uint64_t unmatched_returns = 0;
};

SlowHistory BuildSlowHistory(const FactTable& facts, const HistoryOptions& options,
                             const std::vector<std::string>& also_items = {});

// The fast one in the same words.
std::vector<SlowUnit> InWords(const History& history, const Units& units, const StringPool& names);

}  // namespace awase::testing

#endif  // AWASE_TESTS_SUPPORT_SLOW_HISTORY_H_
