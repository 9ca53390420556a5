#include "server/commands/line_titles.h"

#include <utility>

namespace awase::commands {

void LineTitles::Add(std::string_view item_id, std::string_view title) {
  auto titles = titles_.find(item_id);
  if (titles == titles_.end()) titles = titles_.try_emplace(std::string(item_id)).first;
  ++titles->second[std::string(title)];
}

absl::StatusOr<std::vector<Item>> LineTitles::NewItems(const Ledger& ledger) const {
  std::vector<Item> items;
  for (const auto& [item_id, counts] : titles_) {
    const absl::Status known = ledger.GetItem(item_id).status();
    if (known.ok()) continue;
    if (!absl::IsNotFound(known)) return known;
    const auto* best = &*counts.begin();
    for (const auto& entry : counts) {
      if (entry.second > best->second) best = &entry;
    }
    Item item;
    item.id = item_id;
    item.titles = {{"", best->first}};
    // A remark that is no title is left out; the item is sold all the same.
    if (ValidateItem(item).ok()) items.push_back(std::move(item));
  }
  return items;
}

}  // namespace awase::commands
