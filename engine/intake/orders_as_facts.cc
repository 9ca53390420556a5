#include <utility>

#include "engine/intake/batches.h"
#include "engine/intake/orders.h"

namespace awase {
namespace {

// An order's customer, as a ledger would settle it: the first that is named; false for another one.
bool SettleCustomer(FactTable& facts, uint32_t order, std::string_view customer_id) {
  if (order == facts.order_customer.size()) facts.order_customer.push_back(kAnonymous);
  if (customer_id.empty()) return true;
  uint32_t& customer = facts.order_customer[order];
  if (customer == kAnonymous) customer = facts.customers.Intern(customer_id);
  return facts.customers[customer] == customer_id;
}

}  // namespace

absl::StatusOr<FactTable> ReadOrdersAsFacts(const std::string& path, const IntakeOptions& options,
                                            IntakeReport* report) {
  FactTable facts;
  IntakeReport conflicts;
  // The order of the line before and whose it was said to be.
  std::string last_order, last_customer;
  uint32_t order = 0;
  const auto sink = [&](std::span<const OrderRow> rows) {
    for (const OrderRow& row : rows) {
      if (facts.lines.empty() || !plain::Same(row.order_id, last_order) ||
          !plain::Same(row.customer_id, last_customer)) {
        order = facts.orders.Intern(row.order_id);
        if (!SettleCustomer(facts, order, row.customer_id)) {
          const Record record{row.line, {}, {}, {}, {}};
          const Rejection rejection{"order_customer_conflict", "customer_id: order '" +
                                                                   std::string(row.order_id) +
                                                                   "' belongs to another customer, got '" +
                                                                   std::string(row.customer_id) + "'"};
          if (absl::Status strict = Reject(path, record, rejection, options, conflicts); !strict.ok())
            return strict;
          if (row.quantity < 0) ++conflicts.returns;
          continue;
        }
        last_order = row.order_id;
        last_customer = row.customer_id;
      }
      facts.lines.push_back({order, facts.items.Intern(row.item_id), row.quantity, row.time});
    }
    return absl::OkStatus();
  };
  absl::StatusOr<IntakeReport> read = ReadOrderRecords(path, options, /*number_copies=*/false, sink);
  if (!read.ok()) return read.status();
  if (report != nullptr) {
    *report = *std::move(read);
    report->rejected += conflicts.rejected;
    report->returns -= conflicts.returns;
    for (const auto& [reason, count] : conflicts.reasons) report->reasons[reason] += count;
  }
  return facts;
}

}  // namespace awase
