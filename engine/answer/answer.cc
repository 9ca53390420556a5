#include "engine/answer/answer.h"

#include <algorithm>
#include <functional>

#include "engine/answer/question.h"
#include "engine/answer/scratch.h"

namespace awase {
namespace {

constexpr size_t kRejectedShown = 100;

void AddContribution(Result& result, const Contribution& contribution) {
  constexpr uint32_t kMost = 3;
  uint32_t at = result.contributions;
  while (at > 0 && result.contribution[at - 1].score < contribution.score) --at;
  if (at == kMost) return;
  result.contributions = std::min(result.contributions + 1, kMost);
  for (uint32_t i = result.contributions - 1; i > at; --i)
    result.contribution[i] = result.contribution[i - 1];
  result.contribution[at] = contribution;
}

// Empty slots that no removed candidate accounts for. Where nothing is missing there is nothing to account
// for.
void CountMissing(const Question& q) {
  if (q.answer.results.size() == q.query.max_results && q.detail != Detail::kFull) {
    std::fill(std::begin(q.answer.suppressed), std::end(q.answer.suppressed), 0);
    return;
  }
  uint64_t known = q.answer.results.size();
  for (const uint32_t count : q.answer.suppressed) known += count;
  if (known < q.query.max_results && q.answer.results.size() < q.query.max_results) {
    q.answer.suppressed[static_cast<size_t>(Suppression::kNoCandidate)] =
        static_cast<uint32_t>(q.query.max_results - known);
  }
}

// The strongest of those that were not shown.
void NameRejected(const Question& q) {
  auto& rejected = q.scratch.rejected;
  std::sort(rejected.begin(), rejected.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  if (rejected.size() > kRejectedShown) rejected.resize(kRejectedShown);
  for (const auto& [key, suppressed] : rejected) q.answer.rejected.push_back(suppressed);
}

}  // namespace

// One pass over the anchors' rows, whatever the number of results.
void Explain(const Question& q) {
  Scratch& s = q.scratch;
  if (s.result_at.size() < s.places) s.result_at.resize(s.places);
  std::fill_n(s.result_at.begin(), s.candidates, Scratch::kNowhere);
  for (uint32_t r = 0; r < q.answer.results.size(); ++r) {
    const uint32_t place = s.Find(Index(q.answer.results[r].item));
    if (place < s.candidates) s.result_at[place] = r;
  }
  for (const ItemId anchor : s.anchor_items) {
    const std::span<const Edge> row = q.model.neighbours(anchor);
    for (uint32_t e = 0; e < row.size(); ++e) {
      if (row[e].item >= s.items) continue;
      const uint32_t place = s.Find(row[e].item);
      const uint32_t r = place < s.candidates ? s.result_at[place] : Scratch::kNowhere;
      if (r != Scratch::kNowhere) AddContribution(q.answer.results[r], {anchor, e, row[e].score});
    }
  }
}

void Recommend(const Model& model, const Query& query, Detail detail, Scratch& scratch, Answer& answer) {
  answer.results.clear();
  answer.rejected.clear();
  std::fill(std::begin(answer.suppressed), std::end(answer.suppressed), 0);
  const Question q{model, query, detail, scratch, answer};
  Gather(q);
  if (!query.rules.empty()) TakePins(q);
  Rank(q);
  FallBack(q);
  if (!scratch.pinned.empty()) InsertPins(q);
  CountMissing(q);
  if (detail != Detail::kBasic) Explain(q);
  if (detail == Detail::kFull) NameRejected(q);
}

}  // namespace awase
