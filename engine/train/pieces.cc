#include "engine/train/pieces.h"

#include <algorithm>
#include <cstring>

#include "engine/kernels/row.h"
#include "engine/kernels/stream.h"

namespace awase {
namespace {

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

// Labels of each kind of one basket, on their way.
struct Parted {
  std::vector<uint16_t> heads;
  std::vector<uint32_t> tails;
};

// As WriteMixedLabels, with the hot labels as bits in front.
template <bool kTallies>
void WriteWithHotLabels(std::span<const ItemId> items, const VisitWriter<kTallies>& writer, uint16_t* bits,
                        Parted& parted) {
  if (parted.heads.size() < items.size()) parted.heads.resize(items.size());
  if (parted.tails.size() < items.size()) parted.tails.resize(items.size());
  uint64_t hot = 0;
  uint32_t heads = 0, tails = 0;
  for (const ItemId& item : items) {
    const uint32_t label = writer.Write(&item);
    const bool is_tail = label >= kernels::kHeadLabels, is_hot = label < kernels::kHotLabels;
    parted.heads[heads] = static_cast<uint16_t>(label);
    parted.tails[tails] = label;
    hot |= uint64_t{is_hot} << label % kernels::kHotLabels;
    heads += !(is_tail | is_hot);
    tails += is_tail;
  }
  std::memcpy(bits, &hot, sizeof hot);
  uint16_t* const labels = bits + kernels::kHotWords;
  std::memcpy(labels, parted.heads.data(), 2 * size_t{heads});
  std::memcpy(labels + heads, parted.tails.data(), 4 * size_t{tails});
}

template <bool kTallies, bool kHot>
void Write(const Units& units, PieceOfBaskets& piece, Population& p) {
  Parted parted;
  uint64_t free = piece.first_word, cleared = free;
  for (size_t s = 0; s < piece.selected.size(); ++s) {
    const Selected& chosen = piece.selected[s];
    const uint32_t words = kernels::BasketWords(kHot, chosen.heads(), chosen.tails);
    const uint64_t at = kernels::PlaceBasket(kHot, free, words);
    free = at + words;
    if (free > cleared) cleared = Clear(cleared, std::min(free + kClearedAhead, piece.end_word), p.stream);
    const auto basket = static_cast<uint32_t>(piece.first_basket + s);
    if (p.by_customer) p.dated[basket].position = static_cast<uint32_t>(at);
    const bool numbered = p.by_customer || p.numbered;
    const auto writer =
        WriterOf<kTallies>(units, chosen, numbered ? basket : static_cast<uint32_t>(at), piece, p);
    const auto items = units.by_unit[BasketId{chosen.unit}];
    uint16_t* to = kernels::WriteHeader(chosen.less + 1u, chosen.heads(), chosen.tails, &p.stream[at]);
    if constexpr (kHot) {
      WriteWithHotLabels(items, writer, to, parted);
    } else if (chosen.tails == 0) {
      for (const ItemId& item : items) *to++ = static_cast<uint16_t>(writer.Write(&item));
    } else {
      WriteMixedLabels(items, writer, to, parted.tails);
    }
  }
  Clear(cleared, piece.end_word, p.stream);
}

}  // namespace

void WriteBaskets(const Units& units, PieceOfBaskets& piece, Population& p) {
  if (p.hot) return (piece.tallies.empty() ? Write<false, true> : Write<true, true>)(units, piece, p);
  (piece.tallies.empty() ? Write<false, false> : Write<true, false>)(units, piece, p);
}

}  // namespace awase
