#include "engine/history/netting.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <bit>
#include <mutex>
#include <tuple>
#include <vector>

#include "engine/base/large_vector.h"
#include "engine/history/sorting.h"

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
  uint32_t line;
};

constexpr uint32_t kUnnamed = ~uint32_t{0};
constexpr uint32_t kOrdersAtOnce = 1 << 14;

uint64_t BuyerOf(const FactTable& facts, uint32_t order) {
  const uint32_t customer = facts.order_customer[order];
  return customer == kAnonymous ? (uint64_t{1} << 32) + order : customer;
}

// Who sent something back, and roughly what: pairs of buyer and item by a hash, so that nearly all other
// lines are passed over.
class SentBack {
 public:
  SentBack(const FactTable& facts, size_t returns)
      : facts_(facts),
        customers_(facts.customers.size()),
        orders_(facts.orders.size()),
        bits_(static_cast<uint32_t>(std::bit_width(std::min<size_t>(returns, 1 << 26) * 16))),
        pairs_(uint32_t{1} << bits_) {}

  void Add(const Movement& back) {
    if (back.buyer < kAnonymous) {
      customers_.Set(static_cast<uint32_t>(back.buyer));
    } else {
      orders_.Set(static_cast<uint32_t>(back.buyer));  // its lower half, see BuyerOf
    }
    if (back.order != kUnnamed) orders_.Set(back.order);
    pairs_.Set(PlaceOf(back.buyer, back.item));
  }
  bool MayHoldOf(uint32_t order) const {
    const uint32_t customer = facts_.order_customer[order];
    return orders_.Test(order) || (customer != kAnonymous && customers_.Test(customer));
  }
  bool MayBe(uint64_t buyer, uint32_t item) const { return pairs_.Test(PlaceOf(buyer, item)); }

 private:
  uint32_t PlaceOf(uint64_t buyer, uint32_t item) const {
    return static_cast<uint32_t>(((buyer << 32 ^ buyer ^ item) * 0x9e3779b97f4a7c15ull) >> (64 - bits_));
  }
  const FactTable& facts_;
  Bitset customers_, orders_;
  const uint32_t bits_;
  Bitset pairs_;
};

LargeVector<Movement> Returns(const FactTable& facts, std::span<const LineFact> lines,
                              const SourceLines& reading) {
  std::vector<uint32_t> named(facts.return_of.empty() ? 0 : facts.orders.size(), kUnnamed);
  for (const auto& [document, order] : facts.return_of) {
    if (named[document] == kUnnamed) named[document] = order;
  }
  LargeVector<Movement> movements;
  movements.reserve(reading.returns.size());
  for (const uint32_t l : reading.returns) {
    const LineFact& line = lines[l];
    const uint32_t order = named.empty() ? kUnnamed : named[line.order];
    const uint64_t buyer = BuyerOf(facts, order == kUnnamed ? line.order : order);
    movements.push_back({buyer, line.item, line.time, true, order, line.quantity, l});
  }
  return movements;
}

// Appends the purchases that returns may take back, in any order.
void AddPurchases(const FactTable& facts, std::span<const LineFact> lines, const SourceLines& reading,
                  const Counting& counting, const SentBack& sent_back, LargeVector<Movement>& movements) {
  std::mutex merging;
  using Range = tbb::blocked_range<uint32_t>;
  tbb::parallel_for(Range(0, facts.orders.size(), kOrdersAtOnce), [&](const Range& range) {
    LargeVector<Movement> found;
    for (uint32_t order = range.begin(); order < range.end(); ++order) {
      const uint32_t begin = reading.begins[order];
      if (begin == kNoNumber || !sent_back.MayHoldOf(order)) continue;
      const uint64_t buyer = BuyerOf(facts, order);
      for (size_t l = begin; l < lines.size() && lines[l].order == order; ++l) {
        const LineFact& line = lines[l];
        if (line.quantity <= 0 || !sent_back.MayBe(buyer, line.item)) continue;
        if (!counting.IsProduct(line.item) || !counting.InRange(line.time)) continue;
        found.push_back({buyer, line.item, line.time, false, order, line.quantity, static_cast<uint32_t>(l)});
      }
    }
    const std::lock_guard lock(merging);
    movements.insert(movements.end(), found.begin(), found.end());
  });
}

// By time, purchases first. Arrival decides nothing: lines equal in all of this are interchangeable.
void SortByTime(const StringPool& orders, LargeVector<Movement>& movements) {
  std::sort(movements.begin(), movements.end(), [&](const Movement& a, const Movement& b) {
    const auto key = [](const Movement& m) { return std::tie(m.time, m.is_return); };
    if (key(a) != key(b)) return key(a) < key(b);
    if (a.order != b.order) {
      if (a.order == kUnnamed || b.order == kUnnamed) return b.order == kUnnamed;
      return orders[a.order] < orders[b.order];
    }
    return a.quantity < b.quantity;
  });
}

// Sets the bits of purchase lines that the returns of one buyer and item use up.
void TakeBack(const LargeVector<Movement>& movements, Netting& result) {
  std::vector<std::pair<const Movement*, int32_t>> open;  // purchases so far, oldest first; quantity left
  for (const Movement& m : movements) {
    if (!m.is_return) {
      open.emplace_back(&m, m.quantity);
      continue;
    }
    int64_t left = -int64_t{m.quantity};
    for (size_t p = open.size(); p-- > 0 && left > 0;) {
      if (m.order != kUnnamed && open[p].first->order != m.order) continue;
      const int64_t taken = std::min<int64_t>(left, open[p].second);
      if (taken == 0) continue;
      open[p].second -= static_cast<int32_t>(taken);
      left -= taken;
      if (open[p].second == 0) {
        result.returned.Set(open[p].first->line);
        ++result.returned_lines;
      }
    }
    result.unmatched_returns += left > 0;
  }
}

}  // namespace

Netting NetReturns(const FactTable& facts, std::span<const LineFact> lines, const SourceLines& reading,
                   const Counting& counting) {
  Netting result{Bitset(static_cast<uint32_t>(lines.size()))};
  LargeVector<Movement> movements = Returns(facts, lines, reading);
  SentBack sent_back(facts, movements.size());
  for (const Movement& back : movements) sent_back.Add(back);
  const size_t returns = movements.size();
  AddPurchases(facts, lines, reading, counting, sent_back, movements);
  // By buyer, of 33 bits, and item; in which order these come makes no difference.
  LargeVector<Keyed> by_pair;
  by_pair.reserve(movements.size());
  for (const Movement& m : movements) {
    by_pair.push_back({m.buyer << 31 | m.item, static_cast<uint32_t>(by_pair.size())});
  }
  SortByKey(by_pair);
  LargeVector<Movement> of_pair;
  for (size_t begin = 0, end = 0; begin < by_pair.size(); begin = end) {
    while (end < by_pair.size() && by_pair[end].key == by_pair[begin].key) ++end;
    if (by_pair[begin].number >= returns) continue;  // the sort is stable: none of these was sent back
    of_pair.clear();
    for (size_t m = begin; m < end; ++m) of_pair.push_back(movements[by_pair[m].number]);
    SortByTime(facts.orders, of_pair);
    TakeBack(of_pair, result);
  }
  return result;
}

}  // namespace awase
