#include "engine/history/numbering.h"

#include <algorithm>
#include <string_view>

#include "engine/base/glob.h"
#include "engine/history/sorting.h"

namespace awase {

std::vector<uint8_t> ProductFlags(const StringPool& items, const std::vector<std::string>& patterns) {
  std::vector<uint8_t> flags(items.size(), 1);
  for (uint32_t item = 0; item < items.size(); ++item) {
    for (const std::string& pattern : patterns) {
      if (GlobMatches(pattern, items[item])) flags[item] = 0;
    }
  }
  return flags;
}

Numbering NumberItems(const FactTable& facts, std::vector<uint8_t> seen, const std::vector<uint8_t>& product,
                      const std::vector<std::string>& patterns, std::span<const std::string> also_items) {
  std::vector<const std::string*> others;  // numbers past the pool
  for (const std::string& id : also_items) {
    if (const auto known = facts.items.Find(id)) {
      seen[*known] = 1;
    } else if (std::none_of(patterns.begin(), patterns.end(),
                            [&](const auto& p) { return GlobMatches(p, id); })) {
      others.push_back(&id);
    }
  }
  const uint32_t pool = facts.items.size();
  const auto text = [&](uint32_t number) {
    return number < pool ? facts.items[number] : std::string_view(*others[number - pool]);
  };
  std::vector<uint32_t> order;
  for (uint32_t item = 0; item < pool; ++item) {
    if (seen[item] && product[item]) order.push_back(item);
  }
  for (uint32_t other = 0; other < others.size(); ++other) order.push_back(pool + other);
  SortByBytes(order, text);

  Numbering numbering{std::vector<uint32_t>(pool, kNoNumber), {}};
  numbering.ids.reserve(order.size());
  for (const uint32_t number : order) {
    const std::string_view id = text(number);
    if (!numbering.ids.empty() && numbering.ids.back() == id) continue;  // twice in also_items
    if (number < pool) numbering.number_of[number] = static_cast<uint32_t>(numbering.ids.size());
    numbering.ids.emplace_back(id);
  }
  return numbering;
}

Numbering NumberCustomers(const FactTable& facts, const Sources& orders) {
  std::vector<uint8_t> buys(facts.customers.size(), 0);
  for (uint32_t o = 0; o < facts.orders.size(); ++o) {
    if (orders.lines[o] > 0 && facts.order_customer[o] != kAnonymous) buys[facts.order_customer[o]] = 1;
  }
  std::vector<uint32_t> order;
  for (uint32_t c = 0; c < buys.size(); ++c) {
    if (buys[c]) order.push_back(c);
  }
  SortByBytes(order, [&](uint32_t c) { return facts.customers[c]; });
  Numbering numbering{std::vector<uint32_t>(facts.customers.size(), kNoNumber), {}};
  numbering.ids.reserve(order.size());
  for (const uint32_t c : order) {
    numbering.number_of[c] = static_cast<uint32_t>(numbering.ids.size());
    numbering.ids.emplace_back(facts.customers[c]);
  }
  return numbering;
}

}  // namespace awase
