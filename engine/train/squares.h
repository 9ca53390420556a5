// The matrix of a dense catalogue, counted in squares (kernels/square.h).
#ifndef AWASE_ENGINE_TRAIN_SQUARES_H_
#define AWASE_ENGINE_TRAIN_SQUARES_H_

#include <cstdint>

#include "engine/kernels/mirror.h"
#include "engine/train/options.h"
#include "engine/train/population.h"

namespace awase {

// Bytes that so many chunks take: the cells, the lines of one chunk, and the visits as numbers of lines.
uint64_t SquareBytes(const Population& population, const TrainOptions& options, uint32_t chunks,
                     unsigned threads);

// In how many chunks labels should be counted in squares, the most frequent ones first, so that it takes the
// least time: rows behind them are counted label by label and leave their cells. None with unit customer,
// where what is counted is not symmetric, nor with weights and vectors of less than 512 bits; and no more
// than what takes 32 MB or 12 bytes a purchase and what options.memory_limit leaves. Known once labels are
// numbered.
uint32_t SquareChunks(const Population& population, const TrainOptions& options, unsigned threads);

// Whether all that looks at visits can have numbers of baskets for them.
bool VisitsAreNumbers(const Population& population, const TrainOptions& options);

// Counts all squares: chunk after chunk its bits, then every row from the chunk's first label on. Runs in the
// caller's TBB arena. Keeps nothing of the population.
kernels::Mirror CountSquares(const Population& population, const TrainOptions& options, unsigned threads);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_SQUARES_H_
