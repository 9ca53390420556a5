// Small catalogues, counted in a table of pairs (kernels/pairs.h).
#ifndef AWASE_ENGINE_TRAIN_PAIRS_H_
#define AWASE_ENGINE_TRAIN_PAIRS_H_

#include <cstdint>
#include <vector>

#include "engine/kernels/pairs.h"
#include "engine/train/options.h"
#include "engine/train/population.h"
#include "engine/train/transpose.h"

namespace awase {

// Bytes of the tables while pairs are counted, on so many threads, and of the baskets in their order.
uint64_t PairBytes(const Population& population, const TrainOptions& options, unsigned threads);

// Whether a table of pairs takes the least time: where it stays in a second-level cache, whatever asks for
// single baskets is not asked for (unit customer, expected, EASE), and options.memory_limit leaves room for
// it. Known once labels are numbered.
bool PairsPay(const Population& population, const TrainOptions& options, unsigned threads);

// Fills `p.small` with the selected baskets of a population that is counted so, and its supports.
void ListSmall(const Units& units, const TrainOptions& options, const LargeVector<Selected>& selected,
               Population& p);

// Counts all pairs. Runs in the caller's TBB arena. Keeps nothing of the population.
kernels::PairTable CountPairs(const Population& population, const TrainOptions& options, unsigned threads);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_PAIRS_H_
