#include "engine/ledger/scan.h"

#include <string>

#include "absl/strings/str_cat.h"

#include "engine/ledger/schema.h"

namespace awase {
namespace {

// Return events and orders are named apart: no id of a shop holds a control character.
constexpr char kReturnMark = '\x01';

// Rows that are stepped over rather than searched for.
constexpr int kNear = 8;

}  // namespace

absl::StatusOr<const Statement*> Follower::RowOf(int64_t ref) {
  for (int step = 0; at_ != 0 && at_ < ref && step < kNear; ++step) {
    const absl::StatusOr<bool> row = rows_->Step();
    if (!row.ok()) return row.status();
    at_ = *row ? rows_->Int(0) : 0;
  }
  if (at_ == ref) return rows_;
  absl::StatusOr<Statement*> rows = db_.Prepare(select_);
  if (!rows.ok()) return rows.status();
  rows_ = *rows;
  rows_->Bind(1, ref);
  const absl::StatusOr<bool> row = rows_->Step();
  if (!row.ok()) return row.status();
  at_ = *row ? rows_->Int(0) : 0;
  if (at_ == ref) return rows_;
  return absl::DataLossError(absl::StrCat(db_.path(), ": no row for \"", select_, "\", got ref ", ref));
}

absl::StatusOr<uint32_t> Numbers::Of(int64_t ref) {
  uint32_t& number = numbers_.At(ref);
  if (number != RefMap::kNone) return number;
  const absl::StatusOr<const Statement*> row = rows_.RowOf(ref);
  if (!row.ok()) return row.status();
  number = pool_.Intern((*row)->Text(1));
  return number;
}

Scan::Scan(Connection& db, FactTable& facts)
    : facts_(facts),
      items_(db, "SELECT item_ref, item_id FROM item_ids WHERE item_ref >= ?1 ORDER BY item_ref",
             facts.items),
      customers_(
          db,
          "SELECT customer_ref, customer_id FROM customers WHERE customer_ref >= ?1 ORDER BY customer_ref",
          facts.customers),
      sessions_(db,
                "SELECT session_ref, session_id FROM sessions WHERE session_ref >= ?1 ORDER BY session_ref",
                facts.sessions),
      order_rows_(
          db,
          "SELECT order_ref, order_id, kind, customer_ref, of_order_ref FROM orders WHERE order_ref >= ?1 "
          "ORDER BY order_ref") {}

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
  const absl::StatusOr<const Statement*> found = order_rows_.RowOf(ref);
  if (!found.ok()) return found.status();
  const Statement& row = **found;
  const uint32_t number = row.Int(2) == kOrderDocument
                              ? facts_.orders.Intern(row.Text(1))
                              : facts_.orders.Intern(kReturnMark + std::string(row.Text(1)));
  const int64_t customer_ref = row.Int(3), of_ref = row.Int(4);
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
