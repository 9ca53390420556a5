// AIP-160 filter expressions, parsed once, compiled against a model or a request.
#ifndef AWASE_ENGINE_FILTER_FILTER_H_
#define AWASE_ENGINE_FILTER_FILTER_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "engine/base/bitset.h"
#include "engine/model/model.h"

namespace awase {

// A parsed expression. Immutable, safe from any thread.
//   grammar   AIP-160: AND, OR (binds tighter than AND), two expressions side by side (AND, tighter than the
//   word but looser
//             than OR), NOT and -, parentheses, = != < <= > >= and ':' (has). Functions and lists of values
//             are not part of it.
//   values    words, numbers, true / false, strings in " or ' with \ before a quote, a * or a \ that is meant
//   wildcard  * at either end of a value, in = and != only; "field:*" asks whether the field is set
//   !=        the contrary of =: it holds where the field is not set, like NOT field = value
// Limits: 2,000 bytes, 32 levels. Errors: INVALID_ARGUMENT "filter:17: expected a value, got ')'"; positions
// count bytes from 1.
class Filter {
 public:
  // An expression of nothing but white space is empty: it matches everything.
  static absl::StatusOr<Filter> Parse(std::string_view text);

  // Items that match. Fields:
  //   item_id, group      = != < <= > >= by bytes; ':' part of it, letter case of ASCII aside
  //   title               = != in any language; ':' part of it
  //   category            like item_id, but ':' takes the path and all below: category:"home/kitchen"
  //   price               number; nothing holds where the item has none but != and NOT
  //   available, repeatable  true or false, with = != ':'
  //   attributes.NAME     as numbers where the value is a bare number and the attribute reads as one, else
  //   like item_id attributes:NAME     whether the item has the attribute
  // Errors: INVALID_ARGUMENT for an unknown field or a value or operator that does not fit. Cost: one scan of
  // the items for each restriction.
  absl::StatusOr<Bitset> Select(const Model& model) const;

  // True when it holds for a request. `lookup(field)` yields the values of a field ("customer.known",
  // "cart.items", "customer.attributes.device"), empty when unset. A restriction holds when any of the values
  // meets it; ':' asks for one of the values, whole. Bare numbers compare as numbers with values that read as
  // such.
  using Lookup = std::function<std::vector<std::string>(std::string_view field)>;
  bool Holds(const Lookup& lookup) const;

  // The fields that the expression reads, in order, each once: for checking a condition before a request
  // meets it.
  std::vector<std::string> Fields() const;

  bool empty() const { return root_ == nullptr; }

  struct Node;

 private:
  std::shared_ptr<const Node> root_;
};

}  // namespace awase

#endif  // AWASE_ENGINE_FILTER_FILTER_H_
