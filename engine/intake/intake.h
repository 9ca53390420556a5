// Files to facts: CSV and JSON lines, plain or gzip, with an error for each bad line.
#ifndef AWASE_ENGINE_INTAKE_INTAKE_H_
#define AWASE_ENGINE_INTAKE_INTAKE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "engine/base/progress.h"
#include "engine/facts/fact_table.h"
#include "engine/facts/facts.h"

namespace awase {

enum class OrdersFormat : uint8_t { kCanonical, kUciOnlineRetail, kJsonLines };

// One line that was not taken.
struct LineError {
  uint64_t line = 0;    // 1-based, physical line where the record starts
  std::string reason;   // snake_case: "bad_time", "missing_item", "adjustment"...
  std::string message;  // "orders.csv:812: quantity: is not a whole number, got 'x'"
  std::string text;     // the record as read, at most 1,000 bytes
};

// What a reading did. Counts are of records, without the header.
struct IntakeReport {
  uint64_t rows = 0;  // records read
  uint64_t rejected = 0;
  uint64_t returns = 0;                     // taken rows that are returns
  uint64_t trimmed = 0;                     // fields whose surrounding spaces were removed
  std::map<std::string, uint64_t> reasons;  // rejected by reason
  double bytes_seconds = 0;                 // reading and unpacking; of a packed file, in a thread of its own
  double parse_seconds = 0;                 // bytes to rows
};

struct IntakeOptions {
  OrdersFormat format = OrdersFormat::kCanonical;
  absl::TimeZone zone = absl::UTCTimeZone();
  bool strict = false;  // stop with INVALID_ARGUMENT at the first bad line
  size_t batch_rows = 50'000;
  std::function<void(const LineError&)> on_error;  // each bad line, in order
  // The item's title on each taken order line, where the format has one (UCI's Description).
  std::function<void(std::string_view item_id, std::string_view title)> on_title;
  Progress progress;  // bytes of the file as stored
  // The sink runs while a thread of its own reads up to three batches ahead; on_title and progress are called
  // there. The same calls in the same order as without.
  bool ahead = false;
};

// `path` ends in .gz: unpacked on the way; "-": standard input. Columns are found by the header's names, in
// any order; a missing required one is INVALID_ARGUMENT naming it. Reads in constant memory (plus 11 to 22
// bytes a line for occurrences). `sink` gets batches whose views live until it returns; an error from it
// stops the reading and is returned.
absl::StatusOr<IntakeReport> ReadOrders(const std::string& path, const IntakeOptions& options,
                                        const std::function<absl::Status(std::span<const OrderRow>)>& sink);
// Header session_id,customer_id,timestamp,item_id (order_id is read as session_id).
absl::StatusOr<IntakeReport> ReadViews(const std::string& path, const IntakeOptions& options,
                                       const std::function<absl::Status(std::span<const ViewRow>)>& sink);
// Header item_id,title[,title_ja...],category,price[,group][,available][,repeatable]; every further column is
// an attribute.
absl::StatusOr<IntakeReport> ReadItems(const std::string& path, const IntakeOptions& options,
                                       const std::function<absl::Status(std::span<const Item>)>& sink);

// Straight to memory, without a ledger (evaluate --orders, benchmarks).
absl::StatusOr<FactTable> ReadOrdersAsFacts(const std::string& path, const IntakeOptions& options,
                                            IntakeReport* report);

}  // namespace awase

#endif  // AWASE_ENGINE_INTAKE_INTAKE_H_
