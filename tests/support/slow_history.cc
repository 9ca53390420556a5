#include "tests/support/slow_history.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "engine/base/glob.h"

namespace awase::testing {
namespace {

struct Line {
  std::string buyer, order, item, takes_from;
  UnixSeconds time;
  int left;
};

void SortUnits(std::vector<SlowUnit>& units) {
  std::sort(units.begin(), units.end(), [](const SlowUnit& a, const SlowUnit& b) {
    return std::tuple(a.owner.empty(), a.owner, a.time, a.id) <
           std::tuple(b.owner.empty(), b.owner, b.time, b.id);
  });
}

}  // namespace

SlowHistory BuildSlowHistory(const FactTable& facts, const HistoryOptions& options,
                             const std::vector<std::string>& also_items) {
  SlowHistory slow;
  const auto product = [&](const std::string& id) {
    for (const std::string& pattern : options.non_product_patterns) {
      if (GlobMatches(pattern, id)) return false;
    }
    return true;
  };
  const auto in_range = [&](UnixSeconds t) {
    return t == kNoTime || (t >= options.from && (options.until == 0 || t < options.until));
  };
  std::map<uint32_t, uint32_t> names_order(facts.return_of.begin(), facts.return_of.end());
  std::set<std::string> items;
  for (const std::string& id : also_items) items.insert(id);
  std::vector<Line> bought, returned;
  std::map<std::string, std::string> customer_of;
  for (const LineFact& fact : facts.lines) {
    const std::string item(facts.items[fact.item]);
    items.insert(item);
    if (!product(item) || !in_range(fact.time)) continue;
    const auto named = names_order.find(fact.order);
    const uint32_t owning = fact.quantity < 0 && named != names_order.end() ? named->second : fact.order;
    const std::string order(facts.orders[fact.order]), owner_order(facts.orders[owning]);
    const uint32_t customer = facts.order_customer[owning];
    const std::string known = customer == kAnonymous ? "" : std::string(facts.customers[customer]);
    const std::string buyer = known.empty() ? "order " + owner_order : "customer " + known;
    customer_of[order] = facts.order_customer[fact.order] == kAnonymous
                             ? ""
                             : std::string(facts.customers[facts.order_customer[fact.order]]);
    if (fact.quantity > 0) {
      bought.push_back({buyer, order, item, "", fact.time, fact.quantity});
    } else {
      returned.push_back(
          {buyer, order, item, owning == fact.order ? "" : owner_order, fact.time, -fact.quantity});
    }
  }
  if (options.returns == HistoryOptions::Returns::kNet) {
    // Oldest return first; each takes the latest purchase not after it, again and again, one piece at a time.
    std::sort(returned.begin(), returned.end(), [](const Line& a, const Line& b) {
      return std::tuple(a.time, a.takes_from.empty(), a.takes_from, -a.left) <
             std::tuple(b.time, b.takes_from.empty(), b.takes_from, -b.left);
    });
    for (Line& back : returned) {
      for (; back.left > 0; --back.left) {
        Line* latest = nullptr;
        for (Line& line : bought) {
          if (line.buyer != back.buyer || line.item != back.item || line.left == 0 || line.time > back.time)
            continue;
          if (!back.takes_from.empty() && back.takes_from != line.order) continue;
          const auto key = [](const Line& l) { return std::tuple(l.time, l.order, l.left); };
          if (latest == nullptr || key(*latest) < key(line)) latest = &line;
        }
        if (latest == nullptr) break;
        --latest->left;
      }
      slow.unmatched_returns += back.left > 0;
    }
  }
  std::map<std::string, SlowUnit> orders;
  for (const Line& line : bought) {
    if (line.left == 0) continue;
    SlowUnit& unit =
        orders.try_emplace(line.order, SlowUnit{customer_of[line.order], line.time, line.order, {}})
            .first->second;
    unit.time = std::min(unit.time, line.time);
    unit.items.push_back(line.item);
  }
  std::map<std::string, SlowUnit> sessions;
  for (const ViewFact& view : facts.views) {
    const std::string item(facts.items[view.item]), session(facts.sessions[view.session]);
    items.insert(item);
    if (!product(item) || !in_range(view.time)) continue;
    SlowUnit& unit = sessions.try_emplace(session, SlowUnit{"", view.time, session, {}}).first->second;
    unit.time = std::min(unit.time, view.time);
    unit.items.push_back(item);
  }
  for (const std::string& id : items) {
    if (product(id)) slow.item_ids.push_back(id);
  }
  for (auto& [id, unit] : orders) slow.orders.push_back(unit);
  for (auto& [id, unit] : sessions) slow.sessions.push_back(unit);
  for (std::vector<SlowUnit>* units : {&slow.orders, &slow.sessions}) {
    for (SlowUnit& unit : *units) {
      std::sort(unit.items.begin(), unit.items.end());
      unit.items.erase(std::unique(unit.items.begin(), unit.items.end()), unit.items.end());
    }
    SortUnits(*units);
  }
  return slow;
}

std::vector<SlowUnit> InWords(const History& history, const Units& units, const StringPool& names) {
  std::vector<SlowUnit> words;
  for (uint32_t u = 0; u < units.size(); ++u) {
    SlowUnit unit{units.owner[u] < units.known_owners ? history.customer_id(units.owner[u]) : "",
                  units.time[u],
                  std::string(names[units.source[u]]),
                  {}};
    for (const ItemId item : units.by_unit[BasketId{u}]) unit.items.push_back(history.item_id(item));
    words.push_back(unit);
  }
  return words;
}

}  // namespace awase::testing
