// A place that shows recommendations, and its merchandising rules.
#ifndef AWASE_ENGINE_FACTS_PLACEMENT_H_
#define AWASE_ENGINE_FACTS_PLACEMENT_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/time.h"

namespace awase {

enum class Fallback : uint8_t { kNone = 1, kCategory = 2, kPopularity = 3 };

struct Boost {
  double factor;  // in (0, 100]
};
struct Pin {
  uint32_t position;  // 1..100
};
struct Hide {};

struct RankingRule {
  std::string id;
  std::string condition;    // AIP-160 over the request; empty: always
  std::string item_filter;  // AIP-160 over items
  std::variant<Boost, Pin, Hide> effect = Hide{};
  UnixSeconds start = kNoTime;  // from; kNoTime: always
  UnixSeconds end = kNoTime;    // until, exclusive; kNoTime: for ever
};

struct Placement {
  std::string id = "default";
  std::string model_id = "default";
  std::string filter;
  std::vector<RankingRule> rules;
  uint32_t max_per_category = 0;  // 0: no limit
  bool exclude_substitutes = false;
  uint32_t default_max_results = 10;
  Fallback fallback = Fallback::kPopularity;
};

}  // namespace awase

#endif  // AWASE_ENGINE_FACTS_PLACEMENT_H_
