// Canonical numbers for what the facts name: ranks by the bytes of ids.
#ifndef AWASE_ENGINE_HISTORY_NUMBERING_H_
#define AWASE_ENGINE_HISTORY_NUMBERING_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/string_pool.h"
#include "engine/history/counting.h"
#include "engine/history/sorting.h"

namespace awase {

// Products that facts may name, and those of also_items. Known before any fact is read: numbers only leave
// out what no fact names, so that sets in order of ranks are in order of numbers.
struct ItemRanks {
  std::vector<uint32_t> rank_of;  // by item of the facts; kNoRank where it is left out
  std::vector<Name> names;        // by rank; kNoNumber where the facts do not know the item
};
ItemRanks RankItems(const StringPool& items, const std::vector<std::string>& patterns,
                    std::span<const std::string> also_items);

struct ItemNumbers {
  std::vector<uint32_t> number_of;  // by rank; empty: each number is its rank
  std::vector<std::string> ids;     // by number
};
// Those of `names` that were named, or that the facts do not know.
ItemNumbers NumberItems(const std::vector<Name>& names, const Counting& counting);

// Customers by rank.
std::vector<Name> SortedNames(const StringPool& customers);

}  // namespace awase

#endif  // AWASE_ENGINE_HISTORY_NUMBERING_H_
