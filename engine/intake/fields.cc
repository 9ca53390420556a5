#include "engine/intake/fields.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "engine/facts/facts.h"
#include "engine/intake/text.h"

namespace awase {
namespace {

constexpr size_t kMaxShown = 100;

Rejection Wrong(std::string_view reason, std::string_view field, std::string_view what,
                std::string_view got) {
  return {std::string(reason), absl::StrCat(std::string(field), ": ", std::string(what), ", got '",
                                            std::string(got.substr(0, kMaxShown)), "'")};
}

// A whole number up to `end` of text; moves `at` behind it.
bool TakeNumber(std::string_view text, size_t& at, int& number) {
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), number);
  at = static_cast<size_t>(end - text.data());
  return error == std::errc() && number >= 0;
}

bool TakeChar(std::string_view text, size_t& at, char c) {
  if (at >= text.size() || text[at] != c) return false;
  ++at;
  return true;
}

}  // namespace

int Columns::Find(std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names) {
    const auto found = std::find(header_.begin(), header_.end(), name);
    if (found != header_.end()) return static_cast<int>(found - header_.begin());
  }
  return -1;
}

absl::StatusOr<int> Columns::Need(std::initializer_list<std::string_view> names) const {
  const int column = Find(names);
  if (column >= 0) return column;
  return absl::InvalidArgumentError(absl::StrCat(path_, ":1: column '", std::string(*names.begin()),
                                                 "' is missing, got header '", absl::StrJoin(header_, ","),
                                                 "'"));
}

std::string_view FieldReader::TrimField(std::string_view field) {
  const std::string_view trimmed = Trim(field);
  if (trimmed.size() != field.size()) ++trimmed_;
  return trimmed;
}

Verdict FieldReader::JudgeId(std::string_view name, std::string_view id) {
  if (id.empty()) {
    // "order_id" is missing_order.
    return Rejection{absl::StrCat("missing_", std::string(name.substr(0, name.find('_')))),
                     absl::StrCat(std::string(name), ": is empty")};
  }
  if (const absl::Status status = ValidateId(name, id); !status.ok()) {
    return Rejection{absl::StrCat("bad_", std::string(name)), std::string(status.message())};
  }
  return std::nullopt;
}

Verdict FieldReader::ReadNewTime(std::string_view text, UnixSeconds& time) {
  if (plain::ReadTime(text, utc_, time)) {
    last_time_text_ = text;
    last_time_ = time;
    return std::nullopt;
  }
  const absl::StatusOr<UnixSeconds> parsed = us_dates_ && text.find('/') != std::string_view::npos
                                                 ? ParseUsTime(text, zone_)
                                                 : ParseTime(text, zone_);
  if (!parsed.ok())
    return Rejection{"bad_time", absl::StrCat("timestamp: ", std::string(parsed.status().message()))};
  last_time_text_ = text;
  last_time_ = *parsed;
  time = *parsed;
  return std::nullopt;
}

Verdict FieldReader::JudgeQuantity(std::string_view text, int32_t& quantity) {
  quantity = 1;
  if (text.empty()) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), quantity);
  if (error == std::errc::invalid_argument || end != text.data() + text.size()) {
    return Wrong("bad_quantity", "quantity", "is not a whole number", text);
  }
  if (error != std::errc() || quantity == 0 || quantity > kMaxQuantity || quantity < -kMaxQuantity) {
    return Wrong("bad_quantity", "quantity",
                 absl::StrCat("must lie in 1..", kMaxQuantity, ", or below 0 for a return"), text);
  }
  return std::nullopt;
}

Verdict FieldReader::JudgeUnitPrice(std::string_view text, Micros& price) {
  const absl::StatusOr<Micros> parsed = ParsePrice(text);
  if (!parsed.ok())
    return Rejection{"bad_price", absl::StrCat("unit_price: ", std::string(parsed.status().message()))};
  if (*parsed != kNoPrice && *parsed < 0) return Wrong("bad_price", "unit_price", "is negative", text);
  price = *parsed;
  return std::nullopt;
}

absl::StatusOr<UnixSeconds> ParseUsTime(std::string_view text, absl::TimeZone zone) {
  int month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0;
  size_t at = 0;
  bool good = TakeNumber(text, at, month) && TakeChar(text, at, '/') && TakeNumber(text, at, day) &&
              TakeChar(text, at, '/') && TakeNumber(text, at, year);
  if (good && at < text.size()) {
    good = TakeChar(text, at, ' ') && TakeNumber(text, at, hour) && TakeChar(text, at, ':') &&
           TakeNumber(text, at, minute);
    if (good && at < text.size()) good = TakeChar(text, at, ':') && TakeNumber(text, at, second);
  }
  // Years of two digits are this century's: the form is a spreadsheet's.
  if (good && year < 100) year += 2000;
  const absl::CivilSecond civil(year, month, day, hour, minute, second);
  if (!good || at != text.size() || civil.year() != year || civil.month() != month || civil.day() != day ||
      civil.hour() != hour || civil.minute() != minute || civil.second() != second) {
    return absl::InvalidArgumentError("not a time as in 12/31/2010 8:26, got '" + std::string(text) + "'");
  }
  const int64_t seconds = absl::ToUnixSeconds(absl::FromCivil(civil, zone));
  if (seconds < 1 || seconds > std::numeric_limits<UnixSeconds>::max()) {
    return absl::InvalidArgumentError("time lies outside 1970..2106, got '" + std::string(text) + "'");
  }
  return static_cast<UnixSeconds>(seconds);
}

std::string ToUtf8(std::string_view text) {
  if (IsPlainText(text)) return std::string(text);
  // The id's check is the engine's check for UTF-8; a title may be longer than an id, so it is asked in
  // pieces of a character.
  std::string utf8;
  for (size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const std::string_view piece = text.substr(at, length);
    if (lead < 0x80 || ValidateId("", piece).ok()) {
      utf8.append(piece);
      at += length;
    } else {
      utf8.push_back(static_cast<char>(0xC0 | (lead >> 6)));
      utf8.push_back(static_cast<char>(0x80 | (lead & 0x3F)));
      ++at;
    }
  }
  return utf8;
}

}  // namespace awase
