// The parsed form of a filter, and how one value meets a restriction.
#ifndef AWASE_ENGINE_FILTER_NODE_H_
#define AWASE_ENGINE_FILTER_NODE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "engine/filter/filter.h"

namespace awase {

enum class Comparator : uint8_t { kEqual, kUnequal, kLess, kLessEqual, kGreater, kGreaterEqual, kHas };

// What stands right of a comparator.
struct Literal {
  std::string text;  // unquoted, escapes resolved, without wildcards
  bool quoted = false;
  bool open_start = false;       // '*' before
  bool open_end = false;         // '*' behind
  std::optional<double> number;  // of a bare number
  size_t position = 0;           // in the expression, from 1

  bool wild() const { return open_start || open_end; }
  // A lone star: anything that is set.
  bool anything() const { return wild() && text.empty(); }
};

struct Filter::Node {
  enum class Kind : uint8_t { kAnd, kOr, kNot, kRestriction } kind = Kind::kRestriction;
  std::vector<Node> children;  // of kAnd, kOr two or more; of kNot one
  std::string field;           // "attributes.brand"
  size_t position = 0;         // of the field, from 1
  Comparator comparator = Comparator::kEqual;
  Literal literal;
};

// "filter:17: message".
absl::Status FilterError(size_t position, std::string_view message);

// text = literal, wildcards observed.
bool MatchesText(const Literal& literal, std::string_view text);
// Whether `part` stands in `text`, ASCII letters without case.
bool ContainsText(std::string_view text, std::string_view part);
// "10", "-2.5", "1e3"; nullopt for anything else.
std::optional<double> NumberOf(std::string_view text);
// sign: below 0, 0, above 0. kEqual, kUnequal and the four orders; not kHas.
bool HoldsOrder(Comparator comparator, int sign);
// All comparators but kHas and kUnequal over one text: as numbers where both are, else by bytes.
bool MeetsText(Comparator comparator, const Literal& literal, std::string_view text);

}  // namespace awase

#endif  // AWASE_ENGINE_FILTER_NODE_H_
