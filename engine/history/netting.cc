#include "engine/history/netting.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace awase {
namespace {

// A line of a buyer and item that has returns. Anonymous buyers are one per order.
struct Movement {
  uint64_t buyer;
  uint32_t item;
  UnixSeconds time;
  bool is_return;
  uint32_t order;  // of a return: the order it names, kUnnamed otherwise
  int32_t quantity;
  uint64_t line;
};

constexpr uint32_t kUnnamed = ~uint32_t{0};

uint64_t BuyerOf(const FactTable& facts, uint32_t order) {
  const uint32_t customer = facts.order_customer[order];
  return customer == kAnonymous ? (uint64_t{1} << 32) + order : customer;
}

// Sets the bits of purchase lines that the returns of one buyer and item use up.
void TakeBack(const Movement* begin, const Movement* end, Netting& result) {
  std::vector<std::pair<const Movement*, int32_t>> open;  // purchases so far, oldest first; quantity left
  for (const Movement* m = begin; m != end; ++m) {
    if (!m->is_return) {
      open.emplace_back(m, m->quantity);
      continue;
    }
    int64_t left = -int64_t{m->quantity};
    for (size_t p = open.size(); p-- > 0 && left > 0;) {
      if (m->order != kUnnamed && open[p].first->order != m->order) continue;
      const int64_t taken = std::min<int64_t>(left, open[p].second);
      if (taken == 0) continue;
      open[p].second -= static_cast<int32_t>(taken);
      left -= taken;
      if (open[p].second == 0) {
        result.returned.Set(static_cast<uint32_t>(open[p].first->line));
        ++result.returned_lines;
      }
    }
    result.unmatched_returns += left > 0;
  }
}

}  // namespace

Netting NetReturns(const FactTable& facts, const std::function<bool(const LineFact&)>& counts) {
  Netting result;
  std::vector<Movement> movements;
  Bitset touched_items(facts.items.size());
  std::unordered_map<uint32_t, uint32_t> named;
  Bitset touched_customers(facts.customers.size());
  Bitset touched_orders;
  for (uint64_t l = 0; l < facts.lines.size(); ++l) {
    const LineFact& line = facts.lines[l];
    if (line.quantity >= 0 || !counts(line)) continue;
    if (movements.empty()) {
      touched_orders = Bitset(facts.orders.size());
      for (const auto& [document, order] : facts.return_of) named.emplace(document, order);
    }
    const auto found = named.find(line.order);
    const uint32_t order = found == named.end() ? kUnnamed : found->second;
    const uint64_t buyer = BuyerOf(facts, order == kUnnamed ? line.order : order);
    movements.push_back({buyer, line.item, line.time, true, order, line.quantity, l});
    touched_items.Set(line.item);
    if (buyer < kAnonymous) touched_customers.Set(static_cast<uint32_t>(buyer));
    if (order != kUnnamed) touched_orders.Set(order);
  }
  if (movements.empty()) return result;

  result.returned = Bitset(static_cast<uint32_t>(facts.lines.size()));
  for (uint64_t l = 0; l < facts.lines.size(); ++l) {
    const LineFact& line = facts.lines[l];
    if (line.quantity <= 0 || !touched_items.Test(line.item)) continue;
    const uint32_t customer = facts.order_customer[line.order];
    const bool touched =
        touched_orders.Test(line.order) || (customer != kAnonymous && touched_customers.Test(customer));
    if (!touched || !counts(line)) continue;
    movements.push_back(
        {BuyerOf(facts, line.order), line.item, line.time, false, line.order, line.quantity, l});
  }
  // Arrival decides nothing: lines equal in all of this are interchangeable.
  std::sort(movements.begin(), movements.end(), [&](const Movement& a, const Movement& b) {
    const auto key = [](const Movement& m) { return std::tie(m.buyer, m.item, m.time, m.is_return); };
    if (key(a) != key(b)) return key(a) < key(b);
    if (a.order != b.order) {
      if (a.order == kUnnamed || b.order == kUnnamed) return b.order == kUnnamed;
      return facts.orders[a.order] < facts.orders[b.order];
    }
    return a.quantity < b.quantity;
  });
  for (size_t begin = 0; begin < movements.size();) {
    size_t end = begin + 1;
    while (end < movements.size() && movements[end].buyer == movements[begin].buyer &&
           movements[end].item == movements[begin].item) {
      ++end;
    }
    TakeBack(&movements[begin], &movements[begin] + (end - begin), result);
    begin = end;
  }
  return result;
}

}  // namespace awase
