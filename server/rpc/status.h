// Errors on their way to the caller: absl::Status with google.rpc details as payloads, and the crossing to
// grpc::Status.
#ifndef AWASE_SERVER_RPC_STATUS_H_
#define AWASE_SERVER_RPC_STATUS_H_

#include <grpcpp/support/status.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace awase::rpc {

// INVALID_ARGUMENT "<field>: <description>" with a BadRequest field violation and the reason INVALID_FIELD.
// Neither part may hold customer data: name positions, lengths and limits instead.
absl::Status Invalid(std::string_view field, std::string_view description);

// An engine's "field: what, got value" as Invalid("<prefix>.field", "what"). The value goes: it may be a
// customer's.
absl::Status InvalidUnder(std::string_view prefix, const absl::Status& engine_status);

// The same for all that is wrong in one request.
class Violations {
 public:
  // `prefix` goes before every field: "shared.".
  explicit Violations(std::string_view prefix = "") : prefix_(prefix) {}
  void Add(std::string_view field, std::string_view description) {
    found_.emplace_back(prefix_ + std::string(field), std::string(description));
  }
  bool empty() const { return found_.empty(); }
  // OK when nothing was added.
  absl::Status ToStatus() const;

 private:
  std::string prefix_;
  std::vector<std::pair<std::string, std::string>> found_;
};

// A status of `code` with an ErrorInfo of domain "awase" and an UPPER_SNAKE_CASE reason that programs may
// rely on.
absl::Status Error(absl::StatusCode code, std::string_view reason, std::string_view message);
// Gives an error of the engine a reason; OK and errors that already have one pass unchanged.
absl::Status WithReason(absl::Status status, std::string_view reason);
// Adds RetryInfo. The call layer sends it as grpc-retry-pushback-ms as well.
absl::Status WithRetryAfter(absl::Status status, absl::Duration delay);
// Delay of WithRetryAfter, in milliseconds; -1 when it has none.
int64_t RetryAfterMs(const absl::Status& status);
// The reason of an error's ErrorInfo; the code's name where it has none.
std::string ReasonOf(const absl::Status& status);

// Carries a google.rpc.Status with all details in grpc-status-details-bin.
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace awase::rpc

#endif  // AWASE_SERVER_RPC_STATUS_H_
