// The counts behind an edge in the field's terms, and reasons in words.
#ifndef AWASE_ENGINE_ANSWER_EVIDENCE_H_
#define AWASE_ENGINE_ANSWER_EVIDENCE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/answer/answer.h"
#include "engine/model/model.h"

namespace awase {

struct Evidence {
  ItemId anchor, candidate;
  uint64_t joint_customers = 0, joint = 0, anchor_count = 0, candidate_count = 0, population = 0;
  double confidence = 0, confidence_lower = 0;  // Wilson 1927, 95 %
  double lift = 0, llr = 0;                     // signed LLR, Dunning 1993
  uint32_t median_lag = kNoLag;                 // seconds
};
// `edge`: position in model.neighbours(anchor).
Evidence EvidenceOf(const Model& model, ItemId anchor, uint32_t edge);

// A reason in plain words that the shop can show, in "en" or "ja" (anything else: en).
struct Reason {
  // Stable. By the model: "also_bought_same_order", "also_bought_by_customers", "also_bought_within_days",
  // "also_bought_within_hours", "bought_next_within_days", "also_viewed". Otherwise: "bought_before",
  // "best_seller_category", "best_seller_store", "pinned".
  std::string template_id;
  // Raw values: anchor (title), anchor_item_id, joint, anchor_count, days, hours, category, category_path,
  // recent_orders.
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string text;
};
// `result` of an answer with Detail::kExplained or kFull. Cost: about 1 us.
Reason ReasonFor(const Model& model, const Result& result, std::string_view language);

}  // namespace awase

#endif  // AWASE_ENGINE_ANSWER_EVIDENCE_H_
