#include "engine/train/transpose.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "absl/strings/str_cat.h"

#include "engine/kernels/measures.h"
#include "engine/kernels/stream.h"

namespace awase {
namespace {

// Pieces of about equal size that no owner spans: begin of each in `selected`, and the end.
std::vector<size_t> CutAtOwners(const Units& units, const std::vector<Selected>& selected, unsigned pieces) {
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

// Where the next visit of an item goes: to the list of its label.
struct Place {
  uint32_t label;
  uint32_t next;
};

// What one piece knows of an item besides, where baskets weigh or have owners to tell apart.
struct ItemTally {
  uint64_t weight = 0;
  uint32_t last_owner = kNoLabel;
  uint32_t repeats = 0;  // baskets whose owner had it before
};

bool Weighs(const TrainOptions& options) { return options.damping != 0 || options.half_life_days != 0; }

// Purchases of a run, unless one basket has more.
constexpr uint64_t kRun = 4096;

// Calls visit(first, end) for runs of baskets whose purchases stand one behind the other: a loop over
// purchases guesses the end of a run wrong, not that of each basket.
template <class Visit>
void ForEachRun(const Units& units, std::span<const Selected> selected, const Visit& visit) {
  const uint64_t* const offsets = units.by_unit.offsets.data();
  for (size_t first = 0, end = 0; first < selected.size(); first = end) {
    const uint64_t most = offsets[selected[first].unit] + kRun;
    do {
      ++end;
    } while (end < selected.size() && selected[end].unit == selected[end - 1].unit + 1 &&
             offsets[selected[end].unit + 1] <= most);
    visit(first, end);
  }
}

std::span<const ItemId> ItemsOfRun(const Units& units, const Selected& first, const Selected& last) {
  const uint64_t* const offsets = units.by_unit.offsets.data();
  return {units.by_unit.values.data() + offsets[first.unit],
          units.by_unit.values.data() + offsets[last.unit + 1]};
}

// Items by piece and item: in how many of the piece's baskets.
std::vector<std::vector<uint32_t>> CountFrequencies(const Units& units, const std::vector<Selected>& selected,
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

// Labels by the number of baskets, most first: a counting sort, stable in the item. Fills visit_offsets.
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
}

// One piece of the baskets: where its words go, and what it keeps by item.
struct PieceOfBaskets {
  std::span<const Selected> selected;
  uint32_t first_basket;
  uint64_t first_word, end_word;  // whole lines
  std::vector<Place> places;
  std::vector<ItemTally> tallies;  // empty where nothing weighs and nobody comes twice
};

// Counts the tail labels of each basket, where there are any: differences of a running count.
void CountTails(const Units& units, const Population& p, std::span<Selected> selected) {
  if (p.columns() <= kernels::kHeadLabels) return;
  std::vector<uint8_t> is_tail(p.label_of.size());
  for (size_t item = 0; item < is_tail.size(); ++item)
    is_tail[item] = p.label_of[item] >= kernels::kHeadLabels;
  std::vector<uint16_t> before;  // modulo 2^16: a basket has fewer
  ForEachRun(units, selected, [&](size_t first, size_t end) {
    const auto items = ItemsOfRun(units, selected[first], selected[end - 1]);
    if (before.size() <= items.size()) before.resize(items.size() + 1);
    uint16_t found = 0;
    for (size_t k = 0; k < items.size(); ++k) {
      before[k] = found;
      found += is_tail[Index(items[k])];
    }
    before[items.size()] = found;
    for (size_t s = first, at = 0; s < end; ++s) {
      const size_t begin = at;
      at += selected[s].size;
      selected[s].tails = static_cast<uint16_t>(before[at] - before[begin]);
    }
  });
}

// Words that the baskets of a piece take from the begin of a line on.
uint64_t MeasurePiece(std::span<const Selected> selected) {
  uint64_t at = 0;
  for (const Selected& s : selected) {
    const uint32_t words = kernels::BasketWords(s.size - s.tails, s.tails);
    at = kernels::PlaceBasket(at, words) + words;
  }
  return (at + kernels::kLineWords - 1) / kernels::kLineWords * kernels::kLineWords;
}

// Words that are cleared at once in place of what each basket skips: that is seldom twice the same length.
constexpr uint64_t kClearedAhead = 2048;

// Returns `end`.
uint64_t Clear(uint64_t begin, uint64_t end, Buffer<uint16_t>& stream) {
  std::fill(stream.data() + begin, stream.data() + end, uint16_t{0});
  return end;
}

// Purchases between the request for the line of a visit and its writing: stores that miss the caches wait for
// each other, requests do not. What says where the visit goes is asked for as long before.
constexpr uint64_t kAhead = 32;

// Puts the visits of one basket into the lists of its labels.
template <bool kTallies>
struct VisitWriter {
  Place* places;
  ItemTally* tallies;
  uint32_t* visits;
  uint64_t ahead;  // kAhead; 0 at the end of the purchases
  uint32_t owner;
  uint32_t visit, weight;              // of an item that is new to the owner,
  uint32_t again_visit, again_weight;  // and of one that is not

  // Returns its label.
  uint32_t Write(const ItemId* item) const {
    __builtin_prefetch(places + Index(item[2 * ahead]), 1);
    if constexpr (kTallies) __builtin_prefetch(tallies + Index(item[2 * ahead]), 1);
    __builtin_prefetch(visits + places[Index(item[ahead])].next, 1);
    Place& place = places[Index(*item)];
    bool again = false;
    if constexpr (kTallies) {
      ItemTally& tally = tallies[Index(*item)];
      again = tally.last_owner == owner;
      tally.last_owner = owner;
      tally.repeats += again;
      tally.weight += again ? again_weight : weight;
    }
    visits[place.next++] = again ? again_visit : visit;
    return place.label;
  }
};

template <bool kTallies>
VisitWriter<kTallies> WriterOf(const Units& units, const Selected& chosen, uint32_t visit,
                               PieceOfBaskets& piece, Population& p) {
  const uint32_t weight = chosen.less + 1u;
  const uint64_t end = units.by_unit.offsets[chosen.unit + 1];
  return {piece.places.data(),
          piece.tallies.data(),
          p.visits.data(),
          end + 2 * kAhead <= units.purchases() ? kAhead : 0,
          units.owner[chosen.unit],
          visit,
          weight,
          p.by_customer ? visit : visit | kernels::kSameOwner,
          p.by_customer ? 0 : weight};
}

// Labels of a basket with tail labels, without a branch on which they are: it would be guessed wrong. `tail`
// is made as large as it has to be.
template <bool kTallies>
void WriteMixedLabels(std::span<const ItemId> items, const VisitWriter<kTallies>& writer, uint16_t* head,
                      std::vector<uint32_t>& tail) {
  if (tail.size() < items.size()) tail.resize(items.size());
  uint32_t tails = 0;
  for (const ItemId& item : items) {
    const uint32_t label = writer.Write(&item);
    const bool is_tail = label >= kernels::kHeadLabels;
    *head = static_cast<uint16_t>(label);
    tail[tails] = label;
    head += !is_tail;
    tails += is_tail;
  }
  std::memcpy(head, tail.data(), 4 * size_t{tails});
}

// Writes the baskets of one piece into the stream and its visits into the lists of their labels.
template <bool kTallies>
void WriteBaskets(const Units& units, PieceOfBaskets& piece, Population& p) {
  std::vector<uint32_t> tail;
  uint64_t free = piece.first_word, cleared = free;
  for (size_t s = 0; s < piece.selected.size(); ++s) {
    const Selected& chosen = piece.selected[s];
    const uint32_t heads = chosen.size - chosen.tails;
    const uint32_t words = kernels::BasketWords(heads, chosen.tails);
    const uint64_t at = kernels::PlaceBasket(free, words);
    free = at + words;
    if (free > cleared) cleared = Clear(cleared, std::min(free + kClearedAhead, piece.end_word), p.stream);
    const auto basket = static_cast<uint32_t>(piece.first_basket + s);
    if (p.by_customer) p.dated[basket].position = static_cast<uint32_t>(at);
    const auto writer =
        WriterOf<kTallies>(units, chosen, p.by_customer ? basket : static_cast<uint32_t>(at), piece, p);
    const auto items = units.by_unit[BasketId{chosen.unit}];
    uint16_t* head = kernels::WriteHeader(chosen.less + 1u, heads, chosen.tails, &p.stream[at]);
    if (chosen.tails == 0) {
      for (const ItemId& item : items) *head++ = static_cast<uint16_t>(writer.Write(&item));
    } else {
      WriteMixedLabels(items, writer, head, tail);
    }
  }
  Clear(cleared, piece.end_word, p.stream);
}

// Pieces with the words that each will write, one behind the other; sets p.words.
std::vector<PieceOfBaskets> LayOut(const Units& units, std::vector<Selected>& selected,
                                   const std::vector<size_t>& cuts, Population& p) {
  std::vector<PieceOfBaskets> pieces(cuts.size() - 1);
  tbb::parallel_for(size_t{0}, pieces.size(), [&](size_t i) {
    const auto selection = std::span(selected).subspan(cuts[i], cuts[i + 1] - cuts[i]);
    pieces[i].selected = selection;
    CountTails(units, p, selection);
    pieces[i].end_word = MeasurePiece(selection);
  });
  for (size_t i = 0; i < pieces.size(); ++i) {
    pieces[i].first_basket = static_cast<uint32_t>(cuts[i]);
    pieces[i].first_word = p.words;
    p.words = pieces[i].end_word += p.words;
  }
  return pieces;
}

// Where the visits of each piece go: in the list of a label, piece after piece.
void PlaceVisits(const Population& p, const std::vector<std::vector<uint32_t>>& frequencies,
                 std::vector<PieceOfBaskets>& pieces) {
  for (PieceOfBaskets& piece : pieces) piece.places.resize(p.label_of.size());
  for (size_t item = 0; item < p.label_of.size(); ++item) {
    const uint32_t label = p.label_of[item];
    if (label == kNoLabel) continue;
    auto at = static_cast<uint32_t>(p.visit_offsets[label]);  // below 2^31, as the words are
    for (size_t i = 0; i < pieces.size(); ++i) {
      pieces[i].places[item] = {label, at};
      at += frequencies[i][item];
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
      const ItemTally& tally = piece.tallies[p.item_of[label]];
      p.weight_of[label] += tally.weight;
      p.customers_of[label] -= tally.repeats;
    }
    p.units_of[label] = p.by_customer ? p.customers_of[label] : visits;
    if (!Weighs(options))
      p.weight_of[label] = p.units_of[label] * static_cast<uint64_t>(kernels::kWeightScale);
  }
}

// Relabelled baskets, the visits of each label, and supports; all pieces at once.
absl::Status FillBothOrientations(const Units& units, const TrainOptions& options,
                                  std::vector<Selected>& selected, const std::vector<size_t>& cuts,
                                  const std::vector<std::vector<uint32_t>>& frequencies, Population& p) {
  std::vector<PieceOfBaskets> pieces = LayOut(units, selected, cuts, p);
  if (p.words >= kernels::kSameOwner) {
    return absl::ResourceExhaustedError(
        absl::StrCat("training: baskets of at most 2147483647 words of 16 bits (a purchase is one, beyond "
                     "65536 items two; a basket three and a half), got ",
                     p.words, "; choose a shorter period"));
  }
  p.baskets = static_cast<uint32_t>(selected.size());
  p.stream = Buffer<uint16_t>(p.words + kernels::kStreamSlack);
  Clear(p.words, p.stream.size(), p.stream);
  p.visits = Buffer<uint32_t>(p.visit_offsets.back());
  PlaceVisits(p, frequencies, pieces);
  const bool tallies = Weighs(options) || units.known_owners > 0;
  tbb::parallel_for(size_t{0}, pieces.size(), [&](size_t i) {
    if (tallies) pieces[i].tallies.resize(p.label_of.size());
    (tallies ? WriteBaskets<true> : WriteBaskets<false>)(units, pieces[i], p);
  });
  SumSupports(options, pieces, p);
  return absl::OkStatus();
}

}  // namespace

absl::Status Transpose(const Units& units, uint32_t items, const TrainOptions& options,
                       std::vector<Selected>& selected, unsigned pieces, Population& p) {
  const std::vector<size_t> cuts = CutAtOwners(units, selected, pieces);
  const auto frequencies = CountFrequencies(units, selected, cuts, items);
  NumberLabels(frequencies, items, p);
  return FillBothOrientations(units, options, selected, cuts, frequencies, p);
}

}  // namespace awase
