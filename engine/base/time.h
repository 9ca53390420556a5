// Time as the engine keeps it: whole seconds since 1970-01-01T00:00:00Z in 32 bits (to the year 2106).
#ifndef AWASE_ENGINE_BASE_TIME_H_
#define AWASE_ENGINE_BASE_TIME_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace awase {

using UnixSeconds = uint32_t;

// The source had no time stamp. Sorts before every time.
inline constexpr UnixSeconds kNoTime = 0;
inline constexpr uint32_t kSecondsPerDay = 86400;

// Reads ISO 8601 ("2010-12-01T08:26:00", "2010-12-01 08:26", "2010-12-01", with or without "Z" or an offset)
// or whole epoch seconds. A stamp without a zone is local to `zone`. Blank yields kNoTime. Errors:
// INVALID_ARGUMENT "not a time, got '...'"; before 1970-01-01T00:00:01Z or after 2106.
absl::StatusOr<UnixSeconds> ParseTime(std::string_view text, absl::TimeZone zone);

// UTC, "2010-12-01T08:26:00Z"; kNoTime yields "".
std::string FormatTime(UnixSeconds t);

}  // namespace awase

#endif  // AWASE_ENGINE_BASE_TIME_H_
