#include "clients/cpp/status.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/status.pb.h"

namespace awase::client {
namespace {

constexpr char kTypePrefix[] = "type.googleapis.com/";

template <typename Detail>
std::optional<Detail> DetailOf(const absl::Status& status) {
  const auto payload = status.GetPayload(absl::StrCat(kTypePrefix, Detail::descriptor()->full_name()));
  Detail detail;
  if (!payload || !detail.ParseFromString(std::string(*payload))) {
    return std::nullopt;
  }
  return detail;
}

}  // namespace

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) {
    return absl::OkStatus();
  }
  google::rpc::Status sent;
  google::rpc::BadRequest bad_request;
  google::rpc::ErrorInfo info;
  std::string text = status.error_message();
  // A proxy may have cut or replaced the header: what does not parse is left out, never an error of its own.
  if (sent.ParseFromString(status.error_details())) {
    for (const google::protobuf::Any& detail : sent.details()) {
      detail.UnpackTo(&bad_request);
      detail.UnpackTo(&info);
    }
  }
  for (const auto& violation : bad_request.field_violations()) {
    const std::string wrong = absl::StrCat(violation.field(), ": ", violation.description());
    if (text.find(wrong) == std::string::npos) {
      absl::StrAppend(&text, text.empty() ? "" : "; ", wrong);
    }
  }
  if (!info.reason().empty()) {
    absl::StrAppend(&text, text.empty() ? "" : " ", "(", info.reason(), ")");
  }
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), text);
  for (const google::protobuf::Any& detail : sent.details()) {
    result.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return result;
}

std::optional<google::rpc::ErrorInfo> ErrorInfoOf(const absl::Status& status) {
  return DetailOf<google::rpc::ErrorInfo>(status);
}
std::optional<google::rpc::BadRequest> BadRequestOf(const absl::Status& status) {
  return DetailOf<google::rpc::BadRequest>(status);
}
std::optional<google::rpc::RetryInfo> RetryInfoOf(const absl::Status& status) {
  return DetailOf<google::rpc::RetryInfo>(status);
}

}  // namespace awase::client
