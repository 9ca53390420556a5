// Texts of a record to values, with a reason for what is none.
#ifndef AWASE_ENGINE_INTAKE_FIELDS_H_
#define AWASE_ENGINE_INTAKE_FIELDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "engine/base/money.h"
#include "engine/base/time.h"
#include "engine/intake/plain_fields.h"

namespace awase {

// Why a record is not taken.
struct Rejection {
  std::string reason;   // "bad_time"
  std::string message;  // "timestamp: not a time, got 'x'"
};
// Empty when all is well.
using Verdict = std::optional<Rejection>;

// Where the columns of a kind of file stand in this one.
class Columns {
 public:
  Columns(std::string path, const std::vector<std::string>& header)
      : path_(std::move(path)), header_(header) {}
  // Position of the first of `names` that the header has; -1 when it has none.
  int Find(std::initializer_list<std::string_view> names) const;
  // The same, but INVALID_ARGUMENT naming the file and the first of `names`.
  absl::StatusOr<int> Need(std::initializer_list<std::string_view> names) const;

 private:
  std::string path_;
  const std::vector<std::string>& header_;
};

// Reads fields of one file one after the other; remembers the last of each kind, as lines of one order repeat
// it.
class FieldReader {
 public:
  FieldReader(absl::TimeZone zone, bool us_dates)
      : zone_(zone), utc_(zone == absl::UTCTimeZone()), us_dates_(us_dates) {}

  // Trimmed text of a column; "" when it is not there.
  std::string_view Text(const std::vector<std::string_view>& fields, int column) {
    if (column < 0) return {};
    const std::string_view field = fields[static_cast<size_t>(column)];
    return field.empty() || (field.front() > ' ' && field.back() > ' ') ? field : TrimField(field);
  }
  // An id that must be there, or may be blank; `name` is the column's.
  static Verdict CheckId(std::string_view name, std::string_view id) {
    if (plain::IsId(id)) return std::nullopt;
    return JudgeId(name, id);
  }
  Verdict ReadTime(std::string_view text, UnixSeconds& time) {
    if (plain::Same(text, last_time_text_)) {
      time = last_time_;
      return std::nullopt;
    }
    return ReadNewTime(text, time);
  }
  // Blank is 1.
  static Verdict ReadQuantity(std::string_view text, int32_t& quantity) {
    if (plain::ReadQuantity(text, quantity)) return std::nullopt;
    return JudgeQuantity(text, quantity);
  }
  static Verdict ReadUnitPrice(std::string_view text, Micros& price) {
    if (plain::ReadPrice(text, price)) return std::nullopt;
    return JudgeUnitPrice(text, price);
  }

  // Fields that had surrounding spaces.
  uint64_t trimmed() const { return trimmed_; }

 private:
  std::string_view TrimField(std::string_view field);
  static Verdict JudgeId(std::string_view name, std::string_view id);
  Verdict ReadNewTime(std::string_view text, UnixSeconds& time);
  static Verdict JudgeQuantity(std::string_view text, int32_t& quantity);
  static Verdict JudgeUnitPrice(std::string_view text, Micros& price);

  const absl::TimeZone zone_;
  const bool utc_;
  const bool us_dates_;  // "12/1/2010 8:26": month first
  std::string last_time_text_;
  UnixSeconds last_time_ = kNoTime;
  uint64_t trimmed_ = 0;
};

// "12/1/2010 8:26", month first, local to `zone`. INVALID_ARGUMENT otherwise.
absl::StatusOr<UnixSeconds> ParseUsTime(std::string_view text, absl::TimeZone zone);

// Bytes that are no UTF-8 are taken for Latin-1.
std::string ToUtf8(std::string_view text);

}  // namespace awase

#endif  // AWASE_ENGINE_INTAKE_FIELDS_H_
