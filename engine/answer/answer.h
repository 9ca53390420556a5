// The cart answer: what must take microseconds. No allocation once the scratch is warm.
#ifndef AWASE_ENGINE_ANSWER_ANSWER_H_
#define AWASE_ENGINE_ANSWER_ANSWER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/base/bitset.h"
#include "engine/base/ids.h"
#include "engine/facts/placement.h"
#include "engine/model/model.h"
#include "engine/profile/personal.h"

namespace awase {

enum class Source : uint8_t {
  kCoPurchase = 1,
  kPersonal = 2,
  kManual = 3,
  kCategoryPopularity = 4,
  kStorePopularity = 5,
};

// Why candidates were not shown; in the order of evaluation, each counted once by the first that holds.
enum class Suppression : uint8_t {
  kInCart,
  kOwned,
  kUnavailable,
  kFiltered,
  kSubstitute,
  kExcluded,
  kHidden,
  kCategoryLimit,
  kOutranked,
  kNoCandidate,
  kCount,
};

// Weights of s(j) = S(j)/max S + personal * P(j)/max P + popularity * R(j)/max R. Source: QUALITY, "The
// cart".
struct Blend {
  float personal = 0.6f;
  float personal_decay = 0.9f;
  float popularity = 0.1f;
};
// The blend that the model was trained or tuned with.
Blend BlendOf(const Model& model);

// A rule that applies now: its condition holds and its dates fit. `items` are those its filter selects.
struct ActiveRule {
  uint32_t rule;        // index in the placement
  const Bitset* items;  // over the model's items
  const RankingRule* definition;
};

struct Query {
  std::span<const ItemId> cart;     // distinct, known to the model; every one is an anchor and never a result
  std::span<const ItemId> focus;    // at most one: an anchor that is not in the cart, never a result
  std::span<const Owned> personal;  // empty: anonymous
  std::span<const ItemId> exclude;
  const Bitset* allowed = nullptr;  // filter; null: all
  std::span<const ActiveRule> rules;
  uint32_t max_results = 10;
  uint32_t max_per_category = 0;
  bool exclude_substitutes = false;  // same category or same group as an anchor
  Fallback fallback = Fallback::kPopularity;
  Blend blend;
};

// How much one anchor contributed to a result.
struct Contribution {
  ItemId anchor;
  uint32_t edge;  // position in model.neighbours(anchor)
  float score;
};

struct Result {
  ItemId item;
  float score;
  Source source;
  float co_purchase, personal, popularity;  // parts of the score before boosts
  float boost = 1;                          // product of boosts
  uint32_t rule = ~uint32_t{0};             // the pin or last boost that acted; index in the placement
  uint32_t contributions = 0;               // at most 3, strongest first
  Contribution contribution[3];
};

struct Answer {
  std::vector<Result> results;  // best first, at most max_results
  // Candidates by first reason, where there are fewer results than asked for, and always with Detail::kFull;
  // otherwise all 0: nothing is missing, and counting would mean to look at every candidate.
  uint32_t suppressed[static_cast<size_t>(Suppression::kCount)] = {};
  struct Suppressed {
    ItemId item;
    Suppression reason;
    uint32_t rule;
  };
  std::vector<Suppressed> rejected;  // filled only with Detail::kFull: the best 100 by score
};

enum class Detail : uint8_t { kBasic, kExplained, kFull };

// Reusable working memory of one thread: dense accumulators with a touched list, grown to the model's size on
// first use.
class Scratch;
// Takes 25 bytes an item of the largest model asked about, touched only as far as questions reach.
struct ScratchDeleter {
  void operator()(Scratch* scratch) const;
};
std::unique_ptr<Scratch, ScratchDeleter> MakeScratch();

// Answers one question. Total order: score descending, then item ascending, so the answer depends neither on
// the order of the cart's lines nor on anything that arrived earlier. Unavailable items never appear.
//   candidates  neighbours of the anchors and the customer's own items; popularity only ranks them
//   scaling     S, P and R by 1 / their largest value; S and P over all candidates that are no anchors,
//   before any gate,
//               so that a filter removes results without changing the others' scores
//   pins        take their positions first, in the order of the rules: the first item of the selection that
//   passes every
//               gate but kSubstitute; several of one position follow one another
//   fallback    scores are popularity alone, lowered where needed to stay below what stands above
//   suppressed  fewer results than max_results mean that results + suppressed >= max_results
// Cost: 5 us for a cart of 8 with 100 neighbours each, 100,000 items. Allocates nothing once scratch and
// answer have grown. Bears a model that was not opened in full. Threads: one scratch and one answer per
// thread.
void Recommend(const Model& model, const Query& query, Detail detail, Scratch& scratch, Answer& answer);

// Where one item stands in an answer just given.
struct Standing {
  uint32_t model_rank = 0;  // 1-based, by score before rules and limits; 0 when it is no candidate
  uint32_t final_rank = 0;  // 1-based place in the answer; 0 when not shown
  Suppression reason = Suppression::kCount;  // of an item that is not shown
  uint32_t rule = ~uint32_t{0};              // the rule that hides it
};
// `scratch` and `answer` as Recommend left them for the same model and query, with Detail::kFull. Cost: one
// scan of the candidates.
Standing StandingOf(const Model& model, const Query& query, ItemId item, Scratch& scratch,
                    const Answer& answer);

}  // namespace awase

#endif  // AWASE_ENGINE_ANSWER_ANSWER_H_
