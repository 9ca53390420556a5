// Lines of files.
#include <string>

#include "absl/strings/str_cat.h"

#include "engine/ledger/append.h"
#include "engine/ledger/state.h"

namespace awase {
namespace {

absl::Status ValidateOptionalId(std::string_view field, std::string_view id) {
  return id.empty() ? absl::OkStatus() : ValidateId(field, id);
}

absl::Status Validate(const OrderRow& row) {
  if (absl::Status status = ValidateId("order_id", row.order_id); !status.ok()) return status;
  if (absl::Status status = ValidateOptionalId("customer_id", row.customer_id); !status.ok()) return status;
  if (absl::Status status = ValidateId("item_id", row.item_id); !status.ok()) return status;
  if (row.quantity == 0 || row.quantity > kMaxQuantity || row.quantity < -kMaxQuantity) {
    return absl::InvalidArgumentError(absl::StrCat("quantity: must lie in 1..", kMaxQuantity,
                                                   " or below 0 for a return, got '", row.quantity, "'"));
  }
  if (row.unit_price != kNoPrice && (row.unit_price < 0 || row.unit_price > kMaxPrice)) {
    return absl::InvalidArgumentError("unit_price: is negative or beyond the limit, got '" +
                                      FormatPrice(row.unit_price) + "'");
  }
  return absl::OkStatus();
}

absl::Status Validate(const ViewRow& row) {
  if (absl::Status status = ValidateId("session_id", row.session_id); !status.ok()) return status;
  if (absl::Status status = ValidateOptionalId("customer_id", row.customer_id); !status.ok()) return status;
  return ValidateId("item_id", row.item_id);
}

// The number of the order or session of the row before: rows of one stand together in most files.
struct Previous {
  std::string_view id, customer_id;
  int64_t ref = 0;
  bool Is(std::string_view other_id, std::string_view other_customer) const {
    return ref != 0 && id == other_id && customer_id == other_customer;
  }
};

absl::Status AppendOrderRow(Page& page, const OrderRow& row, size_t at, Previous& previous,
                            RowOutcome& outcome) {
  if (!previous.Is(row.order_id, row.customer_id)) {
    const absl::StatusOr<OrderLookup> order = FindOrAddOrder(page, row.order_id, row.customer_id);
    if (!order.ok()) return order.status();
    if (order->conflict) {
      outcome.refused.push_back(
          {at, "order_customer_conflict", ConflictMessage(row.order_id, row.customer_id)});
      return absl::OkStatus();
    }
    previous = {row.order_id, row.customer_id, order->order};
  }
  const absl::StatusOr<int64_t> item = page.names.items.FindOrAdd(page.db, row.item_id);
  if (!item.ok()) return item.status();
  const absl::StatusOr<bool> added =
      AddLine(page, {previous.ref, *item, row.quantity, row.time, row.unit_price, row.occurrence});
  if (!added.ok()) return added.status();
  ++(*added ? outcome.accepted : outcome.duplicates);
  return absl::OkStatus();
}

absl::Status AppendViewRow(Page& page, const ViewRow& row, Previous& previous, RowOutcome& outcome) {
  if (!previous.Is(row.session_id, row.customer_id)) {
    const absl::StatusOr<int64_t> session = FindOrAddSession(page, row.session_id, row.customer_id);
    if (!session.ok()) return session.status();
    previous = {row.session_id, row.customer_id, *session};
  }
  const absl::StatusOr<int64_t> item = page.names.items.FindOrAdd(page.db, row.item_id);
  if (!item.ok()) return item.status();
  const absl::StatusOr<bool> added = AddView(page, previous.ref, *item, row.time, row.occurrence);
  if (!added.ok()) return added.status();
  ++(*added ? outcome.accepted : outcome.duplicates);
  return absl::OkStatus();
}

// Refuses what is not valid, and hands the others to `append`.
template <class Row, class Append>
absl::Status AppendValid(std::span<const Row> rows, RowOutcome& outcome, const Append& append) {
  outcome = {};
  for (size_t at = 0; at < rows.size(); ++at) {
    if (absl::Status invalid = Validate(rows[at]); !invalid.ok()) {
      outcome.refused.push_back({at, "invalid_row", std::string(invalid.message())});
      continue;
    }
    if (absl::Status status = append(rows[at], at); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RowOutcome> Ledger::AppendOrderRows(std::span<const OrderRow> rows) {
  RowOutcome outcome;
  absl::Status status = state_->Write([&](Page& page) {
    Previous previous;
    return AppendValid(rows, outcome, [&](const OrderRow& row, size_t at) {
      return AppendOrderRow(page, row, at, previous, outcome);
    });
  });
  if (!status.ok()) return status;
  return outcome;
}

absl::StatusOr<RowOutcome> Ledger::AppendViewRows(std::span<const ViewRow> rows) {
  RowOutcome outcome;
  absl::Status status = state_->Write([&](Page& page) {
    Previous previous;
    return AppendValid(rows, outcome, [&](const ViewRow& row, size_t) {
      return AppendViewRow(page, row, previous, outcome);
    });
  });
  if (!status.ok()) return status;
  return outcome;
}

}  // namespace awase
