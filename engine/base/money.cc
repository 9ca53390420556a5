#include "engine/base/money.h"

#include <cstddef>

#include "absl/strings/str_cat.h"

namespace awase {
namespace {

constexpr Micros kUnit = 1'000'000;

absl::Status NotAPrice(std::string_view text) {
  return absl::InvalidArgumentError("not a price, got '" + std::string(text) + "'");
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

absl::StatusOr<Micros> ParsePrice(std::string_view text) {
  if (text.empty()) return kNoPrice;
  size_t i = 0;
  const bool negative = text[0] == '-';
  if (text[0] == '-' || text[0] == '+') ++i;
  Micros whole = 0;
  size_t digits = 0;
  for (; i < text.size() && IsDigit(text[i]); ++i, ++digits) {
    whole = whole * 10 + (text[i] - '0');
    if (whole > kMaxPrice / kUnit)
      return absl::InvalidArgumentError("price is beyond the limit of " + FormatPrice(kMaxPrice) + ", got '" +
                                        std::string(text) + "'");
  }
  Micros fraction = 0;
  bool round_up = false;
  if (i < text.size() && text[i] == '.') {
    Micros place = kUnit / 10;
    bool beyond = false;
    for (++i; i < text.size() && IsDigit(text[i]); ++i, ++digits) {
      if (place > 0) {
        fraction += (text[i] - '0') * place;
        place /= 10;
      } else if (!beyond) {
        beyond = true;
        round_up = text[i] >= '5';
      }
    }
  }
  if (digits == 0 || i != text.size()) return NotAPrice(text);
  const Micros value = whole * kUnit + fraction + (round_up ? 1 : 0);
  return negative ? -value : value;
}

std::string FormatPrice(Micros price) {
  if (price == kNoPrice) return "";
  const Micros size = price < 0 ? -price : price;
  std::string text = absl::StrCat(price < 0 ? "-" : "", size / kUnit);
  if (size % kUnit != 0) {
    std::string fraction = absl::StrCat(absl::Dec(size % kUnit, absl::kZeroPad6));
    fraction.erase(fraction.find_last_not_of('0') + 1);
    text += "." + fraction;
  }
  return text;
}

}  // namespace awase
