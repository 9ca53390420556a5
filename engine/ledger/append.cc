#include "engine/ledger/append.h"

namespace awase {
namespace {

// Counts() tells ordered items from those of the catalogue without a scan of the lines.
absl::Status MarkOrdered(Page& page, int64_t item) {
  std::vector<bool>& ordered = page.names.ordered;
  const auto at = static_cast<size_t>(item);
  if (at < ordered.size() && ordered[at]) return absl::OkStatus();
  if (at >= ordered.size()) ordered.resize(at * 2 + 64);
  ordered[at] = true;
  absl::StatusOr<Statement*> mark =
      page.db.Prepare("UPDATE item_ids SET ordered = 1 WHERE item_ref = ?1 AND ordered = 0");
  if (!mark.ok()) return mark.status();
  (*mark)->Bind(1, item);
  return (*mark)->Run();
}

absl::Status NoteLateCustomer(Page& page, int64_t document) {
  absl::StatusOr<Statement*> note = page.db.Prepare("INSERT INTO late_customers VALUES (?1, ?2)");
  if (!note.ok()) return note.status();
  (*note)->BindAll(page.totals.Next(), document);
  ++page.totals.facts;
  return (*note)->Run();
}

// Returns that named the order while it was anonymous are the customer's, too.
absl::Status SetCustomerOfReturns(Page& page, int64_t order, int64_t customer) {
  absl::StatusOr<Statement*> list = page.db.Prepare(
      "SELECT order_ref FROM orders WHERE of_order_ref = ?1 AND customer_ref IS NULL ORDER BY order_ref");
  if (!list.ok()) return list.status();
  (*list)->Bind(1, order);
  std::vector<int64_t> returns;
  while (true) {
    const absl::StatusOr<bool> row = (*list)->Step();
    if (!row.ok()) return row.status();
    if (!*row) break;
    returns.push_back((*list)->Int(0));
  }
  for (const int64_t document : returns) {
    absl::StatusOr<Statement*> set =
        page.db.Prepare("UPDATE orders SET customer_ref = ?2 WHERE order_ref = ?1");
    if (!set.ok()) return set.status();
    (*set)->BindAll(document, customer);
    if (absl::Status status = (*set)->Run(); !status.ok()) return status;
    if (absl::Status status = NoteLateCustomer(page, document); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status SetLateCustomer(Page& page, std::string_view order_id, int64_t order, int64_t customer) {
  if (absl::Status status = page.names.documents.SetCustomer(page.db, order_id, customer); !status.ok())
    return status;
  if (absl::Status status = NoteLateCustomer(page, order); !status.ok()) return status;
  return SetCustomerOfReturns(page, order, customer);
}

}  // namespace

absl::StatusOr<bool> AddLine(Page& page, const LineRecord& line) {
  absl::StatusOr<Statement*> add = page.db.Prepare(
      "INSERT INTO order_lines VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
      "ON CONFLICT (order_ref, item_ref, quantity, time, unit_price_micros, occurrence) DO NOTHING");
  if (!add.ok()) return add.status();
  (*add)->BindAll(page.totals.sequence + 1, line.order, line.item, line.quantity, line.time,
                  line.unit_price == kNoPrice ? Micros{-1} : line.unit_price, line.occurrence);
  if (absl::Status status = (*add)->Run(); !status.ok()) return status;
  if (page.db.changes() == 0) return false;
  page.totals.Next();
  ++page.totals.facts;
  ++(line.quantity > 0 ? page.totals.order_lines : page.totals.return_lines);
  page.totals.AddTime(line.time);
  if (absl::Status status = MarkOrdered(page, line.item); !status.ok()) return status;
  return true;
}

absl::StatusOr<bool> AddView(Page& page, int64_t session, int64_t item, UnixSeconds time,
                             uint32_t occurrence) {
  absl::StatusOr<Statement*> add = page.db.Prepare(
      "INSERT INTO page_views VALUES (?1, ?2, ?3, ?4, ?5) "
      "ON CONFLICT (session_ref, item_ref, time, occurrence) DO NOTHING");
  if (!add.ok()) return add.status();
  (*add)->BindAll(page.totals.sequence + 1, session, item, time, occurrence);
  if (absl::Status status = (*add)->Run(); !status.ok()) return status;
  if (page.db.changes() == 0) return false;
  page.totals.Next();
  ++page.totals.facts;
  ++page.totals.page_views;
  page.totals.AddTime(time);
  return true;
}

absl::StatusOr<OrderLookup> FindOrAddOrder(Page& page, std::string_view order_id,
                                           std::string_view customer_id) {
  Connection& db = page.db;
  absl::StatusOr<Documents::Document> found = page.names.documents.FindOrder(db, order_id);
  if (!found.ok()) return found.status();
  if (found->ref != 0 && customer_id.empty()) return OrderLookup{found->ref, false};
  if (found->customer != 0) {
    // A customer that is only now heard of cannot be the order's.
    const absl::StatusOr<int64_t> customer = page.names.customers.Find(db, customer_id);
    if (!customer.ok()) return customer.status();
    return OrderLookup{found->ref, *customer != found->customer};
  }
  int64_t customer = 0;
  if (!customer_id.empty()) {
    const absl::StatusOr<int64_t> added = page.names.customers.FindOrAdd(db, customer_id);
    if (!added.ok()) return added.status();
    customer = *added;
  }
  if (found->ref != 0) {
    if (absl::Status status = SetLateCustomer(page, order_id, found->ref, customer); !status.ok())
      return status;
    return OrderLookup{found->ref, false};
  }
  const absl::StatusOr<Documents::Document> added = page.names.documents.AddOrder(db, order_id, customer);
  if (!added.ok()) return added.status();
  return OrderLookup{added->ref, false};
}

absl::StatusOr<int64_t> FindOrAddSession(Page& page, std::string_view session_id,
                                         std::string_view customer_id) {
  const absl::StatusOr<int64_t> session = page.names.sessions.FindOrAdd(page.db, session_id);
  if (!session.ok() || customer_id.empty()) return session;
  const absl::StatusOr<int64_t> customer = page.names.customers.FindOrAdd(page.db, customer_id);
  if (!customer.ok()) return customer;
  // A session keeps the first customer that it is known to have.
  absl::StatusOr<Statement*> set = page.db.Prepare(
      "UPDATE sessions SET customer_ref = ?2 WHERE session_ref = ?1 AND customer_ref IS NULL");
  if (!set.ok()) return set.status();
  (*set)->BindAll(*session, *customer);
  if (absl::Status status = (*set)->Run(); !status.ok()) return status;
  return session;
}

std::string ConflictMessage(std::string_view order_id, std::string_view customer_id) {
  return "customer_id: order '" + std::string(order_id) + "' belongs to another customer, got '" +
         std::string(customer_id) + "'";
}

}  // namespace awase
