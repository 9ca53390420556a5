// One piece of the baskets on its way into both orientations of a population.
#ifndef AWASE_ENGINE_TRAIN_PIECES_H_
#define AWASE_ENGINE_TRAIN_PIECES_H_

#include <cstdint>
#include <span>
#include <vector>

#include "engine/history/history.h"
#include "engine/train/population.h"
#include "engine/train/transpose.h"

namespace awase {

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

// One piece of the baskets: where its words go, and what it keeps by item.
struct PieceOfBaskets {
  std::span<const Selected> selected;
  uint32_t first_basket;
  uint64_t first_word, end_word;  // whole lines
  std::vector<Place> places;
  std::vector<ItemTally> tallies;  // empty where nothing weighs and nobody comes twice
};

// Writes the baskets of one piece into the stream and its visits into the lists of their labels.
void WriteBaskets(const Units& units, PieceOfBaskets& piece, Population& p);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_PIECES_H_
