// Is the file sound, and does it say what a ledger says?
#include <string>
#include <utility>

#include "engine/ledger/state.h"

namespace awase {
namespace {

struct Invariant {
  const char* what;
  const char* violations;  // counts them
};

// Foreign keys are checked by SQLite itself; these are what the keys cannot say.
constexpr Invariant kInvariants[] = {
    {"totals: order_lines differs from the lines that there are",
     "SELECT abs((SELECT count(*) FROM order_lines WHERE quantity > 0) - order_lines) FROM totals"},
    {"totals: return_lines differs from the lines that there are",
     "SELECT abs((SELECT count(*) FROM order_lines WHERE quantity < 0) - return_lines) FROM totals"},
    {"totals: page_views differs from the views that there are",
     "SELECT abs((SELECT count(*) FROM page_views) - page_views) FROM totals"},
    {"totals: a fact has a sequence number beyond the last",
     "SELECT max(0, max(coalesce((SELECT max(sequence) FROM order_lines), 0), "
     "coalesce((SELECT max(sequence) FROM page_views), 0), coalesce((SELECT max(sequence) FROM "
     "late_customers), 0)) "
     "- sequence) FROM totals"},
    {"order_lines and page_views: a sequence number stands in both",
     "SELECT count(*) FROM page_views v JOIN order_lines l ON l.sequence = v.sequence"},
    {"order_lines: a value is out of range",
     "SELECT count(*) FROM order_lines WHERE unit_price_micros < -1 OR occurrence < 0 OR time NOT BETWEEN 0 "
     "AND 4294967295"},
    {"page_views: a value is out of range",
     "SELECT count(*) FROM page_views WHERE occurrence < 0 OR time NOT BETWEEN 0 AND 4294967295"},
    {"orders: a return event has a line that is no return",
     "SELECT count(*) FROM orders o JOIN order_lines l USING (order_ref) WHERE o.kind = 1 AND l.quantity > "
     "0"},
    {"orders: an order has no lines",
     "SELECT count(*) FROM orders o WHERE kind = 0 AND NOT EXISTS "
     "(SELECT 1 FROM order_lines l WHERE l.order_ref = o.order_ref)"},
    {"item_ids: the mark 'ordered' is wrong",
     "SELECT count(*) FROM item_ids WHERE ordered <> (item_ref IN (SELECT item_ref FROM order_lines))"},
};

absl::Status AddRows(Connection& db, const char* sql, std::string_view what,
                     std::vector<std::string>& problems) {
  absl::StatusOr<Statement*> rows = db.Prepare(sql);
  if (!rows.ok()) return rows.status();
  while (true) {
    const absl::StatusOr<bool> row = (*rows)->Step();
    if (!row.ok()) return row.status();
    if (!*row) return absl::OkStatus();
    if ((*rows)->Text(0) != "ok")
      problems.push_back(std::string(what) + ": " + std::string((*rows)->Text(0)));
  }
}

absl::Status CheckInvariants(Connection& db, std::vector<std::string>& problems) {
  for (const Invariant& invariant : kInvariants) {
    const absl::StatusOr<int64_t> violations = db.ReadInt(invariant.violations);
    if (!violations.ok()) return violations.status();
    if (*violations > 0)
      problems.push_back(std::string(invariant.what) + ", got " + std::to_string(*violations));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::string>> Ledger::Verify() const {
  std::vector<std::string> problems;
  {
    absl::StatusOr<Reading> reading = state_->readers.Begin();
    if (!reading.ok()) return reading.status();
    Connection& db = reading->db();
    absl::Status status = AddRows(db, "PRAGMA integrity_check", "integrity", problems);
    if (status.ok())
      status = AddRows(db, "PRAGMA foreign_key_check", "foreign key: a row points nowhere in", problems);
    if (status.ok()) status = CheckInvariants(db, problems);
    // A file that is too broken to be checked is a finding, not a failure.
    if (status.code() == absl::StatusCode::kDataLoss) problems.emplace_back(status.message());
    if (!status.ok() && status.code() != absl::StatusCode::kDataLoss) return status;
  }
  for (const absl::Status& status : {Settings().status(), Placements().status(), ListItems().status()}) {
    if (!status.ok()) problems.emplace_back(status.message());
  }
  return problems;
}

}  // namespace awase
