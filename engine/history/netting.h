// Which purchase lines were sent back in full.
#ifndef AWASE_ENGINE_HISTORY_NETTING_H_
#define AWASE_ENGINE_HISTORY_NETTING_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/base/bitset.h"
#include "engine/facts/fact_table.h"

namespace awase {

struct Netting {
  Bitset returned;  // by line: its quantity reached 0. Empty when nothing was sent back
  uint64_t returned_lines = 0;
  uint64_t unmatched_returns = 0;  // return lines of which a part found no earlier purchase
};

// A return line takes back the latest earlier purchase (one of the same second counts as earlier) of the same
// customer and item that has quantity left, and so on back in time; where the return names its order, only
// lines of that order. An anonymous return that names no order finds nothing. `counts(line)` says which lines
// take part. Cost: one bit test a line, and n log n over the lines of customers and items with returns.
// Independent of arrival order.
Netting NetReturns(const FactTable& facts, const std::function<bool(const LineFact&)>& counts);

}  // namespace awase

#endif  // AWASE_ENGINE_HISTORY_NETTING_H_
