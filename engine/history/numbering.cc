#include "engine/history/numbering.h"

#include <algorithm>

#include "engine/base/glob.h"
#include "engine/history/sorting.h"

namespace awase {

ItemNumbers NumberItems(const StringPool& items, const Counting& counting,
                        const std::vector<std::string>& patterns, std::span<const std::string> also_items) {
  std::vector<Name> names;
  names.reserve(items.size());
  for (uint32_t item = 0; item < items.size(); ++item) {
    if (counting.WasNamed(item) && counting.IsProduct(item)) names.push_back({items[item], item});
  }
  for (const std::string& id : also_items) {
    if (const auto known = items.Find(id)) {
      if (counting.IsProduct(*known)) names.push_back({items[*known], *known});
    } else if (std::none_of(patterns.begin(), patterns.end(),
                            [&](const auto& p) { return GlobMatches(p, id); })) {
      names.push_back({id, kNoNumber});
    }
  }
  SortByBytes(names);

  ItemNumbers numbers{std::vector<uint32_t>(items.size(), kNoNumber), {}};
  numbers.ids.reserve(names.size());
  for (const Name& name : names) {
    // Several times: named by facts and in also_items, or there twice.
    if (numbers.ids.empty() || numbers.ids.back() != name.text) numbers.ids.emplace_back(name.text);
    if (name.number != kNoNumber)
      numbers.number_of[name.number] = static_cast<uint32_t>(numbers.ids.size() - 1);
  }
  return numbers;
}

CustomerNumbers NumberCustomers(const StringPool& customers, std::span<const uint32_t> orders) {
  std::vector<Name> names;
  names.reserve(customers.size());
  for (uint32_t customer = 0; customer < customers.size(); ++customer) {
    if (orders[customer] > 0) names.push_back({customers[customer], customer});
  }
  SortByBytes(names);
  CustomerNumbers numbers;
  numbers.customers.reserve(names.size());
  numbers.ids.reserve(names.size());
  for (const Name& name : names) {
    numbers.customers.push_back(name.number);
    numbers.ids.emplace_back(name.text);
  }
  return numbers;
}

}  // namespace awase
