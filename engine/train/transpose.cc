#include "engine/train/transpose.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <span>

#include "absl/strings/str_cat.h"

#include "engine/kernels/measures.h"
#include "engine/kernels/stream.h"
#include "engine/train/bitmaps.h"
#include "engine/train/memory.h"
#include "engine/train/pairs.h"
#include "engine/train/pieces.h"
#include "engine/train/runs.h"
#include "engine/train/squares.h"

namespace awase {
namespace {

// Pieces of about equal size that no owner spans: begin of each in `selected`, and the end.
std::vector<size_t> CutAtOwners(const Units& units, const LargeVector<Selected>& selected, unsigned pieces) {
  std::vector<size_t> cuts{0};
  for (unsigned piece = 1; piece < pieces; ++piece) {
    size_t at = std::max(cuts.back(), selected.size() * piece / pieces);
    while (at > 0 && at < selected.size() &&
           units.owner[selected[at].unit] == units.owner[selected[at - 1].unit])
      ++at;
    cuts.push_back(at);
  }
  cuts.push_back(selected.size());
  return cuts;
}

// Items by piece and item: in how many of the piece's baskets.
std::vector<std::vector<uint32_t>> CountFrequencies(const Units& units, const LargeVector<Selected>& selected,
                                                    const std::vector<size_t>& cuts, uint32_t items) {
  std::vector<std::vector<uint32_t>> frequencies(cuts.size() - 1);
  tbb::parallel_for(size_t{0}, frequencies.size(), [&](size_t piece) {
    std::vector<uint32_t>& frequency = frequencies[piece];
    frequency.assign(items, 0);
    const auto baskets = std::span(selected).subspan(cuts[piece], cuts[piece + 1] - cuts[piece]);
    ForEachRun(units, baskets, [&](size_t first, size_t end) {
      for (const ItemId item : ItemsOfRun(units, baskets[first], baskets[end - 1])) ++frequency[Index(item)];
    });
  });
  return frequencies;
}

// Labels by the number of baskets, most first: a counting sort, stable in the item. Fills visit_offsets and
// pairs_per_visit.
void NumberLabels(const std::vector<std::vector<uint32_t>>& frequencies, uint32_t items, Population& p) {
  std::vector<uint32_t> frequency(items, 0);
  for (const auto& piece : frequencies) {
    for (uint32_t item = 0; item < items; ++item) frequency[item] += piece[item];
  }
  const uint32_t highest = items == 0 ? 0 : *std::max_element(frequency.begin(), frequency.end());
  std::vector<uint32_t> starts(size_t{highest} + 2, 0);
  for (const uint32_t f : frequency) ++starts[highest - f + 1];
  for (size_t s = 1; s < starts.size(); ++s) starts[s] += starts[s - 1];
  p.label_of.assign(items, kNoLabel);
  p.item_of.resize(starts[highest]);
  for (uint32_t item = 0; item < items; ++item) {
    if (frequency[item] == 0) continue;
    p.label_of[item] = starts[highest - frequency[item]]++;
    p.item_of[p.label_of[item]] = item;
  }
  p.visit_offsets.assign(size_t{p.columns()} + 1, 0);
  for (uint32_t label = 0; label < p.columns(); ++label) {
    p.visit_offsets[label + 1] = p.visit_offsets[label] + frequency[p.item_of[label]];
  }
  const uint64_t visits = p.visit_offsets.back();
  p.pairs_per_visit = visits == 0 ? 0 : static_cast<double>(p.pairs) / static_cast<double>(visits);
}

// Whether the hot labels should be bits: a purchase of one costs less as a bit, each visit and each row cost
// more, in the time of one label that is added. Not where all labels will be (asked before the words are
// known: close to a memory limit it may be neither).
bool HotLabelsPay(const Population& p, const TrainOptions& options, unsigned threads) {
  constexpr double kSavedALabel = 0.9, kRowCost = 60;
  const double visit_cost = Weighs(options) ? 3 : 1.5;
  if (p.by_customer || p.columns() < 4 * kernels::kHotLabels) return false;
  // As a bit a purchase takes no word: visits would no longer be fewer than words.
  if (p.visit_offsets.back() >= kernels::kSameOwner) return false;
  const auto purchases = static_cast<double>(p.visit_offsets.back());
  const double share = static_cast<double>(p.visit_offsets[kernels::kHotLabels]) / purchases;
  const double saved = purchases * (share * p.pairs_per_visit * kSavedALabel - visit_cost);
  if (saved < kRowCost * p.columns() || p.square_chunks > 0 || BitsPay(p, options, threads)) return false;
  const TrainSize size{p.visit_offsets.back(), p.baskets, p.label_of.size()};
  return FitsBeside(HotBytes(p.baskets), size, options, threads);
}

// Words of the stream without those that are skipped; less than as many are.
uint64_t WordsOf(const Population& p) {
  const uint64_t purchases = p.visit_offsets.back();
  const uint64_t hots = p.hot ? p.visit_offsets[kernels::kHotLabels] : 0;
  const uint64_t tails = purchases - p.visit_offsets[std::min(p.columns(), kernels::kHeadLabels)];
  return uint64_t{kernels::HeaderWords(p.hot)} * p.baskets + purchases - hots + tails;
}

// Words that baskets take from the begin of a line on; how many of their labels are of a kind are differences
// of running counts.
uint64_t MeasureBaskets(const Units& units, const Population& p, std::span<const Selected> selected) {
  constexpr uint8_t kTail = 1, kHot = 2;
  std::vector<uint8_t> kind(p.label_of.size());
  for (size_t item = 0; item < kind.size(); ++item) {
    const uint32_t label = p.label_of[item];
    kind[item] = label >= kernels::kHeadLabels ? kTail : p.hot && label < kernels::kHotLabels ? kHot : 0;
  }
  std::vector<uint32_t> before;  // hot << 16 | tails, neither of which reaches 2^16 within a run
  uint64_t free = 0;
  ForEachRun(units, selected, [&](size_t first, size_t end) {
    const auto items = ItemsOfRun(units, selected[first], selected[end - 1]);
    if (before.size() <= items.size()) before.resize(items.size() + 1);
    uint32_t found = 0;
    for (size_t k = 0; k < items.size(); ++k) {
      before[k] = found;
      const uint32_t is = kind[Index(items[k])];
      found += (is & kTail) + (is / kHot << 16);
    }
    before[items.size()] = found;
    for (size_t s = first, at = 0; s < end; ++s) {
      const uint32_t before_it = before[at];
      at += selected[s].size;
      const uint32_t in_basket = before[at] - before_it, tails = in_basket & 0xffff, hots = in_basket >> 16;
      const uint32_t words = kernels::BasketWords(p.hot, selected[s].size - tails - hots, tails);
      free = kernels::PlaceBasket(p.hot, free, words) + words;
    }
  });
  return (free + kernels::kLineWords - 1) / kernels::kLineWords * kernels::kLineWords;
}

// The words that each piece will write, one behind the other; sets p.words.
void Measure(const Units& units, std::vector<PieceOfBaskets>& pieces, Population& p) {
  tbb::parallel_for(size_t{0}, pieces.size(),
                    [&](size_t i) { pieces[i].end_word = MeasureBaskets(units, p, pieces[i].selected); });
  p.words = 0;
  for (PieceOfBaskets& piece : pieces) {
    piece.first_word = p.words;
    p.words = piece.end_word += p.words;
  }
}

// Makes room for the stream. What one piece writes need not be measured, only be sure to fit.
absl::Status LayOut(const Units& units, std::vector<PieceOfBaskets>& pieces, Population& p) {
  constexpr uint64_t kMost = kernels::kSameOwner - 1;
  p.words = 2 * WordsOf(p) + kernels::kLineWords;
  if (pieces.size() > 1 || p.words > kMost) {
    Measure(units, pieces, p);
    if (p.hot && p.words > kMost) {  // without bits it may fit
      p.hot = false;
      Measure(units, pieces, p);
    }
  }
  if (p.words > kMost) {
    return absl::ResourceExhaustedError(
        absl::StrCat("training: baskets of at most 2147483647 words of 16 bits (a purchase is one, beyond "
                     "65536 items two; a basket three and a half), got ",
                     p.words, "; choose a shorter period"));
  }
  p.stream = Buffer<uint16_t>(p.words + kernels::kStreamSlack, 2 * WordsOf(p) > 2 * kHugePage);
  return absl::OkStatus();
}

// Where the visits of each piece go: in the list of a label, piece after piece.
void PlaceVisits(const Population& p, const std::vector<std::vector<uint32_t>>& frequencies, bool tallies,
                 std::vector<PieceOfBaskets>& pieces) {
  for (PieceOfBaskets& piece : pieces) {
    piece.nexts.resize(tallies ? 0 : p.columns());
    piece.tallies.resize(tallies ? p.columns() : 0);
    piece.upper_weights.resize(piece.tallies.size());
  }
  for (uint32_t label = 0; label < p.columns(); ++label) {
    auto at = static_cast<uint32_t>(p.visit_offsets[label]);  // below 2^31, as words are
    for (size_t i = 0; i < pieces.size(); ++i) {
      if (tallies) {
        pieces[i].tallies[label] = {at, kNoLabel, 0, 0};
      } else {
        pieces[i].nexts[label] = at;
      }
      at += frequencies[i][p.item_of[label]];
    }
  }
}

// Weights, units and customers of each label, once all visits are there.
void SumSupports(const TrainOptions& options, const std::vector<PieceOfBaskets>& pieces, Population& p) {
  p.weight_of.assign(p.columns(), 0);
  p.units_of.resize(p.columns());
  p.customers_of.resize(p.columns());
  for (uint32_t label = 0; label < p.columns(); ++label) {
    const auto visits = static_cast<uint32_t>(p.visit_offsets[label + 1] - p.visit_offsets[label]);
    p.customers_of[label] = visits;
    for (const PieceOfBaskets& piece : pieces) {
      if (piece.tallies.empty()) continue;
      const LabelTally& tally = piece.tallies[label];
      p.weight_of[label] += (uint64_t{piece.upper_weights[label]} << 32) + tally.weight;
      p.customers_of[label] -= tally.repeats;
    }
    p.units_of[label] = p.by_customer ? p.customers_of[label] : visits;
    if (!Weighs(options))
      p.weight_of[label] = p.units_of[label] * static_cast<uint64_t>(kernels::kWeightScale);
  }
}

// Relabelled baskets, the visits of each label, and supports; all pieces at once.
absl::Status FillBothOrientations(const Units& units, const TrainOptions& options,
                                  LargeVector<Selected>& selected, const std::vector<size_t>& cuts,
                                  const std::vector<std::vector<uint32_t>>& frequencies, Population& p) {
  std::vector<PieceOfBaskets> pieces(cuts.size() - 1);
  for (size_t i = 0; i < pieces.size(); ++i) {
    pieces[i].selected = std::span(selected).subspan(cuts[i], cuts[i + 1] - cuts[i]);
    pieces[i].first_basket = static_cast<uint32_t>(cuts[i]);
    pieces[i].first_word = 0;
  }
  if (absl::Status status = LayOut(units, pieces, p); !status.ok()) return status;
  p.visits = Buffer<uint32_t>(p.visit_offsets.back());
  PlaceVisits(p, frequencies, Weighs(options) || units.known_owners > 0, pieces);
  tbb::parallel_for(size_t{0}, pieces.size(), [&](size_t i) { WriteBaskets(units, pieces[i], p); });
  p.words = pieces.back().end_word;
  std::fill_n(p.stream.data() + p.words, kernels::kStreamSlack, uint16_t{0});
  SumSupports(options, pieces, p);
  return absl::OkStatus();
}

}  // namespace

absl::Status Transpose(const Units& units, uint32_t items, const TrainOptions& options,
                       LargeVector<Selected>& selected, unsigned pieces, Population& p) {
  const std::vector<size_t> cuts = CutAtOwners(units, selected, pieces);
  const auto frequencies = CountFrequencies(units, selected, cuts, items);
  NumberLabels(frequencies, items, p);
  p.baskets = static_cast<uint32_t>(selected.size());
  if (PairsPay(p, options, pieces)) {
    ListSmall(units, options, selected, p);
    return absl::OkStatus();
  }
  p.square_chunks = SquareChunks(p, options, pieces);
  p.numbered = VisitsAreNumbers(p, options);
  p.hot = HotLabelsPay(p, options, pieces);
  return FillBothOrientations(units, options, selected, cuts, frequencies, p);
}

}  // namespace awase
