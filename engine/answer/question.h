// One question on its way through the stages of an answer, in this order:
//   Gather    anchors' rows and the customer's own items become candidates
//   TakePins  items that a rule puts at a place
//   Rank      every candidate passes the gates or is counted by the first that says no; the best are kept
//   FallBack  best sellers fill what is still empty
//   Explain   which anchors brought each result
#ifndef AWASE_ENGINE_ANSWER_QUESTION_H_
#define AWASE_ENGINE_ANSWER_QUESTION_H_

#include <cstdint>

#include "engine/answer/answer.h"
#include "engine/answer/scratch.h"

namespace awase {

inline constexpr Suppression kPasses = Suppression::kCount;
inline constexpr uint32_t kNoRule = ~uint32_t{0};

struct Question {
  const Model& model;
  const Query& query;
  Detail detail;
  Scratch& scratch;
  Answer& answer;
};

void Gather(const Question& q);
void TakePins(const Question& q);
void Rank(const Question& q);
void FallBack(const Question& q);
void InsertPins(const Question& q);
void Explain(const Question& q);

// Parts of a score as they are added: (together + personal) + popularity, then boosts.
struct Parts {
  float together = 0, personal = 0, popularity = 0;
  float Sum() const { return (together + personal) + popularity; }
};
Parts PartsAt(const Question& q, uint32_t place);
float PopularityOf(const Question& q, uint32_t item);
bool HasBoost(const Question& q);
// Product of the boosts that select the item; `rule` becomes the last of them.
float BoostOf(const Question& q, uint32_t item, uint32_t* rule);

// The first gate that stops the item at `place`, up to kHidden; kPasses when none does. `rule`: the one that
// hides it.
Suppression GateAt(const Question& q, uint32_t place, uint32_t* rule);
// The same for a pin: a person chose it, so it may be a substitute.
Suppression PinGateAt(const Question& q, uint32_t place);

// True when the item's category may have one result more; counts it.
bool TakeCategory(const Question& q, uint32_t item);
// Counts an item that is not shown and, with Detail::kFull, remembers it.
void Suppress(const Question& q, uint32_t item, float score, Suppression reason, uint32_t rule = kNoRule);

// Fills scratch.keys with the candidates that can be among the best `wanted`, where that can be told without
// gating all of them and enough pass; false, and no keys, otherwise.
bool GatherLikely(const Question& q, uint32_t wanted);
// Keeps the best `wanted` of scratch.keys[0 .. passed) in scratch.chosen, best first.
void KeepBest(Scratch& scratch, uint32_t wanted);

// 1 / largest, and 0 where there is nothing to scale. Finite for every finite sum.
float ScaleOf(float largest);

}  // namespace awase

#endif  // AWASE_ENGINE_ANSWER_QUESTION_H_
