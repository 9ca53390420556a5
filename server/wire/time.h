// Times and durations across the wire.
#ifndef AWASE_SERVER_WIRE_TIME_H_
#define AWASE_SERVER_WIRE_TIME_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

#include "engine/base/time.h"

namespace awase {

// Fills `out`; kNoTime leaves it as it is.
inline void SetTime(UnixSeconds time, google::protobuf::Timestamp* out) { out->set_seconds(time); }
void SetTime(absl::Time time, google::protobuf::Timestamp* out);
void SetDuration(absl::Duration duration, google::protobuf::Duration* out);

// Whole seconds, fractions cut off. INVALID_ARGUMENT before 1970-01-01T00:00:01Z, after 2106, or with odd
// nanos.
absl::StatusOr<UnixSeconds> ReadTime(std::string_view field, const google::protobuf::Timestamp& time);

// Rejects what an event over the wire may not say: over 10 years back, over 10 minutes ahead of `now`.
absl::Status CheckEventTime(std::string_view field, UnixSeconds time, absl::Time now);

}  // namespace awase

#endif  // AWASE_SERVER_WIRE_TIME_H_
