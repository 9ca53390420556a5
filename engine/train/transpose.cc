#include "engine/train/transpose.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>
#include <utility>

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

// What one piece knows of an item while it is read, in one place.
struct ItemTally {
  uint32_t label;
  uint32_t last_owner;
  uint64_t weight;
};

// A visit on its way to the list of its label.
struct Mail {
  uint32_t label;
  uint32_t visit;
};

// Labels in groups of about equal traffic: eighths of powers of two, since popularity falls like Zipf's.
// Visits are sorted into groups first, so that neither pass writes to more places than the first-level cache
// holds.
uint32_t GroupOf(uint32_t label) {
  return (std::bit_cast<uint32_t>(static_cast<float>(label + 1)) >> 20) - (127u << 3);
}

// Items by piece and item: in how many of the piece's baskets.
std::vector<std::vector<uint32_t>> CountFrequencies(const Units& units, const std::vector<Selected>& selected,
                                                    const std::vector<size_t>& cuts, uint32_t items) {
  std::vector<std::vector<uint32_t>> frequencies(cuts.size() - 1);
  tbb::parallel_for(size_t{0}, frequencies.size(), [&](size_t piece) {
    std::vector<uint32_t>& frequency = frequencies[piece];
    frequency.assign(items, 0);
    for (size_t s = cuts[piece]; s < cuts[piece + 1]; ++s) {
      for (const ItemId item : units.by_unit[BasketId{selected[s].unit}]) ++frequency[Index(item)];
    }
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

// Labels where each group begins, and the end.
std::vector<uint32_t> GroupBegins(uint32_t columns) {
  std::vector<uint32_t> begins{0};
  for (uint32_t label = 0; label < columns; ++label) {
    while (begins.size() <= GroupOf(label)) begins.push_back(label);
  }
  begins.push_back(columns);
  return begins;
}

// One piece of the baskets: where its words and its mail of each group go.
struct PieceOfBaskets {
  std::span<const Selected> selected;
  uint32_t first_basket;
  uint64_t first_word, end_word;  // whole lines
  std::vector<uint64_t> mail;     // by group: next place; begin when it starts
  std::vector<ItemTally> items;
};

// Labels of one pass over the stream.
struct Tile {
  uint32_t begin, end;
  uint64_t base;  // where its visits begin
  bool first;     // the pass that also counts the weights
};

// Counts the tail labels of the baskets of one piece, and the words that it takes from the begin of a line
// on.
uint64_t MeasurePiece(const Units& units, const Population& p, std::span<Selected> selected) {
  const bool tails = p.columns() > kernels::kHeadLabels;
  std::vector<uint8_t> is_tail(tails ? p.label_of.size() : 0);
  for (size_t item = 0; item < is_tail.size(); ++item)
    is_tail[item] = p.label_of[item] >= kernels::kHeadLabels;
  uint64_t at = 0;
  for (Selected& s : selected) {
    uint32_t found = 0;
    if (tails) {
      for (const ItemId item : units.by_unit[BasketId{s.unit}]) found += is_tail[Index(item)];
    }
    s.tails = static_cast<uint16_t>(found);
    const uint32_t words = kernels::BasketWords(s.size - found, found);
    at = kernels::PlaceBasket(at, words) + words;
  }
  return (at + kernels::kLineWords - 1) / kernels::kLineWords * kernels::kLineWords;
}

// Writes the baskets of one piece into the stream, and its visits of the tile's labels as mail.
void WriteStream(const Units& units, const TrainOptions& options, const Tile& tile, PieceOfBaskets& piece,
                 Mail* mail, Population& p) {
  uint64_t free = piece.first_word;
  const bool weighs = tile.first && (options.damping != 0 || options.half_life_days != 0);
  std::vector<uint32_t> tail(size_t{options.max_basket} + 1);
  for (size_t s = 0; s < piece.selected.size(); ++s) {
    const auto basket = static_cast<uint32_t>(piece.first_basket + s);
    const Selected& chosen = piece.selected[s];
    const uint32_t weight = chosen.less + 1u, heads = chosen.size - chosen.tails;
    const uint32_t words = kernels::BasketWords(heads, chosen.tails);
    const uint64_t at = kernels::PlaceBasket(free, words);
    std::fill(&p.stream[free], &p.stream[at], uint16_t{0});
    free = at + words;
    const uint32_t owner = units.owner[chosen.unit];
    const bool alone = owner >= units.known_owners;  // nobody else's baskets to tell apart
    if (p.by_customer) p.dated[basket].position = static_cast<uint32_t>(at);
    const auto visit = static_cast<uint32_t>(p.by_customer ? basket : at);
    uint16_t* head = kernels::WriteHeader(weight, heads, chosen.tails, &p.stream[at]);
    uint32_t tails = 0;
    for (const ItemId item : units.by_unit[BasketId{chosen.unit}]) {
      ItemTally& tally = piece.items[Index(item)];
      const bool is_tail = tally.label >= kernels::kHeadLabels;
      if (!is_tail) *head++ = static_cast<uint16_t>(tally.label);
      if (is_tail) tail[tails++] = tally.label;
      bool again = false;
      if (!alone) {
        again = tally.last_owner == owner;
        tally.last_owner = owner;
      }
      if (weighs) tally.weight += p.by_customer && again ? 0 : weight;
      if (tally.label - tile.begin >= tile.end - tile.begin) continue;
      // With unit customer the flag only says that the owner is not new; it is taken off when the mail is
      // sorted.
      mail[piece.mail[GroupOf(tally.label)]++ - tile.base] = {tally.label,
                                                              again ? visit | kernels::kSameOwner : visit};
    }
    std::memcpy(head, tail.data(), 4 * size_t{tails});
  }
  std::fill(&p.stream[free], &p.stream[piece.end_word], uint16_t{0});
}

// Puts the mail of one group into the lists of its labels, piece after piece, and counts owners.
void SortMail(uint32_t begin, uint32_t end, std::span<const Mail> mail, Population& p) {
  std::vector<uint64_t> next(p.visit_offsets.begin() + begin, p.visit_offsets.begin() + end);
  const uint32_t keep = p.by_customer ? ~kernels::kSameOwner : ~uint32_t{0};
  for (const auto& [label, visit] : mail) {
    p.visits[next[label - begin]++] = visit & keep;
    p.customers_of[label] += (visit & kernels::kSameOwner) == 0;
  }
}

// Pieces with the words and the mail that each will write, one behind the other; sets p.words.
std::vector<PieceOfBaskets> LayOut(const Units& units, std::vector<Selected>& selected,
                                   const std::vector<size_t>& cuts,
                                   const std::vector<std::vector<uint32_t>>& frequencies,
                                   const std::vector<uint32_t>& groups, Population& p) {
  std::vector<PieceOfBaskets> pieces(cuts.size() - 1);
  tbb::parallel_for(size_t{0}, pieces.size(), [&](size_t i) {
    const auto selection = std::span(selected).subspan(cuts[i], cuts[i + 1] - cuts[i]);
    pieces[i].selected = selection;
    pieces[i].end_word = MeasurePiece(units, p, selection);
  });
  for (size_t i = 0; i < pieces.size(); ++i) {
    pieces[i].first_basket = static_cast<uint32_t>(cuts[i]);
    pieces[i].first_word = p.words;
    p.words = pieces[i].end_word += p.words;
    pieces[i].mail.assign(groups.size() - 1, 0);
    for (size_t item = 0; item < p.label_of.size(); ++item) {
      if (p.label_of[item] != kNoLabel) pieces[i].mail[GroupOf(p.label_of[item])] += frequencies[i][item];
    }
  }
  for (size_t g = 0; g + 1 < groups.size(); ++g) {  // by group, then by piece
    uint64_t at = p.visit_offsets[groups[g]];
    for (PieceOfBaskets& piece : pieces) at += std::exchange(piece.mail[g], at);
  }
  return pieces;
}

// One pass: the stream, and the visits of the labels of the groups [first_group, end_group).
void FillTile(const Units& units, const TrainOptions& options, const std::vector<uint32_t>& groups,
              size_t first_group, size_t end_group, std::vector<PieceOfBaskets>& pieces, Population& p) {
  const uint64_t base = p.visit_offsets[groups[first_group]];
  const Tile tile{groups[first_group], groups[end_group], base, first_group == 0};
  Buffer<Mail> mail(p.visit_offsets[groups[end_group]] - base);
  tbb::parallel_for(size_t{0}, pieces.size(), [&](size_t i) {
    std::vector<ItemTally>& tallies = pieces[i].items;
    tallies.resize(p.label_of.size());
    for (size_t item = 0; item < tallies.size(); ++item) {
      tallies[item] = {p.label_of[item], kNoLabel, tallies[item].weight};
    }
    WriteStream(units, options, tile, pieces[i], mail.data(), p);
  });
  tbb::parallel_for(first_group, end_group, [&](size_t group) {
    const uint64_t begin = p.visit_offsets[groups[group]] - base,
                   end = p.visit_offsets[groups[group + 1]] - base;
    SortMail(groups[group], groups[group + 1], {mail.data() + begin, mail.data() + end}, p);
  });
}

// Weights and units of each label, once all visits are there.
void SumSupports(const TrainOptions& options, const std::vector<PieceOfBaskets>& pieces, Population& p) {
  p.weight_of.assign(p.columns(), 0);
  p.units_of.resize(p.columns());
  for (uint32_t label = 0; label < p.columns(); ++label) {
    const auto visits = static_cast<uint32_t>(p.visit_offsets[label + 1] - p.visit_offsets[label]);
    p.units_of[label] = p.by_customer ? p.customers_of[label] : visits;
    for (const PieceOfBaskets& piece : pieces) p.weight_of[label] += piece.items[p.item_of[label]].weight;
    if (options.damping == 0 && options.half_life_days == 0) {
      p.weight_of[label] = p.units_of[label] * static_cast<uint64_t>(kernels::kWeightScale);
    }
  }
}

// Relabelled baskets, the visits of each label, and supports; all pieces at once.
absl::Status FillBothOrientations(const Units& units, const TrainOptions& options,
                                  std::vector<Selected>& selected, const std::vector<size_t>& cuts,
                                  const std::vector<std::vector<uint32_t>>& frequencies, unsigned passes,
                                  Population& p) {
  const std::vector<uint32_t> groups = GroupBegins(p.columns());
  std::vector<PieceOfBaskets> pieces = LayOut(units, selected, cuts, frequencies, groups, p);
  if (p.words >= kernels::kSameOwner) {
    return absl::ResourceExhaustedError(
        absl::StrCat("training: baskets of at most 2147483647 words of 16 bits (a purchase is one, beyond "
                     "65536 items two; a basket three and a half), got ",
                     p.words, "; choose a shorter period"));
  }
  p.baskets = static_cast<uint32_t>(selected.size());
  p.stream = Buffer<uint16_t>(p.words + kernels::kStreamSlack);
  std::fill_n(p.stream.data() + p.words, kernels::kStreamSlack, uint16_t{0});
  p.visits = Buffer<uint32_t>(p.visit_offsets.back());
  p.customers_of.assign(p.columns(), 0);
  const uint64_t most = p.visit_offsets.back() / passes + 1;
  for (size_t begin = 0, end = 0; begin + 1 < groups.size(); begin = end) {
    const uint64_t base = p.visit_offsets[groups[begin]];
    for (end = begin + 1; end + 1 < groups.size() && p.visit_offsets[groups[end + 1]] - base <= most;) ++end;
    FillTile(units, options, groups, begin, end, pieces, p);
  }
  SumSupports(options, pieces, p);
  return absl::OkStatus();
}

}  // namespace

absl::Status Transpose(const Units& units, uint32_t items, const TrainOptions& options,
                       std::vector<Selected>& selected, unsigned pieces, unsigned passes, Population& p) {
  const std::vector<size_t> cuts = CutAtOwners(units, selected, pieces);
  const auto frequencies = CountFrequencies(units, selected, cuts, items);
  NumberLabels(frequencies, items, p);
  return FillBothOrientations(units, options, selected, cuts, frequencies, passes, p);
}

}  // namespace awase
