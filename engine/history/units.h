// Sources as units in canonical order.
#ifndef AWASE_ENGINE_HISTORY_UNITS_H_
#define AWASE_ENGINE_HISTORY_UNITS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/string_pool.h"
#include "engine/history/history.h"
#include "engine/history/reading.h"

namespace awase {

// Units, and the items of their sets.
struct Extent {
  uint32_t units = 0, items = 0;
};

// Sources that count, by customer.
struct Buyers {
  std::vector<Extent> known;  // by customer of the facts
  Extent anonymous;
  UnixSeconds newest = kNoTime;  // of all that counts
};

// `customer_of`: by source, kAnonymous when unknown; empty: all are.
Buyers CountBuyers(const SourceLines& reading, std::span<const uint32_t> customer_of, uint32_t customers);

// Sources in canonical order, their items under canonical numbers. `known`: customers of the facts by number;
// `number_of`: items by rank, empty where these are the same. A counting sort by owner, then each owner's
// sources by time and id. Runs in the caller's arena.
Units NumberUnits(const SourceLines& reading, std::span<const uint32_t> customer_of,
                  std::span<const uint32_t> known, const Buyers& buyers, const StringPool& names,
                  std::span<const uint32_t> number_of);

}  // namespace awase

#endif  // AWASE_ENGINE_HISTORY_UNITS_H_
