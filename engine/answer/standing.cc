// Why one item is, or is not, in an answer.
#include "engine/answer/question.h"

namespace awase {
namespace {

uint32_t ModelRank(const Question& q, uint32_t place) {
  const Scratch& s = q.scratch;
  const uint64_t own = KeyOf(PartsAt(q, place).Sum(), s.item_at[place]);
  uint32_t rank = 1;
  for (uint32_t other = s.anchors; other < s.candidates; ++other) {
    rank += KeyOf(PartsAt(q, other).Sum(), s.item_at[other]) > own;
  }
  return rank;
}

}  // namespace

Standing StandingOf(const Model& model, const Query& query, ItemId item, Scratch& scratch,
                    const Answer& answer) {
  Standing standing;
  for (uint32_t r = 0; r < answer.results.size(); ++r) {
    if (answer.results[r].item == item) standing.final_rank = r + 1;
  }
  if (Index(item) >= scratch.items) {
    standing.reason = Suppression::kNoCandidate;
    return standing;
  }
  Answer unused;
  const Question q{model, query, Detail::kBasic, scratch, unused};
  const uint32_t place = scratch.Place(Index(item));
  const bool candidate =
      place >= scratch.anchors && place < scratch.candidates && PartsAt(q, place).Sum() > 0;
  if (candidate) standing.model_rank = ModelRank(q, place);
  if (standing.final_rank != 0) return standing;
  standing.reason = GateAt(q, place, &standing.rule);
  if (standing.reason != kPasses) return standing;
  standing.reason = candidate ? Suppression::kOutranked : Suppression::kNoCandidate;
  for (const Answer::Suppressed& rejected : answer.rejected) {
    if (rejected.item == item) standing.reason = rejected.reason;
  }
  return standing;
}

}  // namespace awase
