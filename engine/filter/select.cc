// Items that match: each restriction is one scan over a column, and the results are sets that AND, OR and NOT
// combine.
#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "engine/base/money.h"
#include "engine/filter/node.h"

namespace awase {
namespace {

using Node = Filter::Node;

constexpr std::string_view kAttribute = "attributes.";
constexpr std::string_view kKnownFields =
    "item_id, title, category, price, group, available, repeatable, attributes.NAME";

template <class Holds>
Bitset Where(uint32_t items, Holds holds) {
  Bitset set(items);
  for (uint32_t i = 0; i < items; ++i) {
    if (holds(i)) set.Set(i);
  }
  return set;
}

// != is the contrary of =, also for items that lack the field.
template <class Holds>
Bitset WhereText(const Node& node, uint32_t items, Holds holds) {
  const bool contrary = node.comparator == Comparator::kUnequal;
  const Comparator comparator = contrary ? Comparator::kEqual : node.comparator;
  Bitset set = Where(items, [&](uint32_t i) { return holds(comparator, i); });
  if (contrary) set.Flip();
  return set;
}

// One text an item, "" where it has none.
template <class TextOf>
Bitset SelectByText(const Node& node, uint32_t items, TextOf text_of) {
  return WhereText(node, items, [&](Comparator comparator, uint32_t i) {
    const std::string_view text = text_of(i);
    if (text.empty()) return false;
    if (comparator == Comparator::kHas)
      return node.literal.anything() || ContainsText(text, node.literal.text);
    return MeetsText(comparator, node.literal, text);
  });
}

// Texts that many items share are looked at once each.
template <class TextOf, class Meets>
Bitset SelectByLabel(const Node& node, const Model& model, std::span<const uint32_t> label_of,
                     uint32_t labels, TextOf text_of, Meets meets) {
  std::vector<bool> meeting(labels);
  const Comparator comparator =
      node.comparator == Comparator::kUnequal ? Comparator::kEqual : node.comparator;
  for (uint32_t label = 0; label < labels; ++label) meeting[label] = meets(comparator, text_of(label));
  return WhereText(node, model.items(),
                   [&](Comparator, uint32_t i) { return label_of[i] < labels && meeting[label_of[i]]; });
}

Bitset SelectByCategory(const Node& node, const Model& model) {
  std::string_view wanted = node.literal.text;
  while (wanted.ends_with('/')) wanted.remove_suffix(1);
  const auto below = [&](std::string_view path) {
    return path.starts_with(wanted) && (path.size() == wanted.size() || path[wanted.size()] == '/');
  };
  return SelectByLabel(
      node, model, model.item_categories(), model.categories(),
      [&](uint32_t c) { return model.category_path(c); },
      [&](Comparator comparator, std::string_view path) {
        if (comparator == Comparator::kHas) return node.literal.anything() || below(path);
        return MeetsText(comparator, node.literal, path);
      });
}

Bitset SelectByGroup(const Node& node, const Model& model) {
  return SelectByLabel(
      node, model, model.item_groups(), model.groups(), [&](uint32_t g) { return model.group_name(g); },
      [&](Comparator comparator, std::string_view name) {
        if (comparator == Comparator::kHas)
          return node.literal.anything() || ContainsText(name, node.literal.text);
        return MeetsText(comparator, node.literal, name);
      });
}

absl::StatusOr<Bitset> SelectByTitle(const Node& node, const Model& model) {
  if (node.comparator != Comparator::kEqual && node.comparator != Comparator::kUnequal &&
      node.comparator != Comparator::kHas) {
    return FilterError(node.position, "title: has no order, use = != or :");
  }
  return WhereText(node, model.items(), [&](Comparator comparator, uint32_t i) {
    for (const std::string_view title : model.titles(ItemId{i})) {
      if (comparator == Comparator::kHas ? node.literal.anything() || ContainsText(title, node.literal.text)
                                         : MatchesText(node.literal, title)) {
        return true;
      }
    }
    return false;
  });
}

absl::StatusOr<Bitset> SelectByPrice(const Node& node, const Model& model) {
  const std::span<const Micros> prices = model.prices();
  if (node.comparator == Comparator::kHas && node.literal.anything()) {
    return Where(model.items(), [&](uint32_t i) { return prices[i] != kNoPrice; });
  }
  const absl::StatusOr<Micros> wanted = ParsePrice(node.literal.text);
  if (!wanted.ok() || *wanted == kNoPrice || node.literal.wild()) {
    return FilterError(node.literal.position,
                       absl::StrCat("price: expected a number, got '", node.literal.text, "'"));
  }
  return WhereText(node, model.items(), [&](Comparator comparator, uint32_t i) {
    const Comparator order = comparator == Comparator::kHas ? Comparator::kEqual : comparator;
    return prices[i] != kNoPrice && HoldsOrder(order, prices[i] < *wanted ? -1 : prices[i] > *wanted ? 1 : 0);
  });
}

absl::StatusOr<Bitset> SelectByFlag(const Node& node, const Model& model, uint8_t flag) {
  const bool comparable = node.comparator == Comparator::kEqual || node.comparator == Comparator::kUnequal ||
                          node.comparator == Comparator::kHas;
  if (!comparable) return FilterError(node.position, absl::StrCat(node.field, ": has no order, use = or !="));
  const std::string& word = node.literal.text;
  if ((word != "true" && word != "false") || node.literal.wild()) {
    return FilterError(node.literal.position,
                       absl::StrCat(node.field, ": expected true or false, got '", word, "'"));
  }
  const bool wanted = (word == "true") != (node.comparator == Comparator::kUnequal);
  const std::span<const uint8_t> flags = model.flags();
  return Where(model.items(), [&](uint32_t i) { return ((flags[i] & flag) != 0) == wanted; });
}

absl::StatusOr<Bitset> SelectByAttribute(const Node& node, const Model& model) {
  if (node.field == "attributes") {
    if (node.comparator != Comparator::kHas || node.literal.wild()) {
      return FilterError(node.position, "attributes: write attributes.NAME = value, or attributes:NAME");
    }
    return Where(model.items(),
                 [&](uint32_t i) { return !model.attribute(ItemId{i}, node.literal.text).empty(); });
  }
  const std::string_view name = std::string_view(node.field).substr(kAttribute.size());
  return SelectByText(node, model.items(), [&](uint32_t i) { return model.attribute(ItemId{i}, name); });
}

absl::StatusOr<Bitset> SelectRestriction(const Node& node, const Model& model) {
  if (node.field == "item_id") {
    return SelectByText(node, model.items(), [&](uint32_t i) { return model.item_id(ItemId{i}); });
  }
  if (node.field == "title") return SelectByTitle(node, model);
  if (node.field == "category") return SelectByCategory(node, model);
  if (node.field == "group") return SelectByGroup(node, model);
  if (node.field == "price") return SelectByPrice(node, model);
  if (node.field == "available") return SelectByFlag(node, model, kAvailable);
  if (node.field == "repeatable") return SelectByFlag(node, model, kRepeatable);
  if (node.field == "attributes" || node.field.starts_with(kAttribute)) return SelectByAttribute(node, model);
  return FilterError(node.position, absl::StrCat("no such field, got '", node.field, "'; there are ",
                                                 std::string(kKnownFields)));
}

absl::StatusOr<Bitset> SelectNode(const Node& node, const Model& model) {
  if (node.kind == Node::Kind::kRestriction) return SelectRestriction(node, model);
  absl::StatusOr<Bitset> set = SelectNode(node.children.front(), model);
  if (!set.ok()) return set;
  if (node.kind == Node::Kind::kNot) set->Flip();
  for (size_t c = 1; c < node.children.size(); ++c) {
    const absl::StatusOr<Bitset> other = SelectNode(node.children[c], model);
    if (!other.ok()) return other;
    node.kind == Node::Kind::kAnd ? * set &= * other : * set |= *other;
  }
  return set;
}

}  // namespace

absl::StatusOr<Bitset> Filter::Select(const Model& model) const {
  if (empty()) return Bitset(model.items(), true);
  return SelectNode(*root_, model);
}

}  // namespace awase
