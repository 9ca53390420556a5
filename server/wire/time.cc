#include "server/wire/time.h"

#include <limits>

#include "absl/strings/str_cat.h"

#include "server/rpc/status.h"

namespace awase {

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

void SetDuration(absl::Duration duration, google::protobuf::Duration* out) {
  const int64_t nanos = absl::ToInt64Nanoseconds(duration);
  out->set_seconds(nanos / 1'000'000'000);
  out->set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
}

absl::StatusOr<UnixSeconds> ReadTime(std::string_view field, const google::protobuf::Timestamp& time) {
  if (time.seconds() < 1 || time.seconds() > std::numeric_limits<UnixSeconds>::max() || time.nanos() < 0 ||
      time.nanos() > 999'999'999) {
    return rpc::Invalid(
        field, absl::StrCat("must lie in 1970 to 2106, got ", time.seconds(), " s ", time.nanos(), " ns"));
  }
  return static_cast<UnixSeconds>(time.seconds());
}

absl::Status CheckEventTime(std::string_view field, UnixSeconds time, absl::Time now) {
  const absl::Time when = absl::FromUnixSeconds(time);
  if (when > now + absl::Minutes(10)) return rpc::Invalid(field, "lies more than 10 minutes ahead");
  if (when < now - absl::Hours(24 * 3653)) return rpc::Invalid(field, "lies more than 10 years back");
  return absl::OkStatus();
}

}  // namespace awase
