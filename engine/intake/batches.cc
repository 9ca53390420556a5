#include "engine/intake/batches.h"

namespace awase {
namespace {

constexpr size_t kMaxTextShown = 1000;

}  // namespace

absl::Status Reject(const std::string& path, const Record& record, const Rejection& rejection,
                    const IntakeOptions& options, IntakeReport& report) {
  ++report.rejected;
  ++report.reasons[rejection.reason];
  const std::string message =
      absl::StrCat(path == "-" ? "standard input" : path, ":", record.line, ": ", rejection.message);
  if (options.on_error) {
    options.on_error(
        {record.line, rejection.reason, message, std::string(record.text.substr(0, kMaxTextShown))});
  }
  return options.strict ? absl::InvalidArgumentError(message) : absl::OkStatus();
}

}  // namespace awase
