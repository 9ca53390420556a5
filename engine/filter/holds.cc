// Whether a request meets a condition.
#include <algorithm>
#include <string>
#include <utility>

#include "engine/filter/node.h"

namespace awase {
namespace {

using Node = Filter::Node;

bool HoldsRestriction(const Node& node, const Filter::Lookup& lookup) {
  const std::vector<std::string> values = lookup(node.field);
  const bool contrary = node.comparator == Comparator::kUnequal;
  // One of the values, whole: "cart.items:A1" must not find "A10".
  const bool whole = contrary || node.comparator == Comparator::kHas;
  const Comparator comparator = whole ? Comparator::kEqual : node.comparator;
  const bool any = std::any_of(values.begin(), values.end(), [&](const std::string& value) {
    return MeetsText(comparator, node.literal, value);
  });
  return any != contrary;
}

bool HoldsNode(const Node& node, const Filter::Lookup& lookup) {
  const auto holds = [&](const Node& child) { return HoldsNode(child, lookup); };
  switch (node.kind) {
    case Node::Kind::kAnd:
      return std::all_of(node.children.begin(), node.children.end(), holds);
    case Node::Kind::kOr:
      return std::any_of(node.children.begin(), node.children.end(), holds);
    case Node::Kind::kNot:
      return !holds(node.children.front());
    case Node::Kind::kRestriction:
      break;
  }
  return HoldsRestriction(node, lookup);
}

void CollectFields(const Node& node, std::vector<std::string>& fields) {
  for (const Node& child : node.children) CollectFields(child, fields);
  const bool reads = node.kind == Node::Kind::kRestriction;
  if (reads && std::find(fields.begin(), fields.end(), node.field) == fields.end())
    fields.push_back(node.field);
}

}  // namespace

bool Filter::Holds(const Lookup& lookup) const { return empty() || HoldsNode(*root_, lookup); }

std::vector<std::string> Filter::Fields() const {
  std::vector<std::string> fields;
  if (!empty()) CollectFields(*root_, fields);
  return fields;
}

}  // namespace awase
