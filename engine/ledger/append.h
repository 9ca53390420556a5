// Single facts into the tables, inside an open transaction.
#ifndef AWASE_ENGINE_LEDGER_APPEND_H_
#define AWASE_ENGINE_LEDGER_APPEND_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/facts/facts.h"
#include "engine/ledger/writer.h"

namespace awase {

// An order line with its ids looked up.
struct LineRecord {
  int64_t order, item;
  int64_t quantity;
  UnixSeconds time;
  Micros unit_price;
  uint32_t occurrence;
};
// False when the ledger has it already.
absl::StatusOr<bool> AddLine(Page& page, const LineRecord& line);
absl::StatusOr<bool> AddView(Page& page, int64_t session, int64_t item, UnixSeconds time,
                             uint32_t occurrence);

// An order's number, made when it is new. A blank customer inherits; a first customer is set; another one is
// a conflict.
struct OrderLookup {
  int64_t order = 0;
  bool conflict = false;  // nothing was changed
};
absl::StatusOr<OrderLookup> FindOrAddOrder(Page& page, std::string_view order_id,
                                           std::string_view customer_id);
absl::StatusOr<int64_t> FindOrAddSession(Page& page, std::string_view session_id,
                                         std::string_view customer_id);

// "customer_id: the order belongs to another customer, got ..." The other one is not named: it may be a
// secret to the sender.
std::string ConflictMessage(std::string_view order_id, std::string_view customer_id);

}  // namespace awase

#endif  // AWASE_ENGINE_LEDGER_APPEND_H_
