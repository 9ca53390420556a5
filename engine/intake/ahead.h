// Reading and keeping at the same time: a thread reads ahead while the caller keeps what came before.
#ifndef AWASE_ENGINE_INTAKE_AHEAD_H_
#define AWASE_ENGINE_INTAKE_AHEAD_H_

#include <functional>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/intake/handover.h"
#include "engine/intake/intake.h"

namespace awase {

// `read(options, sink)` runs in a thread of its own; `sink` and on_error are called here, in the same order
// as without a thread. An error from `sink` ends both.
template <class Row, class Read>
absl::StatusOr<IntakeReport> ReadAhead(const IntakeOptions& options,
                                       const std::function<absl::Status(std::span<const Row>)>& sink,
                                       const Read& read) {
  // A file of bad lines alone must not pile them up.
  constexpr size_t kMaxErrors = 1000;
  Handover<Row> handover;
  std::vector<LineError> errors;
  IntakeOptions alone = options;
  alone.ahead = false;
  if (options.on_error) {
    alone.on_error = [&](const LineError& error) {
      errors.push_back(error);
      if (errors.size() >= kMaxErrors && !handover.Put({}, errors)) errors.clear();
    };
  }
  absl::StatusOr<IntakeReport> report = absl::CancelledError("reading: was given up");
  std::thread reader([&] {
    report = read(alone, [&](std::span<const Row> rows) {
      return handover.Put(rows, errors) ? absl::OkStatus() : absl::CancelledError("reading: was given up");
    });
    if (!errors.empty()) handover.Put({}, errors);
    handover.End();
  });
  absl::Status status;
  while (std::optional<OwnedRows<Row>> batch = handover.Take()) {
    for (const LineError& error : batch->errors) options.on_error(error);
    if (!batch->rows.empty()) status = sink(batch->rows);
    if (!status.ok()) break;
    handover.GiveBack(*std::move(batch));
  }
  handover.Abandon();
  reader.join();
  if (!status.ok()) return status;
  return report;
}

}  // namespace awase

#endif  // AWASE_ENGINE_INTAKE_AHEAD_H_
