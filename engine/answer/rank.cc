// Candidates in order of their score, as far as they are wanted.
#include <algorithm>
#include <array>
#include <functional>
#include <limits>

#include "engine/answer/question.h"

namespace awase {
namespace {

constexpr float kMaxScore = std::numeric_limits<float>::max();

Source SourceOf(const Parts& parts) {
  return parts.personal > parts.together ? Source::kPersonal : Source::kCoPurchase;
}

Result ResultAt(const Question& q, uint64_t key) {
  const uint32_t item = ItemOf(key);
  const Parts parts = PartsAt(q, q.scratch.Find(item));
  Result result{.item = ItemId{item},
                .score = ScoreOf(key),
                .source = SourceOf(parts),
                .co_purchase = parts.together,
                .personal = parts.personal,
                .popularity = parts.popularity};
  result.boost = BoostOf(q, item, &result.rule);
  return result;
}

// Every candidate passes the gates or is counted by the first that stops it.
void ScoreAll(const Question& q) {
  Scratch& s = q.scratch;
  for (uint32_t place = s.anchors; place < s.candidates; ++place) {
    if (s.mark[place] & kMarkTaken) continue;
    const uint32_t item = s.item_at[place];
    uint32_t rule = kNoRule;
    const float score = PartsAt(q, place).Sum() * BoostOf(q, item, &rule);
    if (!(score > 0) || !(score <= kMaxScore)) continue;
    const Suppression gate = GateAt(q, place, &rule);
    if (gate == kPasses) {
      s.keys[s.passed++] = KeyOf(score, item);
    } else {
      Suppress(q, item, score, gate, gate == Suppression::kHidden ? rule : kNoRule);
    }
  }
}

// Fills the results from s.chosen[from ...) until they are `wanted`, as far as categories allow. Returns how
// many it looked at.
size_t FillByCategory(const Question& q, size_t from, size_t wanted) {
  const std::vector<uint64_t>& chosen = q.scratch.chosen;
  for (; from < chosen.size() && q.answer.results.size() < wanted; ++from) {
    const uint64_t key = chosen[from];
    if (TakeCategory(q, ItemOf(key))) {
      q.answer.results.push_back(ResultAt(q, key));
    } else {
      Suppress(q, ItemOf(key), ScoreOf(key), Suppression::kCategoryLimit);
    }
  }
  return from;
}

// What passed every gate and every limit, but not far enough.
void CountOutranked(const Question& q) {
  Scratch& s = q.scratch;
  const uint64_t limited = q.answer.suppressed[static_cast<size_t>(Suppression::kCategoryLimit)];
  const auto outranked = static_cast<uint32_t>(s.passed - q.answer.results.size() - limited);
  if (q.detail != Detail::kFull) {
    q.answer.suppressed[static_cast<size_t>(Suppression::kOutranked)] += outranked;
    return;
  }
  const auto shown = [&](uint32_t item) {
    for (const Result& result : q.answer.results) {
      if (Index(result.item) == item) return true;
    }
    for (const auto& [key, suppressed] : s.rejected) {
      if (Index(suppressed.item) == item) return true;
    }
    return false;
  };
  const size_t named = q.answer.results.size() + limited;
  KeepBest(s, static_cast<uint32_t>(std::min<size_t>(s.passed, named + 100)));
  for (const uint64_t key : s.chosen) {
    if (!shown(ItemOf(key)))
      s.rejected.emplace_back(key, Answer::Suppressed{ItemId{ItemOf(key)}, Suppression::kOutranked, kNoRule});
  }
  q.answer.suppressed[static_cast<size_t>(Suppression::kOutranked)] += outranked;
}

}  // namespace

Parts PartsAt(const Question& q, uint32_t place) {
  const Scratch& s = q.scratch;
  return {s.together[place] * s.together_scale,
          q.query.blend.personal * (s.personal[place] * s.personal_scale), PopularityOf(q, s.item_at[place])};
}

float PopularityOf(const Question& q, uint32_t item) {
  return q.query.blend.popularity *
         (static_cast<float>(q.model.recent_sales()[item]) * q.scratch.sales_scale);
}

// Histogram selection: scores are positive floats, so their upper bits are logarithmic bins, 16 to the
// octave. The bins above the one of rank `wanted` are kept whole, and only that one needs comparing.
void KeepBest(Scratch& s, uint32_t wanted) {
  s.chosen.clear();
  if (wanted == 0) return;
  uint64_t* const keys = s.keys.get();
  uint64_t floor = 0;
  if (s.passed > 2 * wanted + 128) {
    constexpr uint32_t kShift = 32 + 19, kBins = 256;
    uint64_t top = 0;
    for (uint32_t i = 0; i < s.passed; ++i) top = std::max(top, keys[i]);
    const auto first = static_cast<int64_t>(top >> kShift) - (kBins - 1);
    std::array<uint32_t, kBins> counts{};
    for (uint32_t i = 0; i < s.passed; ++i)
      ++counts[std::max<int64_t>(static_cast<int64_t>(keys[i] >> kShift) - first, 0)];
    uint32_t bin = kBins, above = 0;
    while (above < wanted) above += counts[--bin];
    floor = bin == 0 ? 0 : static_cast<uint64_t>(first + bin) << kShift;
  }
  s.chosen.resize(s.passed);
  size_t kept = 0;
  for (uint32_t i = 0; i < s.passed; ++i) {
    s.chosen[kept] = keys[i];
    kept += keys[i] >= floor;
  }
  s.chosen.resize(kept);
  if (kept > wanted) {
    std::nth_element(s.chosen.begin(), s.chosen.begin() + wanted, s.chosen.end(), std::greater<>());
    s.chosen.resize(wanted);
  }
  std::sort(s.chosen.begin(), s.chosen.end(), std::greater<>());
}

void Rank(const Question& q) {
  Scratch& s = q.scratch;
  const auto wanted = static_cast<uint32_t>(q.query.max_results - s.pinned.size());
  const bool likely = GatherLikely(q, wanted);
  if (!likely) {
    for (uint32_t place = 0; place < s.anchors; ++place) {
      if (s.together[place] > 0) Suppress(q, s.item_at[place], 0, Suppression::kInCart);
    }
    ScoreAll(q);
  }
  KeepBest(s, q.query.max_per_category == 0 ? wanted : 4 * wanted);
  const size_t looked = FillByCategory(q, 0, wanted);
  // Where categories are limited, how far down to look is not known beforehand.
  if (q.answer.results.size() < wanted && looked < s.passed) {
    KeepBest(s, s.passed);
    FillByCategory(q, looked, wanted);
  }
  if (!likely) CountOutranked(q);
}

}  // namespace awase
