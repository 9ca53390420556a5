// Items that a person put at a place.
#include <algorithm>
#include <variant>

#include "engine/answer/question.h"

namespace awase {
namespace {

Result PinnedResult(const Question& q, uint32_t item, uint32_t place, uint32_t rule) {
  const Parts parts = PartsAt(q, place);
  return {.item = ItemId{item},
          .score = parts.Sum(),
          .source = Source::kManual,
          .co_purchase = parts.together,
          .personal = parts.personal,
          .popularity = parts.popularity,
          .rule = rule};
}

// The first item of the rule's selection that may be shown and is not pinned yet.
void TakePin(const Question& q, const ActiveRule& rule, uint32_t position) {
  Scratch& s = q.scratch;
  const uint32_t end = std::min(rule.items->size(), s.items);
  for (uint32_t item = rule.items->Next(0); item < end; item = rule.items->Next(item + 1)) {
    const uint32_t place = s.Place(item);
    if ((s.mark[place] & kMarkTaken) || PinGateAt(q, place) != kPasses) continue;
    s.mark[place] |= kMarkTaken;
    TakeCategory(q, item);
    s.pinned.push_back(PinnedResult(q, item, place, rule.rule));
    s.pin_positions.push_back(position);
    return;
  }
}

}  // namespace

void TakePins(const Question& q) {
  for (const ActiveRule& rule : q.query.rules) {
    const Pin* const pin = std::get_if<Pin>(&rule.definition->effect);
    if (pin == nullptr || pin->position == 0 || pin->position > q.query.max_results) continue;
    if (q.scratch.pinned.size() == q.query.max_results) return;
    TakePin(q, rule, pin->position);
  }
}

void InsertPins(const Question& q) {
  Scratch& s = q.scratch;
  std::vector<Result>& results = q.answer.results;
  // By position, those of one position in the order of their rules: each then finds its place among those
  // before it.
  for (uint32_t position = 1; position <= q.query.max_results; ++position) {
    size_t taken = 0;
    for (size_t pin = 0; pin < s.pinned.size(); ++pin) {
      if (s.pin_positions[pin] != position) continue;
      const size_t at = std::min<size_t>(position - 1 + taken++, results.size());
      results.insert(results.begin() + static_cast<ptrdiff_t>(at), s.pinned[pin]);
    }
  }
}

}  // namespace awase
