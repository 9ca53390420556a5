// Canonical numbers for what the facts name: ranks by the bytes of ids.
#ifndef AWASE_ENGINE_HISTORY_NUMBERING_H_
#define AWASE_ENGINE_HISTORY_NUMBERING_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/string_pool.h"
#include "engine/history/counting.h"

namespace awase {

struct ItemNumbers {
  std::vector<uint32_t> number_of;  // by item of the facts; kNoNumber where it is left out
  std::vector<std::string> ids;     // by number
};

// Products that a line or a view names, and those of also_items.
ItemNumbers NumberItems(const StringPool& items, const Counting& counting,
                        const std::vector<std::string>& patterns, std::span<const std::string> also_items);

struct CustomerNumbers {
  std::vector<uint32_t> customers;  // by number: customer of the facts
  std::vector<std::string> ids;     // by number
};

// Customers with an order that counts. `orders`: how many, by customer of the facts.
CustomerNumbers NumberCustomers(const StringPool& customers, std::span<const uint32_t> orders);

}  // namespace awase

#endif  // AWASE_ENGINE_HISTORY_NUMBERING_H_
