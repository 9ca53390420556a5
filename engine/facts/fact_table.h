// Facts with their ids interned: what a ledger scan or a file yields, and what a History is built from.
#ifndef AWASE_ENGINE_FACTS_FACT_TABLE_H_
#define AWASE_ENGINE_FACTS_FACT_TABLE_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/base/string_pool.h"
#include "engine/base/time.h"

namespace awase {

inline constexpr uint32_t kAnonymous = ~uint32_t{0};

// One line of a document (order, or return document). 16 bytes.
struct LineFact {
  uint32_t order;    // number in FactTable::orders
  uint32_t item;     // number in FactTable::items
  int32_t quantity;  // > 0 bought, < 0 sent back
  UnixSeconds time;
};

struct ViewFact {
  uint32_t session;  // number in FactTable::sessions
  uint32_t item;     // number in FactTable::items
  UnixSeconds time;
};

// Numbers are in order of arrival and mean nothing outside the table; History gives the canonical ones.
struct FactTable {
  StringPool items;
  StringPool customers;
  StringPool orders;  // documents: orders and return documents
  StringPool sessions;
  std::vector<uint32_t> order_customer;  // by order; kAnonymous when unknown
  std::vector<LineFact> lines;
  std::vector<ViewFact> views;  // in order of arrival: views of one second keep it
  // (return document, order it takes back from): only where the return names its order.
  std::vector<std::pair<uint32_t, uint32_t>> return_of;
};

}  // namespace awase

#endif  // AWASE_ENGINE_FACTS_FACT_TABLE_H_
