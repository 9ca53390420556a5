#include <xxhash.h>

#include "engine/intake/ahead.h"
#include "engine/intake/batches.h"
#include "engine/intake/occurrences.h"

namespace awase {
namespace {

struct ViewColumns {
  int session, customer, time, item;
};

absl::StatusOr<ViewColumns> FindColumns(const std::string& path, const std::vector<std::string>& header) {
  const Columns columns(path, header);
  const absl::StatusOr<int> session = columns.Need({"session_id", "order_id"});
  if (!session.ok()) return session.status();
  const absl::StatusOr<int> item = columns.Need({"item_id"});
  if (!item.ok()) return item.status();
  return ViewColumns{*session, columns.Find({"customer_id"}), columns.Find({"timestamp"}), *item};
}

class ViewReader {
 public:
  ViewReader(const ViewColumns& columns, absl::TimeZone zone)
      : columns_(columns), fields_(zone, /*us_dates=*/false) {}

  Verdict Read(const Record& record, ViewRow& row) {
    row.line = record.line;
    row.session_id = fields_.Text(record.fields, columns_.session);
    row.customer_id = fields_.Text(record.fields, columns_.customer);
    row.item_id = fields_.Text(record.fields, columns_.item);
    if (Verdict wrong = fields_.CheckId("session_id", row.session_id)) return wrong;
    if (!row.customer_id.empty()) {
      if (Verdict wrong = fields_.CheckId("customer_id", row.customer_id)) return wrong;
    }
    if (Verdict wrong = fields_.CheckId("item_id", row.item_id)) return wrong;
    if (Verdict wrong = fields_.ReadTime(fields_.Text(record.fields, columns_.time), row.time)) return wrong;
    const uint64_t seed = XXH3_64bits_withSeed(row.session_id.data(), row.session_id.size(), row.time);
    hashes_.push_back(XXH3_64bits_withSeed(row.item_id.data(), row.item_id.size(), seed));
    return std::nullopt;
  }

  void Finish(std::span<ViewRow> rows) {
    occurrences_.Add(hashes_, [&](size_t i, uint32_t copy) { rows[i].occurrence = copy; });
    hashes_.clear();
  }

  uint64_t trimmed() const { return fields_.trimmed(); }

 private:
  const ViewColumns columns_;
  FieldReader fields_;
  Occurrences occurrences_;
  std::vector<uint64_t> hashes_;  // of the batch's rows
};

}  // namespace

absl::StatusOr<IntakeReport> ReadViews(const std::string& path, const IntakeOptions& options,
                                       const std::function<absl::Status(std::span<const ViewRow>)>& sink) {
  if (options.ahead) {
    return ReadAhead<ViewRow>(options, sink, [&](const IntakeOptions& alone, const auto& own_sink) {
      return ReadViews(path, alone, own_sink);
    });
  }
  absl::StatusOr<std::unique_ptr<RecordSource>> source =
      options.format == OrdersFormat::kJsonLines
          ? OpenJsonLines(path, {"session_id", "customer_id", "timestamp", "item_id"})
          : OpenCsv(path);
  if (!source.ok()) return source.status();
  const absl::StatusOr<ViewColumns> columns = FindColumns(path, (*source)->header());
  if (!columns.ok()) return columns.status();
  ViewReader reader(*columns, options.zone);
  IntakeReport report;
  if (absl::Status status = ReadBatches<ViewRow>(path, options, **source, reader, sink, report);
      !status.ok()) {
    return status;
  }
  report.trimmed = reader.trimmed();
  return report;
}

}  // namespace awase
