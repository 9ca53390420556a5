#include "engine/ledger/scan.h"

#include <string>

#include "absl/strings/str_cat.h"

#include "engine/ledger/schema.h"

namespace awase {
namespace {

// Return events and orders are named apart: no id of a shop holds a control character.
constexpr char kReturnMark = '\x01';

absl::Status Dangling(const Connection& db, std::string_view what, int64_t ref) {
  return absl::DataLossError(
      absl::StrCat(db.path(), ": no row for a ", std::string(what), ", got ref ", ref));
}

}  // namespace

absl::StatusOr<uint32_t> Numbers::Of(int64_t ref) {
  uint32_t& number = numbers_.At(ref);
  if (number != RefMap::kNone) return number;
  absl::StatusOr<Statement*> find = db_.Prepare(find_);
  if (!find.ok()) return find.status();
  (*find)->Bind(1, ref);
  const absl::StatusOr<bool> row = (*find)->Step();
  if (!row.ok()) return row.status();
  if (!*row) return Dangling(db_, find_, ref);
  number = pool_.Intern((*find)->Text(0));
  (*find)->Reset();
  return number;
}

Scan::Scan(Connection& db, FactTable& facts)
    : db_(db),
      facts_(facts),
      items_(db, "SELECT item_id FROM item_ids WHERE item_ref = ?1", facts.items),
      customers_(db, "SELECT customer_id FROM customers WHERE customer_ref = ?1", facts.customers),
      sessions_(db, "SELECT session_id FROM sessions WHERE session_ref = ?1", facts.sessions) {}

absl::Status Scan::AddLine(const Statement& row) {
  const absl::StatusOr<uint32_t> order = OrderOf(row.Int(0));
  if (!order.ok()) return order.status();
  const absl::StatusOr<uint32_t> item = items_.Of(row.Int(1));
  if (!item.ok()) return item.status();
  facts_.lines.push_back(
      {*order, *item, static_cast<int32_t>(row.Int(2)), static_cast<UnixSeconds>(row.Int(3))});
  return absl::OkStatus();
}

absl::Status Scan::AddView(const Statement& row) {
  const absl::StatusOr<uint32_t> session = sessions_.Of(row.Int(0));
  if (!session.ok()) return session.status();
  const absl::StatusOr<uint32_t> item = items_.Of(row.Int(1));
  if (!item.ok()) return item.status();
  facts_.views.push_back({*session, *item, static_cast<UnixSeconds>(row.Int(2))});
  return absl::OkStatus();
}

absl::Status Scan::RefreshOrder(int64_t order_ref) { return ReadOrder(order_ref).status(); }

absl::StatusOr<uint32_t> Scan::OrderOf(int64_t ref) {
  if (const uint32_t number = orders_.At(ref); number != RefMap::kNone) return number;
  return ReadOrder(ref);
}

absl::StatusOr<uint32_t> Scan::ReadOrder(int64_t ref) {
  absl::StatusOr<Statement*> find =
      db_.Prepare("SELECT order_id, kind, customer_ref, of_order_ref FROM orders WHERE order_ref = ?1");
  if (!find.ok()) return find.status();
  (*find)->Bind(1, ref);
  const absl::StatusOr<bool> row = (*find)->Step();
  if (!row.ok()) return row.status();
  if (!*row) return Dangling(db_, "document", ref);
  const uint32_t number = (*find)->Int(1) == kOrderDocument
                              ? facts_.orders.Intern((*find)->Text(0))
                              : facts_.orders.Intern(kReturnMark + std::string((*find)->Text(0)));
  const int64_t customer_ref = (*find)->Int(2), of_ref = (*find)->Int(3);
  (*find)->Reset();
  orders_.At(ref) = number;
  const bool is_new = number == facts_.order_customer.size();
  if (is_new) facts_.order_customer.push_back(kAnonymous);
  if (customer_ref != 0) {
    const absl::StatusOr<uint32_t> customer = customers_.Of(customer_ref);
    if (!customer.ok()) return customer;
    facts_.order_customer[number] = *customer;
  }
  if (is_new && of_ref != 0) {
    const absl::StatusOr<uint32_t> of = OrderOf(of_ref);
    if (!of.ok()) return of;
    facts_.return_of.emplace_back(number, *of);
  }
  return number;
}

}  // namespace awase
