// Sources as units in canonical order.
#ifndef AWASE_ENGINE_HISTORY_UNITS_H_
#define AWASE_ENGINE_HISTORY_UNITS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/string_pool.h"
#include "engine/history/history.h"
#include "engine/history/staging.h"

namespace awase {

// Units, and the items of their sets.
struct Extent {
  uint32_t units = 0, items = 0;
};

// Sources that count, by owner: where the units of each block begin.
struct Buyers {
  std::vector<uint32_t> known;  // by rank of the customer
  // By block, and the end: all units before it, and distinct owners that are known.
  std::vector<Extent> begins;
  std::vector<uint32_t> owners;
};

Buyers CountBuyers(const StagedSources& staged);

// Sources in canonical order, their items under canonical numbers: `number_of`, by rank, empty where these
// are the same. Block by block a counting sort by owner, then each owner's sources by time and id. Runs in
// the caller's arena.
Units NumberUnits(const StagedSources& staged, const Buyers& buyers, const StringPool& names,
                  std::span<const uint32_t> number_of);

}  // namespace awase

#endif  // AWASE_ENGINE_HISTORY_UNITS_H_
