// Canonical numbers for what the facts name: ranks by the bytes of ids.
#ifndef AWASE_ENGINE_HISTORY_NUMBERING_H_
#define AWASE_ENGINE_HISTORY_NUMBERING_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/facts/fact_table.h"
#include "engine/history/units.h"

namespace awase {

// By item of the facts: 1 unless one of the patterns matches its id.
std::vector<uint8_t> ProductFlags(const StringPool& items, const std::vector<std::string>& patterns);

// Dense numbers of what is counted, and the ids by number.
struct Numbering {
  std::vector<uint32_t> number_of;  // by number of the facts; kNoNumber when it is not counted
  std::vector<std::string> ids;
};

// Products with a line or a view (`seen`) and those of also_items.
Numbering NumberItems(const FactTable& facts, std::vector<uint8_t> seen, const std::vector<uint8_t>& product,
                      const std::vector<std::string>& patterns, std::span<const std::string> also_items);

// Customers who keep a purchase.
Numbering NumberCustomers(const FactTable& facts, const Sources& orders);

}  // namespace awase

#endif  // AWASE_ENGINE_HISTORY_NUMBERING_H_
