#include "engine/intake/orders.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "engine/intake/ahead.h"
#include "engine/intake/batches.h"
#include "engine/intake/occurrences.h"

namespace awase {
namespace {

struct OrderColumns {
  int order, customer, time, item, quantity, price, title;
};

absl::StatusOr<OrderColumns> FindColumns(const std::string& path, const std::vector<std::string>& header,
                                         OrdersFormat format) {
  const Columns columns(path, header);
  if (format == OrdersFormat::kUciOnlineRetail) {
    // The names of both editions of the data set, or the canonical ones under the same rules.
    const absl::StatusOr<int> order = columns.Need({"invoiceno", "invoice", "order_id"});
    if (!order.ok()) return order.status();
    const absl::StatusOr<int> item = columns.Need({"stockcode", "item_id"});
    if (!item.ok()) return item.status();
    const absl::StatusOr<int> quantity = columns.Need({"quantity"});
    if (!quantity.ok()) return quantity.status();
    return OrderColumns{*order,
                        columns.Find({"customerid", "customer id", "customer_id"}),
                        columns.Find({"invoicedate", "timestamp"}),
                        *item,
                        *quantity,
                        columns.Find({"unitprice", "price", "unit_price"}),
                        columns.Find({"description", "title"})};
  }
  const absl::StatusOr<int> order = columns.Need({"order_id"});
  if (!order.ok()) {
    if (columns.Find({"invoiceno"}) < 0) return order.status();
    return absl::InvalidArgumentError(std::string(order.status().message()) +
                                      "; this is the form of --format uci-online-retail");
  }
  const absl::StatusOr<int> item = columns.Need({"item_id"});
  if (!item.ok()) return item.status();
  return OrderColumns{*order, columns.Find({"customer_id"}), columns.Find({"timestamp"}),
                      *item,  columns.Find({"quantity"}),    columns.Find({"unit_price"}),
                      -1};
}

// Spreadsheets write whole numbers that may be blank as decimals.
std::string_view WithoutDecimal(std::string_view customer) {
  if (customer.size() > 2 && customer.substr(customer.size() - 2) == ".0") customer.remove_suffix(2);
  return customer;
}

class OrderReader {
 public:
  OrderReader(const OrderColumns& columns, const IntakeOptions& options, bool number_copies)
      : columns_(columns),
        options_(options),
        uci_(options.format == OrdersFormat::kUciOnlineRetail),
        number_copies_(number_copies),
        fields_(options.zone, uci_) {}

  Verdict Read(const Record& record, OrderRow& row) {
    row.line = record.line;
    row.order_id = fields_.Text(record.fields, columns_.order);
    row.customer_id = fields_.Text(record.fields, columns_.customer);
    row.item_id = fields_.Text(record.fields, columns_.item);
    if (uci_) row.customer_id = WithoutDecimal(row.customer_id);
    if (Verdict wrong = CheckIds(row)) return wrong;
    if (Verdict wrong = fields_.ReadTime(fields_.Text(record.fields, columns_.time), row.time)) return wrong;
    const std::string_view quantity = fields_.Text(record.fields, columns_.quantity);
    if (Verdict wrong = fields_.ReadQuantity(quantity, row.quantity)) return wrong;
    if (uci_) {
      if (Verdict wrong = ApplyUciRules(row)) return wrong;
    }
    const std::string_view price = fields_.Text(record.fields, columns_.price);
    if (Verdict wrong = fields_.ReadUnitPrice(price, row.unit_price)) return wrong;
    if (number_copies_) hashes_.push_back(Hash(row));
    if (row.quantity < 0) ++returns_;
    if (options_.on_title && columns_.title >= 0) {
      const std::string_view title = fields_.Text(record.fields, columns_.title);
      if (!title.empty()) options_.on_title(row.item_id, ToUtf8(title));
    }
    return std::nullopt;
  }

  void Finish(std::span<OrderRow> rows) {
    if (!number_copies_) return;
    occurrences_.Add(hashes_, [&](size_t i, uint32_t copy) { rows[i].occurrence = copy; });
    hashes_.clear();
  }

  uint64_t returns() const { return returns_; }
  uint64_t trimmed() const { return fields_.trimmed(); }

 private:
  Verdict CheckIds(const OrderRow& row) {
    // Most lines name the order and the customer of the line before.
    if (row.order_id.empty() || !plain::Same(row.order_id, last_order_)) {
      if (Verdict wrong = fields_.CheckId("order_id", row.order_id)) return wrong;
      last_order_ = row.order_id;
      order_hash_ = XXH3_64bits(row.order_id.data(), row.order_id.size());
    }
    if (!row.customer_id.empty() && !plain::Same(row.customer_id, last_customer_)) {
      if (Verdict wrong = fields_.CheckId("customer_id", row.customer_id)) return wrong;
      last_customer_ = row.customer_id;
    }
    return fields_.CheckId("item_id", row.item_id);
  }

  // An invoice number with a leading C is a return, whatever the sign; a negative quantity without it is a
  // stock adjustment.
  static Verdict ApplyUciRules(OrderRow& row) {
    if (row.order_id.front() == 'C' || row.order_id.front() == 'c') {
      row.quantity = -std::abs(row.quantity);
    } else if (row.quantity < 0) {
      return Rejection{"adjustment",
                       absl::StrCat("quantity: is below 0 in an invoice that is no cancellation, got '",
                                    row.quantity, "'")};
    }
    return std::nullopt;
  }

  uint64_t Hash(const OrderRow& row) const {
    const uint64_t numbers[] = {order_hash_, static_cast<uint64_t>(row.quantity), row.time,
                                static_cast<uint64_t>(row.unit_price)};
    return XXH3_64bits_withSeed(row.item_id.data(), row.item_id.size(), XXH3_64bits(numbers, sizeof numbers));
  }

  const OrderColumns columns_;
  const IntakeOptions& options_;
  const bool uci_;
  const bool number_copies_;
  FieldReader fields_;
  Occurrences occurrences_;
  std::vector<uint64_t> hashes_;  // of the batch's rows
  std::string last_order_, last_customer_;
  uint64_t order_hash_ = 0;
  uint64_t returns_ = 0;
};

}  // namespace

absl::StatusOr<IntakeReport> ReadOrderRecords(
    const std::string& path, const IntakeOptions& options, bool number_copies,
    const std::function<absl::Status(std::span<const OrderRow>)>& sink) {
  if (options.ahead) {
    return ReadAhead<OrderRow>(options, sink, [&](const IntakeOptions& alone, const auto& own_sink) {
      return ReadOrderRecords(path, alone, number_copies, own_sink);
    });
  }
  absl::StatusOr<std::unique_ptr<RecordSource>> source =
      options.format == OrdersFormat::kJsonLines
          ? OpenJsonLines(path, {"order_id", "customer_id", "timestamp", "item_id", "quantity", "unit_price"})
          : OpenCsv(path);
  if (!source.ok()) return source.status();
  const absl::StatusOr<OrderColumns> columns = FindColumns(path, (*source)->header(), options.format);
  if (!columns.ok()) return columns.status();
  OrderReader reader(*columns, options, number_copies);
  IntakeReport report;
  if (absl::Status status = ReadBatches<OrderRow>(path, options, **source, reader, sink, report);
      !status.ok()) {
    return status;
  }
  report.returns = reader.returns();
  report.trimmed = reader.trimmed();
  return report;
}

absl::StatusOr<IntakeReport> ReadOrders(const std::string& path, const IntakeOptions& options,
                                        const std::function<absl::Status(std::span<const OrderRow>)>& sink) {
  return ReadOrderRecords(path, options, /*number_copies=*/true, sink);
}

}  // namespace awase
