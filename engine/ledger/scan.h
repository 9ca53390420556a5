// Rows of the big tables into a FactTable.
#ifndef AWASE_ENGINE_LEDGER_SCAN_H_
#define AWASE_ENGINE_LEDGER_SCAN_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/facts/fact_table.h"
#include "engine/ledger/sqlite.h"

namespace awase {

// Refs of one dictionary as numbers in a pool; each ref is looked up once, when it is first met.
class Numbers {
 public:
  // `find` selects the id by ref.
  Numbers(Connection& db, const char* find, StringPool& pool) : db_(db), find_(find), pool_(pool) {}
  absl::StatusOr<uint32_t> Of(int64_t ref);

 private:
  Connection& db_;
  const char* find_;
  StringPool& pool_;
  std::vector<uint32_t> numbers_;  // by ref
};

// Appends rows to a table that may hold earlier ones. One use, inside one snapshot.
class Scan {
 public:
  Scan(Connection& db, FactTable& facts);

  // Columns order_ref, item_ref, quantity, time.
  absl::Status AddLine(const Statement& row);
  // Columns session_ref, item_ref, time.
  absl::Status AddView(const Statement& row);
  // Brings a document's customer up to date.
  absl::Status RefreshOrder(int64_t order_ref);

 private:
  absl::StatusOr<uint32_t> OrderOf(int64_t ref);
  absl::StatusOr<uint32_t> ReadOrder(int64_t ref);

  Connection& db_;
  FactTable& facts_;
  Numbers items_, customers_, sessions_;
  std::vector<uint32_t> orders_;  // by ref: number in facts_.orders
};

}  // namespace awase

#endif  // AWASE_ENGINE_LEDGER_SCAN_H_
