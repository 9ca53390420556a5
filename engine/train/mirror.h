// Where a mirror for the rows of hot labels pays.
#ifndef AWASE_ENGINE_TRAIN_MIRROR_H_
#define AWASE_ENGINE_TRAIN_MIRROR_H_

#include <cstdint>
#include <vector>

#include "engine/kernels/mirror.h"
#include "engine/train/options.h"
#include "engine/train/population.h"

namespace awase {

// The narrowest cells for each block row of `edge` labels, as far as it is known once labels are numbered.
std::vector<kernels::CellLayout> LayoutsOf(const Population& population, const TrainOptions& options,
                                           uint32_t edge);

// Whether some number could be too long for its cell.
bool CellsOverflow(const Population& population, const TrainOptions& options);

// Bytes of the mirror of 64 hot labels: an item takes 64 to 256 where only units are counted, else 256 to
// 512; where owners repeat twice as much at most.
uint64_t MirrorBytes(const Population& population, const TrainOptions& options);

// Whether it costs less than what it saves, takes no more than 64 MB or 8 bytes a purchase, and fits the
// memory limit.
bool MirrorPays(const Population& population, const TrainOptions& options, unsigned threads);

kernels::Mirror MakeMirror(const Population& population, const TrainOptions& options);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_MIRROR_H_
