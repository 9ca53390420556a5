#include "engine/base/time.h"

#include <charconv>
#include <limits>

#include "absl/strings/string_view.h"

namespace awase {
namespace {

absl::Status NotATime(std::string_view text) {
  return absl::InvalidArgumentError("not a time, got '" + std::string(text) + "'");
}

// Reads exactly `count` digits at `at`; -1 when they are not there.
int Digits(std::string_view text, size_t at, size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

absl::StatusOr<UnixSeconds> InRange(int64_t seconds, std::string_view text) {
  if (seconds < 1 || seconds > std::numeric_limits<UnixSeconds>::max()) {
    return absl::InvalidArgumentError("time lies outside 1970..2106, got '" + std::string(text) + "'");
  }
  return static_cast<UnixSeconds>(seconds);
}

// Offset behind the seconds: "" local, "Z", "+09:00", "+0900", "+09". False when it is none of these.
bool ParseOffset(std::string_view text, bool& local, int& seconds_east) {
  local = text.empty();
  seconds_east = 0;
  if (text.empty() || text == "Z" || text == "z") return true;
  if (text[0] != '+' && text[0] != '-') return false;
  const int hours = Digits(text, 1, 2);
  int minutes = 0;
  if (text.size() == 6 && text[3] == ':') {
    minutes = Digits(text, 4, 2);
  } else if (text.size() == 5) {
    minutes = Digits(text, 3, 2);
  } else if (text.size() != 3) {
    return false;
  }
  if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) return false;
  seconds_east = (hours * 60 + minutes) * 60 * (text[0] == '-' ? -1 : 1);
  return true;
}

}  // namespace

absl::StatusOr<UnixSeconds> ParseTime(std::string_view text, absl::TimeZone zone) {
  if (text.empty()) return kNoTime;
  if (text.size() < 5 || text[4] != '-') {
    int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size()) return NotATime(text);
    return InRange(seconds, text);
  }
  const int year = Digits(text, 0, 4), month = Digits(text, 5, 2), day = Digits(text, 8, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1 || text.size() < 10 || text[7] != '-')
    return NotATime(text);
  int hour = 0, minute = 0, second = 0;
  std::string_view rest = text.substr(10);
  if (!rest.empty() && (rest[0] == 'T' || rest[0] == ' ' || rest[0] == 't')) {
    hour = Digits(rest, 1, 2);
    minute = Digits(rest, 4, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || rest[3] != ':') return NotATime(text);
    rest.remove_prefix(6);
    if (!rest.empty() && rest[0] == ':') {
      second = Digits(rest, 1, 2);
      if (second < 0 || second > 60) return NotATime(text);
      rest.remove_prefix(3);
      if (!rest.empty() && rest[0] == '.') {
        rest.remove_prefix(1);
        while (!rest.empty() && rest[0] >= '0' && rest[0] <= '9') rest.remove_prefix(1);
      }
    }
  }
  bool local = false;
  int seconds_east = 0;
  if (!ParseOffset(rest, local, seconds_east)) return NotATime(text);
  const absl::CivilSecond civil(year, month, day, hour, minute, second);
  // A day that its month lacks would have been carried over.
  if (absl::CivilDay(civil) != absl::CivilDay(year, month, day) || civil.month() != month)
    return NotATime(text);
  const absl::Time time = local ? absl::FromCivil(civil, zone) : absl::FromCivil(civil, absl::UTCTimeZone());
  return InRange(absl::ToUnixSeconds(time) - seconds_east, text);
}

std::string FormatTime(UnixSeconds t) {
  if (t == kNoTime) return "";
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(t), absl::UTCTimeZone());
}

}  // namespace awase
