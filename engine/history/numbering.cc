#include "engine/history/numbering.h"

#include <algorithm>

#include "engine/base/glob.h"

namespace awase {

ItemRanks RankItems(const StringPool& items, const std::vector<std::string>& patterns,
                    std::span<const std::string> also_items) {
  const auto is_product = [&](std::string_view id) {
    return std::none_of(patterns.begin(), patterns.end(), [&](const auto& p) { return GlobMatches(p, id); });
  };
  ItemRanks ranks{std::vector<uint32_t>(items.size(), kNoRank), {}};
  std::vector<Name>& names = ranks.names;
  names.reserve(items.size());
  for (uint32_t item = 0; item < items.size(); ++item) {
    if (is_product(items[item])) names.push_back({items[item], item});
  }
  for (const std::string& id : also_items) {
    if (!items.Find(id) && is_product(id)) names.push_back({id, kNoNumber});
  }
  SortByBytes(names);
  // also_items may hold one several times.
  names.erase(
      std::unique(names.begin(), names.end(), [](const Name& a, const Name& b) { return a.text == b.text; }),
      names.end());
  for (uint32_t rank = 0; rank < names.size(); ++rank) {
    if (names[rank].number != kNoNumber) ranks.rank_of[names[rank].number] = rank;
  }
  return ranks;
}

ItemNumbers NumberItems(const std::vector<Name>& names, const Counting& counting) {
  ItemNumbers numbers{std::vector<uint32_t>(names.size()), {}};
  numbers.ids.reserve(names.size());
  for (size_t rank = 0; rank < names.size(); ++rank) {
    numbers.number_of[rank] = static_cast<uint32_t>(numbers.ids.size());
    const Name& name = names[rank];
    if (name.number == kNoNumber || counting.WasNamed(name.number)) numbers.ids.emplace_back(name.text);
  }
  if (numbers.ids.size() == names.size()) numbers.number_of.clear();
  return numbers;
}

std::vector<Name> SortedNames(const StringPool& customers) {
  std::vector<Name> names;
  names.reserve(customers.size());
  for (uint32_t customer = 0; customer < customers.size(); ++customer)
    names.push_back({customers[customer], customer});
  SortByBytes(names);
  return names;
}

}  // namespace awase
