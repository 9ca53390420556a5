// Ids to the row numbers that the big tables use, remembered between transactions.
#ifndef AWASE_ENGINE_LEDGER_NAMES_H_
#define AWASE_ENGINE_LEDGER_NAMES_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "engine/base/string_pool.h"
#include "engine/ledger/sqlite.h"

namespace awase {

// One table of (ref, id). Refs count from 1; 0 means that there is none. Memory is bounded: what is forgotten
// is looked up again.
class Dictionary {
 public:
  // `find` selects the ref by id; `add` inserts an id.
  Dictionary(const char* find, const char* add) : find_(find), add_(add) {}

  absl::StatusOr<int64_t> Find(Connection& db, std::string_view id);
  absl::StatusOr<int64_t> FindOrAdd(Connection& db, std::string_view id);
  void Forget();

 private:
  absl::StatusOr<int64_t> Remember(std::string_view id, int64_t ref);

  const char* find_;
  const char* add_;
  StringPool ids_;
  std::vector<int64_t> refs_;  // by number in ids_
};

// Documents with their customers.
class Documents {
 public:
  struct Document {
    int64_t ref = 0;       // 0: not there
    int64_t customer = 0;  // 0: anonymous
  };
  absl::StatusOr<Document> FindOrder(Connection& db, std::string_view order_id);
  absl::StatusOr<Document> AddOrder(Connection& db, std::string_view order_id, int64_t customer);
  // For an order that was anonymous.
  absl::Status SetCustomer(Connection& db, std::string_view order_id, int64_t customer);
  absl::StatusOr<int64_t> AddReturn(Connection& db, std::string_view event_id, int64_t customer,
                                    int64_t of_order);
  void Forget();

 private:
  void Remember(std::string_view order_id, Document document);

  StringPool ids_;
  std::vector<Document> documents_;  // by number in ids_
};

// All that one connection remembers. Valid as long as nobody else writes and nothing is rolled back.
struct Names {
  Dictionary items{"SELECT item_ref FROM item_ids WHERE item_id = ?1",
                   "INSERT INTO item_ids (item_id) VALUES (?1)"};
  Dictionary customers{"SELECT customer_ref FROM customers WHERE customer_id = ?1",
                       "INSERT INTO customers (customer_id) VALUES (?1)"};
  Dictionary sessions{"SELECT session_ref FROM sessions WHERE session_id = ?1",
                      "INSERT INTO sessions (session_id) VALUES (?1)"};
  Documents documents;
  std::vector<bool> ordered;  // by item ref: known to be marked as ordered

  void Forget();
};

}  // namespace awase

#endif  // AWASE_ENGINE_LEDGER_NAMES_H_
