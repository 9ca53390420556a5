// The median lag of each kept edge of a window's row.
#ifndef AWASE_ENGINE_TRAIN_LAGS_H_
#define AWASE_ENGINE_TRAIN_LAGS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "engine/train/neighbours.h"
#include "engine/train/population.h"
#include "engine/train/windows.h"

namespace awase {

// What one thread needs for it.
struct LagBench {
  std::vector<uint64_t> is_kept;  // by label, a bit; none between rows
  std::vector<uint16_t> slot;     // by label that is kept: its position there
  std::vector<uint32_t> met;
  std::vector<uint32_t> last_owner;  // by slot
  std::vector<uint32_t> lags;        // the owners' lags, slot after slot
  std::vector<uint64_t> ends;        // by slot: where they end
};

// Sets the lags of the first `size` edges: the lower median over its customers of the smallest lag from the
// anchor to a basket with the item. `window` are the visits that the row was counted from. Cost: a look at
// each purchase in reach, and selection over the customers of each edge.
void MeasureLags(const Population& population, const WindowVisits& window, const EdgePlace& kept,
                 uint32_t size, LagBench& bench);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_LAGS_H_
