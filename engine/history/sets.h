// Lines of units as sets of items.
#ifndef AWASE_ENGINE_HISTORY_SETS_H_
#define AWASE_ENGINE_HISTORY_SETS_H_

#include <cstdint>
#include <span>

#include "engine/base/buffer.h"
#include "engine/history/history.h"
#include "engine/history/units.h"

namespace awase {

// Fills by_unit: the items of each run under their canonical numbers, ascending, each once. Returns how many
// repeated ones were dropped. `pieces` parts of the units are worked on at once, in the caller's arena.
uint64_t FillSets(const Buffer<uint32_t>& items, const Buffer<Run>& runs, std::span<const uint32_t> number_of,
                  unsigned pieces, Units& units);

}  // namespace awase

#endif  // AWASE_ENGINE_HISTORY_SETS_H_
