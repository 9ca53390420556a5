#include "server/rpc/status.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "google/protobuf/message.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace awase::rpc {
namespace {

constexpr std::string_view kTypePrefix = "type.googleapis.com/";

template <class Detail>
std::string UrlOf() {
  return std::string(kTypePrefix) + Detail::descriptor()->full_name();
}

template <class Detail>
void Attach(absl::Status& status, const Detail& detail) {
  status.SetPayload(UrlOf<Detail>(), absl::Cord(detail.SerializeAsString()));
}

template <class Detail>
bool Read(const absl::Status& status, Detail& detail) {
  const auto payload = status.GetPayload(UrlOf<Detail>());
  return payload.has_value() && detail.ParseFromString(std::string(*payload));
}

}  // namespace

absl::Status Invalid(std::string_view field, std::string_view description) {
  Violations violations;
  violations.Add(field, description);
  return violations.ToStatus();
}

absl::Status InvalidUnder(std::string_view prefix, const absl::Status& engine_status) {
  std::string text(engine_status.message());
  text = text.substr(0, text.find(", got"));
  const size_t colon = text.find(": ");
  if (colon == std::string::npos) return Invalid(prefix, text);
  return Invalid(std::string(prefix) + "." + text.substr(0, colon), text.substr(colon + 2));
}

absl::Status Violations::ToStatus() const {
  if (found_.empty()) return absl::OkStatus();
  std::string message;
  google::rpc::BadRequest bad;
  for (const auto& [field, description] : found_) {
    absl::StrAppend(&message, message.empty() ? "" : "; ", field, ": ", description);
    auto* violation = bad.add_field_violations();
    violation->set_field(field);
    violation->set_description(description);
  }
  absl::Status status = Error(absl::StatusCode::kInvalidArgument, "INVALID_FIELD", message);
  Attach(status, bad);
  return status;
}

absl::Status Error(absl::StatusCode code, std::string_view reason, std::string_view message) {
  return WithReason(absl::Status(code, absl::string_view(message.data(), message.size())), reason);
}

absl::Status WithReason(absl::Status status, std::string_view reason) {
  google::rpc::ErrorInfo info;
  if (status.ok() || Read(status, info)) return status;
  info.set_domain("awase");
  info.set_reason(std::string(reason));
  Attach(status, info);
  return status;
}

absl::Status WithRetryAfter(absl::Status status, absl::Duration delay) {
  google::rpc::RetryInfo info;
  const int64_t nanos = absl::ToInt64Nanoseconds(delay);
  info.mutable_retry_delay()->set_seconds(nanos / 1'000'000'000);
  info.mutable_retry_delay()->set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
  Attach(status, info);
  return status;
}

int64_t RetryAfterMs(const absl::Status& status) {
  google::rpc::RetryInfo info;
  if (!Read(status, info)) return -1;
  return info.retry_delay().seconds() * 1000 + info.retry_delay().nanos() / 1'000'000;
}

std::string ReasonOf(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  return Read(status, info) ? info.reason() : absl::StatusCodeToString(status.code());
}

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const absl::Status whole = WithReason(status, absl::StatusCodeToString(status.code()));
  google::rpc::Status details;
  details.set_code(static_cast<int>(whole.code()));
  details.set_message(std::string(whole.message()));
  whole.ForEachPayload([&](absl::string_view url, const absl::Cord& bytes) {
    auto* any = details.add_details();
    any->set_type_url(std::string(url));
    any->set_value(std::string(bytes));
  });
  return grpc::Status(static_cast<grpc::StatusCode>(whole.code()), std::string(whole.message()),
                      details.SerializeAsString());
}

}  // namespace awase::rpc
