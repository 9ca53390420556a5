// From a gRPC status to an absl::Status that a person can act on.
#ifndef AWASE_CLIENTS_CPP_STATUS_H_
#define AWASE_CLIENTS_CPP_STATUS_H_

#include <grpcpp/support/status.h>

#include <optional>

#include "absl/status/status.h"
#include "google/rpc/error_details.pb.h"

namespace awase::client {

// Same code; the text with the wrong fields and the reason of `grpc-status-details-bin` behind it, as in
//   "the request has errors; cart_lines[0].quantity: is negative, got -3 (QUANTITY_NEGATIVE)".
// Every detail message is kept as a payload under its type URL, for the functions below.
absl::Status FromGrpc(const grpc::Status& status);

// Details that the server sent with an error; nullopt when it sent none.
std::optional<google::rpc::ErrorInfo> ErrorInfoOf(const absl::Status& status);
std::optional<google::rpc::BadRequest> BadRequestOf(const absl::Status& status);
std::optional<google::rpc::RetryInfo> RetryInfoOf(const absl::Status& status);

}  // namespace awase::client

#endif  // AWASE_CLIENTS_CPP_STATUS_H_
