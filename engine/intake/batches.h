// The loop that all readers share: records to rows, rows in batches to a sink, bad records to a report.
#ifndef AWASE_ENGINE_INTAKE_BATCHES_H_
#define AWASE_ENGINE_INTAKE_BATCHES_H_

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

#include "engine/intake/fields.h"
#include "engine/intake/intake.h"
#include "engine/intake/record_source.h"

namespace awase {

// "orders.csv:812: message". INVALID_ARGUMENT with that text when the reading is strict.
absl::Status Reject(const std::string& path, const Record& record, const Rejection& rejection,
                    const IntakeOptions& options, IntakeReport& report);

// `reader` turns a record into a row: Verdict Read(const Record&, Row&); and sees the good rows of a batch
// once more, together, before the sink does: void Finish(std::span<Row>).
template <class Row, class Reader>
absl::Status ReadBatches(const std::string& path, const IntakeOptions& options, RecordSource& source,
                         Reader& reader, const std::function<absl::Status(std::span<const Row>)>& sink,
                         IntakeReport& report) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  Clock::duration elsewhere{};  // in the sink, and waiting for bytes
  std::vector<Row> batch;
  batch.reserve(options.batch_rows);
  const auto flush = [&] {
    if (batch.empty()) return absl::OkStatus();
    reader.Finish(std::span<Row>(batch));
    const auto start = Clock::now();
    absl::Status status = sink(batch);
    elsewhere += Clock::now() - start;
    batch.clear();
    return status;
  };
  Record record;
  while (true) {
    const RecordSource::Step step = source.Next(record);
    if (step != RecordSource::Step::kRecord) {
      // The views of the batch die with the refill.
      if (absl::Status status = flush(); !status.ok()) return status;
      if (options.progress) options.progress("reading", source.stored_done(), source.stored_total());
      if (step == RecordSource::Step::kEnd) {
        report.bytes_seconds = source.bytes_seconds();
        report.parse_seconds = std::chrono::duration<double>(Clock::now() - begin - elsewhere).count();
        return absl::OkStatus();
      }
      const auto start = Clock::now();
      if (absl::Status status = source.Refill(); !status.ok()) return status;
      elsewhere += Clock::now() - start;
      continue;
    }
    ++report.rows;
    Verdict verdict;
    // Read where it is to stay; a record that is not taken leaves again.
    Row& row = batch.emplace_back();
    if (!record.reason.empty()) {
      verdict = Rejection{std::string(record.reason), record.message};
    } else if (record.fields.size() != source.header().size()) {
      verdict =
          Rejection{"field_count", absl::StrCat("has another number of fields than the header's ",
                                                source.header().size(), ", got ", record.fields.size())};
    } else {
      verdict = reader.Read(record, row);
    }
    if (!verdict) {
      if (batch.size() < options.batch_rows) continue;
      if (absl::Status status = flush(); !status.ok()) return status;
      continue;
    }
    batch.pop_back();
    if (absl::Status strict = Reject(path, record, *verdict, options, report); !strict.ok()) {
      // What stood before the bad line is taken, as it would be without `strict`.
      absl::Status status = flush();
      return status.ok() ? strict : status;
    }
  }
}

}  // namespace awase

#endif  // AWASE_ENGINE_INTAKE_BATCHES_H_
