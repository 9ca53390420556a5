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

// What one piece knows of a label where baskets weigh or have owners to tell apart. By label, so that the
// frequent ones share lines; a purchase touches one.
struct alignas(16) LabelTally {
  uint32_t next;  // place of the next visit
  uint32_t last_owner;
  uint32_t repeats;  // baskets whose owner had it before
  uint32_t weight;   // their sum, lower half
};

// One piece of the baskets: where its words go, and what it keeps by label.
struct PieceOfBaskets {
  std::span<const Selected> selected;
  uint32_t first_basket;
  uint64_t first_word, end_word;        // whole lines; the latter known once they are measured or written
  std::vector<uint32_t> nexts;          // places of the next visits, where there are no tallies:
  std::vector<LabelTally> tallies;      // one of the two is empty
  std::vector<uint32_t> upper_weights;  // of tallies, upper halves
};

// Writes the baskets of one piece into the stream and its visits into the lists of their labels.
void WriteBaskets(const Units& units, PieceOfBaskets& piece, Population& p);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_PIECES_H_
