// What may be shown, and how much a rule raises it.
#include <algorithm>
#include <variant>

#include "engine/answer/question.h"

namespace awase {
namespace {

bool Selects(const ActiveRule& rule, uint32_t item) {
  return item < rule.items->size() && rule.items->Test(item);
}

bool Contains(const std::vector<uint32_t>& sorted, uint32_t number) {
  return std::binary_search(sorted.begin(), sorted.end(), number);
}

bool IsSubstitute(const Question& q, uint32_t item) {
  const Scratch& s = q.scratch;
  return Contains(s.anchor_categories, q.model.category(ItemId{item})) ||
         Contains(s.anchor_groups, q.model.group(ItemId{item}));
}

// Index of the rule that hides the item, or kNoRule.
uint32_t HidingRule(const Question& q, uint32_t item) {
  for (const ActiveRule& rule : q.query.rules) {
    if (std::holds_alternative<Hide>(rule.definition->effect) && Selects(rule, item)) return rule.rule;
  }
  return kNoRule;
}

}  // namespace

Suppression GateAt(const Question& q, uint32_t place, uint32_t* rule) {
  const Scratch& s = q.scratch;
  const uint32_t item = s.item_at[place];
  if (place < s.anchors) return Suppression::kInCart;
  if (s.mark[place] & kMarkOwned) return Suppression::kOwned;
  if (!(q.model.flags()[item] & kAvailable)) return Suppression::kUnavailable;
  if (q.query.allowed != nullptr && (item >= q.query.allowed->size() || !q.query.allowed->Test(item))) {
    return Suppression::kFiltered;
  }
  if (q.query.exclude_substitutes && IsSubstitute(q, item)) return Suppression::kSubstitute;
  if (s.mark[place] & kMarkExcluded) return Suppression::kExcluded;
  if (q.query.rules.empty()) return kPasses;
  *rule = HidingRule(q, item);
  return *rule == kNoRule ? kPasses : Suppression::kHidden;
}

Suppression PinGateAt(const Question& q, uint32_t place) {
  Query lenient = q.query;
  lenient.exclude_substitutes = false;
  uint32_t rule = kNoRule;
  return GateAt({q.model, lenient, q.detail, q.scratch, q.answer}, place, &rule);
}

bool HasBoost(const Question& q) {
  return std::any_of(q.query.rules.begin(), q.query.rules.end(), [](const ActiveRule& rule) {
    return std::holds_alternative<Boost>(rule.definition->effect);
  });
}

float BoostOf(const Question& q, uint32_t item, uint32_t* rule) {
  float boost = 1;
  for (const ActiveRule& active : q.query.rules) {
    const Boost* const effect = std::get_if<Boost>(&active.definition->effect);
    if (effect == nullptr || !Selects(active, item)) continue;
    boost *= static_cast<float>(effect->factor);
    *rule = active.rule;
  }
  return boost;
}

bool TakeCategory(const Question& q, uint32_t item) {
  if (q.query.max_per_category == 0) return true;
  const uint32_t category = q.model.category(ItemId{item});
  if (category == kNoCategory) return true;
  auto& counts = q.scratch.category_counts;
  const auto at =
      std::find_if(counts.begin(), counts.end(), [&](const auto& c) { return c.first == category; });
  if (at == counts.end()) {
    counts.emplace_back(category, 1);
    return true;
  }
  if (at->second == q.query.max_per_category) return false;
  ++at->second;
  return true;
}

void Suppress(const Question& q, uint32_t item, float score, Suppression reason, uint32_t rule) {
  ++q.answer.suppressed[static_cast<size_t>(reason)];
  if (q.detail == Detail::kFull) {
    q.scratch.rejected.emplace_back(KeyOf(score, item), Answer::Suppressed{ItemId{item}, reason, rule});
  }
}

}  // namespace awase
