#include "engine/filter/node.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace awase {

absl::Status FilterError(size_t position, std::string_view message) {
  return absl::InvalidArgumentError(absl::StrCat("filter:", position, ": ", std::string(message)));
}

bool MatchesText(const Literal& literal, std::string_view text) {
  const std::string_view wanted = literal.text;
  if (text.size() < wanted.size()) return false;
  if (literal.open_start && literal.open_end) return text.find(wanted) != std::string_view::npos;
  if (literal.open_start) return text.ends_with(wanted);
  if (literal.open_end) return text.starts_with(wanted);
  return text == wanted;
}

bool ContainsText(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) { return absl::ascii_tolower(a) == absl::ascii_tolower(b); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end() || part.empty();
}

std::optional<double> NumberOf(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

bool HoldsOrder(Comparator comparator, int sign) {
  switch (comparator) {
    case Comparator::kEqual:
      return sign == 0;
    case Comparator::kUnequal:
      return sign != 0;
    case Comparator::kLess:
      return sign < 0;
    case Comparator::kLessEqual:
      return sign <= 0;
    case Comparator::kGreater:
      return sign > 0;
    case Comparator::kGreaterEqual:
      return sign >= 0;
    case Comparator::kHas:
      break;
  }
  return false;
}

bool MeetsText(Comparator comparator, const Literal& literal, std::string_view text) {
  if (literal.number) {
    const std::optional<double> value = NumberOf(text);
    if (value)
      return HoldsOrder(comparator, *value < *literal.number ? -1 : *value > *literal.number ? 1 : 0);
    // Nothing but numbers is below or above a number.
    if (comparator != Comparator::kEqual) return false;
  }
  if (comparator == Comparator::kEqual) return MatchesText(literal, text);
  return HoldsOrder(comparator, text.compare(literal.text));
}

}  // namespace awase
