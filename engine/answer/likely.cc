// The common question without looking at every candidate: which ones can be among the best is known from
// co-purchase and history alone, since popularity adds at most its weight. Only those are gated and ranked.
#include <algorithm>
#include <array>
#include <bit>

#include "engine/answer/question.h"

namespace awase {
namespace {

// Bins of a positive float's upper bits: 8 to the octave, 32 octaves down from the largest possible value.
constexpr uint32_t kShift = 20, kBins = 256;

// Score without popularity, of every candidate; in s.likely by place.
void AddUp(const Question& q) {
  Scratch& s = q.scratch;
  const float* const together = s.together.get();
  const float* const personal = s.personal.get();
  float* const likely = s.likely.get();
  const uint32_t begin = s.anchors, end = s.candidates;
  const float scale = s.together_scale, personal_scale = s.personal_scale, weight = q.query.blend.personal;
  for (uint32_t place = begin; place < end; ++place) likely[place] = together[place] * scale;
  if (personal_scale == 0) return;
  for (uint32_t place = begin; place < end; ++place)
    likely[place] += weight * (personal[place] * personal_scale);
}

// A value that at least `wanted` candidates reach, as large as the bins tell; 0 when there is none.
float ReachedBy(const Scratch& s, uint32_t wanted, float largest) {
  // Two sets of counters, so that equal bins in a row do not wait for each other.
  std::array<uint32_t, 2 * kBins> counts{};
  const auto first =
      static_cast<int32_t>(std::bit_cast<uint32_t>(largest) >> kShift) - static_cast<int32_t>(kBins - 1);
  const auto bin_of = [&](uint32_t place) {
    const auto bin = static_cast<int32_t>(std::bit_cast<uint32_t>(s.likely[place]) >> kShift) - first;
    return static_cast<uint32_t>(std::clamp(bin, 0, static_cast<int32_t>(kBins - 1)));
  };
  uint32_t place = s.anchors;
  for (; place + 2 <= s.candidates; place += 2) {
    ++counts[bin_of(place)];
    ++counts[kBins + bin_of(place + 1)];
  }
  if (place < s.candidates) ++counts[bin_of(place)];
  uint32_t bin = kBins, above = 0;
  while (bin > 1 && above < wanted) {
    --bin;
    above += counts[bin] + counts[kBins + bin];
  }
  if (above < wanted || first + static_cast<int32_t>(bin) <= 0) return 0;
  return std::bit_cast<float>((static_cast<uint32_t>(first) + bin) << kShift);
}

// Keys of the candidates whose score is at least `reached`, in s.keys; looks at those from `least` up. Which
// candidates these are cannot be guessed, so both loops write each and step on only where it counts.
uint32_t KeepClose(const Question& q, float least, float reached) {
  Scratch& s = q.scratch;
  uint32_t close = 0;
  for (uint32_t place = s.anchors; place < s.candidates; ++place) {
    s.keys[close] = place;
    close += s.likely[place] >= least;
  }
  const uint32_t* const sales = q.model.recent_sales().data();
  uint32_t kept = 0;
  for (uint32_t i = 0; i < close; ++i) {
    const auto place = static_cast<uint32_t>(s.keys[i]);
    const uint32_t item = s.item_at[place];
    const float score =
        s.likely[place] + q.query.blend.popularity * (static_cast<float>(sales[item]) * s.sales_scale);
    s.keys[kept] = KeyOf(score, item);
    kept += score >= reached;
  }
  return kept;
}

}  // namespace

bool GatherLikely(const Question& q, uint32_t wanted) {
  Scratch& s = q.scratch;
  if (q.detail == Detail::kFull || q.query.max_per_category != 0 || HasBoost(q)) return false;
  if (s.candidates - s.anchors <= 2 * wanted) return false;
  AddUp(q);
  const float most_popular = q.query.blend.popularity * 1.00001f;
  // Some of the best will not pass a gate.
  const float reached = ReachedBy(s, wanted + wanted / 2 + 8, 1.00001f + q.query.blend.personal * 1.00001f);
  // A little lower than popularity can lift, for what rounding may add. Below `reached` nothing is among the
  // best as long as enough of those who reach it pass.
  const float least = (reached - most_popular) * 0.99999f;
  if (!(least > 0)) return false;
  const uint32_t close = KeepClose(q, least, reached);
  uint32_t sure = 0;
  for (uint32_t i = 0; i < close; ++i) {
    const uint64_t key = s.keys[i];
    const uint32_t place = s.Find(ItemOf(key));
    uint32_t rule = kNoRule;
    if ((s.mark[place] & kMarkTaken) || GateAt(q, place, &rule) != kPasses) continue;
    s.keys[s.passed++] = key;
    sure += s.likely[place] >= reached;
  }
  if (sure >= wanted) return true;
  s.passed = 0;
  return false;
}

}  // namespace awase
