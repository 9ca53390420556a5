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

// Sources that count, by customer.
struct Buyers {
  std::vector<uint32_t> orders;  // by customer of the facts
  uint32_t anonymous = 0;
  UnixSeconds newest = kNoTime;  // of all that counts
};

// `customer_of`: by source, kAnonymous when unknown; empty: all are.
Buyers CountBuyers(const SourceLines& reading, std::span<const uint32_t> customer_of, uint32_t customers);

// The staged items of one unit.
struct Run {
  uint32_t begin, lines;
};

// Fills owner, time, source and the numbers of owners; returns the runs of the units. `known`: customers of
// the facts by canonical number. A counting sort by owner, then each owner's sources by time and id. Runs in
// the caller's arena.
Buffer<Run> NumberUnits(const SourceLines& reading, std::span<const uint32_t> customer_of,
                        std::span<const uint32_t> known, const Buyers& buyers, const StringPool& names,
                        Units& units);

}  // namespace awase

#endif  // AWASE_ENGINE_HISTORY_UNITS_H_
