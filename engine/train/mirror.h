// Where a mirror for the rows of hot labels pays.
#ifndef AWASE_ENGINE_TRAIN_MIRROR_H_
#define AWASE_ENGINE_TRAIN_MIRROR_H_

#include <cstdint>

#include "engine/kernels/mirror.h"
#include "engine/train/options.h"
#include "engine/train/population.h"

namespace awase {

// Its bytes: 128 or 256 an item where only units are counted, else 512 or, where owners repeat, 768.
uint64_t MirrorBytes(const Population& population, const TrainOptions& options);

// Whether it costs less than what it saves, takes no more than 64 MB or 8 bytes a purchase, and fits the
// memory limit.
bool MirrorPays(const Population& population, const TrainOptions& options, unsigned threads);

kernels::Mirror MakeMirror(const Population& population, const TrainOptions& options);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_MIRROR_H_
