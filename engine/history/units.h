// Lines grouped into units in canonical order.
#ifndef AWASE_ENGINE_HISTORY_UNITS_H_
#define AWASE_ENGINE_HISTORY_UNITS_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "engine/facts/fact_table.h"
#include "engine/history/history.h"

namespace awase {

inline constexpr uint32_t kNoNumber = ~uint32_t{0};

// What the lines of each source (order document, session) add up to; first pass.
struct Sources {
  explicit Sources(uint32_t size) : lines(size), earliest(size, kNoNumber) {}
  std::vector<uint32_t> lines;        // by source: lines that count
  std::vector<UnixSeconds> earliest;  // by source: kNoNumber when no line counts
};

// Sources with lines, as units in canonical order; owner, time, source and the offsets of by_unit (repeated
// lines still in) are set. owner_rank[source]: known owner or kNoNumber. Returns the unit of each source
// (kNoNumber: none).
std::vector<uint32_t> NumberUnits(const Sources& sources, const std::vector<uint32_t>& owner_of,
                                  uint32_t known_owners, const StringPool& names, Units& units);

// Sorts each unit's items, drops repeated ones and closes the gaps. Returns how many were dropped. Runs in
// the caller's arena.
uint64_t SortUnits(Units& units);

}  // namespace awase

#endif  // AWASE_ENGINE_HISTORY_UNITS_H_
