// Facts out of the ledger.
#include <string>
#include <utility>

#include "engine/ledger/scan.h"
#include "engine/ledger/state.h"

namespace awase {
namespace {

constexpr uint64_t kProgressEvery = 1 << 16;

// Calls `take` for each row of a statement that is bound.
template <class Take>
absl::Status ForEachRow(Statement& statement, const Take& take) {
  while (true) {
    const absl::StatusOr<bool> row = statement.Step();
    if (!row.ok()) return row.status();
    if (!*row) return absl::OkStatus();
    if (absl::Status status = take(statement); !status.ok()) return status;
  }
}

// Everything with a sequence number above `after`, in its order.
absl::Status ReadAfter(Connection& db, uint64_t after, uint64_t expected, Scan& scan,
                       const Progress& progress) {
  uint64_t done = 0;
  const auto report = [&] {
    if (++done % kProgressEvery == 0 && progress) progress("reading", done, expected);
  };
  absl::StatusOr<Statement*> lines = db.Prepare(
      "SELECT order_ref, item_ref, quantity, time FROM order_lines WHERE sequence > ?1 ORDER BY sequence");
  if (!lines.ok()) return lines.status();
  (*lines)->Bind(1, after);
  absl::Status status = ForEachRow(**lines, [&](const Statement& row) {
    report();
    return scan.AddLine(row);
  });
  if (!status.ok()) return status;
  absl::StatusOr<Statement*> views =
      db.Prepare("SELECT session_ref, item_ref, time FROM page_views WHERE sequence > ?1 ORDER BY sequence");
  if (!views.ok()) return views.status();
  (*views)->Bind(1, after);
  status = ForEachRow(**views, [&](const Statement& row) {
    report();
    return scan.AddView(row);
  });
  if (!status.ok()) return status;
  absl::StatusOr<Statement*> late = db.Prepare("SELECT order_ref FROM late_customers WHERE sequence > ?1");
  if (!late.ok()) return late.status();
  (*late)->Bind(1, after);
  return ForEachRow(**late, [&](const Statement& row) { return scan.RefreshOrder(row.Int(0)); });
}

}  // namespace

absl::StatusOr<Watermark> Ledger::ReadWatermark() const {
  absl::StatusOr<Reading> reading = state_->readers.Begin();
  if (!reading.ok()) return reading.status();
  const absl::StatusOr<Totals> totals = ReadTotals(reading->db());
  if (!totals.ok()) return totals.status();
  return Watermark{totals->sequence, totals->facts};
}

absl::StatusOr<FactTable> Ledger::ReadFacts(Watermark* at, const Progress& progress) const {
  absl::StatusOr<Reading> reading = state_->readers.Begin();
  if (!reading.ok()) return reading.status();
  const absl::StatusOr<Totals> totals = ReadTotals(reading->db());
  if (!totals.ok()) return totals.status();
  FactTable facts;
  facts.lines.reserve(totals->order_lines + totals->return_lines);
  facts.views.reserve(totals->page_views);
  Scan scan(reading->db(), facts);
  if (absl::Status status = ReadAfter(reading->db(), 0, totals->facts, scan, progress); !status.ok())
    return status;
  if (at != nullptr) *at = {totals->sequence, totals->facts};
  return facts;
}

absl::Status Ledger::ReadFactsSince(Watermark& from, FactTable& facts) const {
  absl::StatusOr<Reading> reading = state_->readers.Begin();
  if (!reading.ok()) return reading.status();
  const absl::StatusOr<Totals> totals = ReadTotals(reading->db());
  if (!totals.ok()) return totals.status();
  Scan scan(reading->db(), facts);
  if (absl::Status status = ReadAfter(reading->db(), from.sequence, 0, scan, nullptr); !status.ok())
    return status;
  from = {totals->sequence, totals->facts};
  return absl::OkStatus();
}

absl::StatusOr<FactTable> Ledger::ReadCustomer(std::string_view customer_id) const {
  absl::StatusOr<Reading> reading = state_->readers.Begin();
  if (!reading.ok()) return reading.status();
  Connection& db = reading->db();
  FactTable facts;
  Scan scan(db, facts);
  absl::StatusOr<Statement*> lines = db.Prepare(
      "SELECT l.order_ref, l.item_ref, l.quantity, l.time "
      "FROM customers c CROSS JOIN orders o USING (customer_ref) CROSS JOIN order_lines l USING (order_ref) "
      "WHERE c.customer_id = ?1 ORDER BY l.sequence");
  if (!lines.ok()) return lines.status();
  (*lines)->Bind(1, customer_id);
  absl::Status status = ForEachRow(**lines, [&](const Statement& row) { return scan.AddLine(row); });
  if (!status.ok()) return status;
  absl::StatusOr<Statement*> views = db.Prepare(
      "SELECT v.session_ref, v.item_ref, v.time "
      "FROM customers c CROSS JOIN sessions s USING (customer_ref) CROSS JOIN page_views v USING "
      "(session_ref) "
      "WHERE c.customer_id = ?1 ORDER BY v.sequence");
  if (!views.ok()) return views.status();
  (*views)->Bind(1, customer_id);
  status = ForEachRow(**views, [&](const Statement& row) { return scan.AddView(row); });
  if (!status.ok()) return status;
  return facts;
}

absl::StatusOr<std::vector<std::string>> Ledger::CustomersChangedSince(Watermark since) const {
  absl::StatusOr<Reading> reading = state_->readers.Begin();
  if (!reading.ok()) return reading.status();
  // CROSS JOIN keeps the order of the tables: the new rows first, then what they point at.
  absl::StatusOr<Statement*> changed = reading->db().Prepare(
      "SELECT customer_id FROM customers WHERE customer_ref IN ("
      "SELECT o.customer_ref FROM order_lines l CROSS JOIN orders o USING (order_ref) WHERE l.sequence > ?1 "
      "UNION "
      "SELECT o.customer_ref FROM late_customers l CROSS JOIN orders o USING (order_ref) WHERE l.sequence > "
      "?1 UNION "
      "SELECT s.customer_ref FROM page_views v CROSS JOIN sessions s USING (session_ref) WHERE v.sequence > "
      "?1) "
      "ORDER BY customer_id");
  if (!changed.ok()) return changed.status();
  (*changed)->Bind(1, since.sequence);
  std::vector<std::string> customers;
  absl::Status status = ForEachRow(**changed, [&](const Statement& row) {
    customers.emplace_back(row.Text(0));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return customers;
}

absl::StatusOr<LedgerCounts> Ledger::Counts() const {
  absl::StatusOr<Reading> reading = state_->readers.Begin();
  if (!reading.ok()) return reading.status();
  const absl::StatusOr<Totals> totals = ReadTotals(reading->db());
  if (!totals.ok()) return totals.status();
  LedgerCounts counts;
  counts.order_lines = totals->order_lines;
  counts.return_lines = totals->return_lines;
  counts.views = totals->page_views;
  counts.first_time = totals->first_time;
  counts.last_time = totals->last_time;
  const std::pair<uint64_t*, const char*> tables[] = {
      {&counts.orders, "SELECT count(*) FROM orders WHERE kind = 0"},
      {&counts.customers, "SELECT count(*) FROM customers"},
      {&counts.items, "SELECT count(*) FROM items"},
      {&counts.known_items, "SELECT count(*) FROM item_ids"},
      {&counts.ordered_items, "SELECT count(*) FROM item_ids WHERE ordered = 1"},
      {&counts.sessions, "SELECT count(*) FROM sessions"}};
  for (const auto& [count, sql] : tables) {
    const absl::StatusOr<int64_t> rows = reading->db().ReadInt(sql);
    if (!rows.ok()) return rows.status();
    *count = static_cast<uint64_t>(*rows);
  }
  return counts;
}

}  // namespace awase
