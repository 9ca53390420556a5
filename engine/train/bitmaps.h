// Whether a population is dense enough to be counted by bits, and its bits.
#ifndef AWASE_ENGINE_TRAIN_BITMAPS_H_
#define AWASE_ENGINE_TRAIN_BITMAPS_H_

#include "engine/kernels/bitmaps.h"
#include "engine/train/options.h"
#include "engine/train/population.h"

namespace awase {

// Bytes that the bits would take, with what `threads` need to add them up.
uint64_t BitmapBytes(const Population& population, unsigned threads);

// Time that counting by bits takes, in that of one label that is added, measured.
double BitsCost(const Population& population);

// A visit adds up either the labels of its basket, one by one, or one line for every 512 columns. Bits pay
// where every unit weighs 1 and the baskets visited hold more than about a fiftieth of the columns (a
// ninetieth, while all lines fit into a second-level cache), by so much that making them pays too; not where
// the lines would take more than 64 MB or, above 4 MB, more than 24 bytes a purchase, or where all of it is
// more than options.memory_limit leaves.
bool BitsPay(const Population& population, const TrainOptions& options, unsigned threads);

// Runs in the caller's TBB arena. Cost: a few nanoseconds a purchase.
kernels::Bitmaps MakeBitmaps(const Population& population);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_BITMAPS_H_
