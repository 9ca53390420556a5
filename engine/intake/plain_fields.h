// Fields as nearly all of them are written, read in place. Each function says no to whatever is unusual or
// wrong: the full readers judge that, and word what is wrong with it.
#ifndef AWASE_ENGINE_INTAKE_PLAIN_FIELDS_H_
#define AWASE_ENGINE_INTAKE_PLAIN_FIELDS_H_

#include <cstdint>
#include <string_view>

#include "engine/base/money.h"
#include "engine/base/plain_text.h"
#include "engine/base/time.h"
#include "engine/facts/facts.h"

namespace awase::plain {

// Without the call that == makes: fields are short, and most lines repeat some of the line before.
inline bool Same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  size_t at = 0;
  for (; at + 8 <= a.size(); at += 8) {
    if (LoadEight(a.data() + at) != LoadEight(b.data() + at)) return false;
  }
  for (; at < a.size(); ++at) {
    if (a[at] != b[at]) return false;
  }
  return true;
}

inline bool IsDigit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

// Printable ASCII without surrounding spaces, not too long.
inline bool IsId(std::string_view id) {
  return !id.empty() && id.size() <= kMaxIdBytes && id.front() != ' ' && id.back() != ' ' && IsPlainText(id);
}

// "7", "12".
inline bool ReadQuantity(std::string_view text, int32_t& quantity) {
  if (text.empty() || text.size() > 2 || !IsDigit(text[0]) || text[0] == '0') return false;
  quantity = text[0] - '0';
  if (text.size() == 2) {
    if (!IsDigit(text[1])) return false;
    quantity = quantity * 10 + (text[1] - '0');
  }
  return true;
}

// "1980", "2.55": twelve characters at most, so that no limit is near.
inline bool ReadPrice(std::string_view text, Micros& price) {
  constexpr Micros kPowers[] = {1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
  if (text.empty() || text.size() > 12) return false;
  Micros digits = 0;
  size_t at = 0, fraction = 0;
  for (; at < text.size() && IsDigit(text[at]); ++at) digits = digits * 10 + (text[at] - '0');
  if (at == 0) return false;
  if (at < text.size()) {
    if (text[at++] != '.') return false;
    fraction = text.size() - at;
    for (; at < text.size() && IsDigit(text[at]); ++at) digits = digits * 10 + (text[at] - '0');
  }
  if (at < text.size() || fraction > 6) return false;
  price = digits * kPowers[fraction];
  return true;
}

// "2010-12-01T08:26:00", or with a space, or a Z behind it; `utc`: what has no zone is in UTC.
inline bool ReadTime(std::string_view text, bool utc, UnixSeconds& time) {
  if (text.size() != 19 && (text.size() != 20 || text[19] != 'Z')) return false;
  if (text.size() == 19 && !utc) return false;
  bool good = text[4] == '-' && text[7] == '-' && (text[10] == 'T' || text[10] == ' ') && text[13] == ':' &&
              text[16] == ':';
  const auto two = [&](size_t at) {
    good &= IsDigit(text[at]) && IsDigit(text[at + 1]);
    return static_cast<uint32_t>(10 * (text[at] - '0') + (text[at + 1] - '0'));
  };
  const uint32_t year = 100 * two(0) + two(2), month = two(5), day = two(8);
  const uint32_t hour = two(11), minute = two(14), second = two(17);
  // No month is shorter than 28 days; what lies behind them is rare enough for the full reader.
  if (!good || year < 1971 || year > 2099 || month < 1 || month > 12 || day < 1 || day > 28 || hour > 23 ||
      minute > 59 || second > 59) {
    return false;
  }
  // Days from 1970-03-01 with years that begin in March, so that the leap day comes last. 2000 was a leap
  // year.
  const uint32_t from_march = (month + 9) % 12, years = year - 1970 - (from_march > 9);
  const uint32_t days = 365 * years + (years + 2) / 4 + (153 * from_march + 2) / 5 + day - 1;
  time = (days + 59) * kSecondsPerDay + hour * 3600 + minute * 60 + second;
  return true;
}

}  // namespace awase::plain

#endif  // AWASE_ENGINE_INTAKE_PLAIN_FIELDS_H_
