// Which purchase lines were sent back in full.
#ifndef AWASE_ENGINE_HISTORY_NETTING_H_
#define AWASE_ENGINE_HISTORY_NETTING_H_

#include <cstdint>
#include <span>

#include "engine/base/bitset.h"
#include "engine/facts/fact_table.h"
#include "engine/history/counting.h"
#include "engine/history/reading.h"

namespace awase {

struct Netting {
  Bitset returned;  // by line: its quantity reached 0
  uint64_t returned_lines = 0;
  uint64_t unmatched_returns = 0;  // return lines of which a part found no earlier purchase
};

// A return line takes back the latest earlier purchase (one of the same second counts as earlier) of the same
// customer and item that has quantity left, and so on back in time; where the return names its order, only
// lines of that order. An anonymous one that names none takes from its own. `lines` are those of `reading`.
// Cost: a look at each order, a hash for each line of a customer with returns, and a sort by key of the lines
// of what was sent back. Independent of arrival order; runs in the caller's arena.
Netting NetReturns(const FactTable& facts, std::span<const LineFact> lines, const SourceLines& reading,
                   const Counting& counting);

}  // namespace awase

#endif  // AWASE_ENGINE_HISTORY_NETTING_H_
