// Best sellers where co-purchase and history run out, labelled as such.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "engine/answer/question.h"

namespace awase {
namespace {

// With boosts a tier's order changes, so its first items are scored before any is taken.
constexpr size_t kBoostedReach = 1000;

class Tier {
 public:
  Tier(const Question& q, Source source, size_t wanted)
      : q_(q), source_(source), wanted_(wanted), boosted_(HasBoost(q)) {}

  // Considers one best seller; false when the tier needs no more.
  bool Offer(uint32_t item) {
    Scratch& s = q_.scratch;
    if (Full()) return false;
    if (item >= s.items) return true;
    const uint32_t place = s.Place(item);
    if (place >= s.anchors && place < s.candidates && HasScore(place)) return true;
    if (s.mark[place] & kMarkTaken) return true;
    uint32_t rule = kNoRule;
    const float popularity = PopularityOf(q_, item);
    const Suppression gate = GateAt(q_, place, &rule);
    s.mark[place] |= kMarkTaken;
    if (gate != kPasses) {
      Suppress(q_, item, popularity, gate, rule);
    } else if (boosted_) {
      s.tier.push_back(KeyOf(popularity * BoostOf(q_, item, &rule), item));
    } else {
      Take(item, popularity);
    }
    return !Full();
  }

  void Finish() {
    std::vector<uint64_t>& keys = q_.scratch.tier;
    std::sort(keys.begin(), keys.end(), std::greater<>());
    for (const uint64_t key : keys) {
      if (q_.answer.results.size() < wanted_) {
        Take(ItemOf(key), ScoreOf(key));
      } else {
        Suppress(q_, ItemOf(key), ScoreOf(key), Suppression::kOutranked);
      }
    }
    keys.clear();
  }

 private:
  bool Full() const {
    return boosted_ ? q_.scratch.tier.size() == kBoostedReach : q_.answer.results.size() == wanted_;
  }
  // Whether the candidate was ranked, so that its fate is known.
  bool HasScore(uint32_t place) const { return PartsAt(q_, place).Sum() > 0; }

  void Take(uint32_t item, float score) {
    if (!TakeCategory(q_, item)) return Suppress(q_, item, score, Suppression::kCategoryLimit);
    // Below everything that was really linked to the question, and in the order of the list.
    std::vector<Result>& results = q_.answer.results;
    if (!results.empty()) score = std::min(score, std::nextafter(results.back().score, 0.0f));
    Result result{.item = ItemId{item},
                  .score = score,
                  .source = source_,
                  .co_purchase = 0,
                  .personal = 0,
                  .popularity = PopularityOf(q_, item)};
    result.boost = BoostOf(q_, item, &result.rule);
    results.push_back(result);
  }

  const Question& q_;
  Source source_;
  size_t wanted_;
  bool boosted_;
};

// One from each anchor's category in turn, categories by their numbers.
void OfferCategories(const Question& q, size_t wanted) {
  Tier tier(q, Source::kCategoryPopularity, wanted);
  bool more = true;
  for (size_t rank = 0; more; ++rank) {
    more = false;
    for (const uint32_t category : q.scratch.anchor_categories) {
      const std::span<const uint32_t> best = q.model.best_sellers(category);
      if (rank >= best.size()) continue;
      if (!tier.Offer(best[rank])) return tier.Finish();
      more = true;
    }
  }
  tier.Finish();
}

void OfferStore(const Question& q, size_t wanted) {
  Tier tier(q, Source::kStorePopularity, wanted);
  for (const uint32_t item : q.model.best_sellers()) {
    if (!tier.Offer(item)) break;
  }
  tier.Finish();
}

}  // namespace

void FallBack(const Question& q) {
  const size_t wanted = q.query.max_results - q.scratch.pinned.size();
  if (q.query.fallback == Fallback::kNone || q.answer.results.size() >= wanted) return;
  // The best sellers of an anchor's category are its substitutes.
  if (!q.query.exclude_substitutes) OfferCategories(q, wanted);
  if (q.query.fallback != Fallback::kPopularity || q.answer.results.size() >= wanted) return;
  OfferStore(q, wanted);
}

}  // namespace awase
