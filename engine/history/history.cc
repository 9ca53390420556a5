#include "engine/history/history.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "engine/base/glob.h"
#include "engine/history/netting.h"
#include "engine/history/sorting.h"
#include "engine/history/units.h"

namespace awase {
namespace {

constexpr size_t kGrain = 1 << 16;

uint32_t SourceOf(const LineFact& line) { return line.order; }
uint32_t SourceOf(const ViewFact& view) { return view.session; }

// The dense number of each item of the facts: the rank of its bytes; kNoNumber for non-products and items
// without any line.
struct Numbering {
  std::vector<uint32_t> item_of;
  std::vector<std::string> ids;
};

std::vector<uint8_t> ProductFlags(const StringPool& items, const std::vector<std::string>& patterns) {
  std::vector<uint8_t> flags(items.size(), 1);
  for (uint32_t item = 0; item < items.size(); ++item) {
    for (const std::string& pattern : patterns) {
      if (GlobMatches(pattern, items[item])) flags[item] = 0;
    }
  }
  return flags;
}

Numbering NumberItems(const FactTable& facts, const std::vector<uint8_t>& product,
                      const std::vector<std::string>& patterns, std::span<const std::string> also_items) {
  std::vector<uint8_t> seen(facts.items.size(), 0);
  for (const LineFact& line : facts.lines) seen[line.item] = 1;
  for (const ViewFact& view : facts.views) seen[view.item] = 1;
  std::vector<const std::string*> others;  // numbers past the pool
  for (const std::string& id : also_items) {
    if (const auto known = facts.items.Find(id)) {
      seen[*known] = 1;
    } else if (std::none_of(patterns.begin(), patterns.end(),
                            [&](const auto& p) { return GlobMatches(p, id); })) {
      others.push_back(&id);
    }
  }
  const auto text = [&](uint32_t number) {
    return number < facts.items.size() ? facts.items[number]
                                       : std::string_view(*others[number - facts.items.size()]);
  };
  std::vector<uint32_t> order;
  for (uint32_t item = 0; item < seen.size(); ++item) {
    if (seen[item] && product[item]) order.push_back(item);
  }
  for (uint32_t other = 0; other < others.size(); ++other) order.push_back(facts.items.size() + other);
  SortByBytes(order, text);

  Numbering numbering{std::vector<uint32_t>(facts.items.size(), kNoNumber), {}};
  numbering.ids.reserve(order.size());
  for (const uint32_t number : order) {
    const std::string_view id = text(number);
    if (!numbering.ids.empty() && numbering.ids.back() == id) continue;  // twice in also_items
    if (number < facts.items.size()) numbering.item_of[number] = static_cast<uint32_t>(numbering.ids.size());
    numbering.ids.emplace_back(id);
  }
  return numbering;
}

// Calls visit(run begin, run end) for every longest run of counting facts of one source; runs do not cross
// grains.
template <class Fact, class Visit>
void ForEachRun(const std::vector<Fact>& facts, const Visit& visit) {
  tbb::parallel_for(tbb::blocked_range<size_t>(0, facts.size(), kGrain),
                    [&](const tbb::blocked_range<size_t>& range) {
                      for (size_t begin = range.begin(); begin < range.end();) {
                        const uint32_t source = SourceOf(facts[begin]);
                        size_t end = begin;
                        while (end < range.end() && SourceOf(facts[end]) == source) ++end;
                        visit(source, begin, end);
                        begin = end;
                      }
                    });
}

template <class Fact, class Counts>
Sources CountSources(const std::vector<Fact>& facts, uint32_t sources, const Counts& counts) {
  Sources result(sources);
  ForEachRun(facts, [&](uint32_t source, size_t begin, size_t end) {
    uint32_t lines = 0;
    UnixSeconds earliest = kNoNumber;
    for (size_t l = begin; l < end; ++l) {
      if (!counts(l)) continue;
      ++lines;
      earliest = std::min(earliest, facts[l].time);
    }
    if (lines == 0) return;
    // A source's lines may lie in several grains.
    std::atomic_ref(result.lines[source]).fetch_add(lines, std::memory_order_relaxed);
    std::atomic_ref<UnixSeconds> known(result.earliest[source]);
    UnixSeconds seen = known.load(std::memory_order_relaxed);
    while (earliest < seen && !known.compare_exchange_weak(seen, earliest, std::memory_order_relaxed)) {
    }
  });
  return result;
}

// Writes the items of each unit into its slot, in any order.
template <class Fact, class Counts>
void FillUnits(const std::vector<Fact>& facts, const std::vector<uint32_t>& unit_of,
               const std::vector<uint32_t>& item_of, const Counts& counts, Units& units) {
  std::vector<uint32_t> filled(units.size());
  units.by_unit.values.resize(units.by_unit.offsets.back());
  ForEachRun(facts, [&](uint32_t source, size_t begin, size_t end) {
    if (unit_of[source] == kNoNumber) return;
    const uint32_t unit = unit_of[source];
    uint32_t lines = 0;
    for (size_t l = begin; l < end; ++l) lines += counts(l);
    uint64_t at = units.by_unit.offsets[unit] +
                  std::atomic_ref(filled[unit]).fetch_add(lines, std::memory_order_relaxed);
    for (size_t l = begin; l < end; ++l) {
      if (counts(l)) units.by_unit.values[at++] = ItemId{item_of[facts[l].item]};
    }
  });
}

}  // namespace

absl::StatusOr<History> History::Build(const FactTable& facts, const HistoryOptions& options,
                                       std::span<const std::string> also_items) {
  if (options.until != 0 && options.until <= options.from) {
    return absl::InvalidArgumentError(
        absl::StrCat("until: must lie after from ", options.from, ", got ", options.until));
  }
  History history;
  const auto in_range = [&](UnixSeconds t) {
    return t == kNoTime || (t >= options.from && (options.until == 0 || t < options.until));
  };
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  tbb::task_arena arena(static_cast<int>(std::clamp(options.threads, 1u, cores)));
  arena.execute([&] {
    const std::vector<uint8_t> product = ProductFlags(facts.items, options.non_product_patterns);
    Numbering numbering = NumberItems(facts, product, options.non_product_patterns, also_items);
    history.item_ids_ = std::move(numbering.ids);

    HistoryReport& report = history.report_;
    for (const LineFact& line : facts.lines) {
      if (!in_range(line.time)) continue;
      report.non_product_lines += product[line.item] == 0;
      report.lines += line.quantity > 0 && product[line.item];
      report.return_lines += line.quantity < 0 && product[line.item];
    }
    Netting netting;
    if (options.returns == HistoryOptions::Returns::kNet && report.return_lines > 0) {
      netting =
          NetReturns(facts, [&](const LineFact& line) { return product[line.item] && in_range(line.time); });
    }
    report.unmatched_returns = netting.unmatched_returns;
    report.returned_lines = netting.returned_lines;

    const bool netted = netting.returned.size() > 0;
    const auto line_counts = [&](size_t l) {
      const LineFact& line = facts.lines[l];
      return line.quantity > 0 && product[line.item] && in_range(line.time) &&
             !(netted && netting.returned.Test(static_cast<uint32_t>(l)));
    };
    const Sources orders = CountSources(facts.lines, facts.orders.size(), line_counts);

    // Customers are known by what they keep.
    std::vector<uint8_t> buys(facts.customers.size(), 0);
    for (uint32_t o = 0; o < facts.orders.size(); ++o) {
      if (orders.lines[o] > 0 && facts.order_customer[o] != kAnonymous) buys[facts.order_customer[o]] = 1;
    }
    std::vector<uint32_t> by_rank;
    for (uint32_t c = 0; c < buys.size(); ++c) {
      if (buys[c]) by_rank.push_back(c);
    }
    SortByBytes(by_rank, [&](uint32_t c) { return facts.customers[c]; });
    std::vector<uint32_t> rank(facts.customers.size(), kNoNumber);
    history.customer_ids_.reserve(by_rank.size());
    for (uint32_t r = 0; r < by_rank.size(); ++r) {
      rank[by_rank[r]] = r;
      history.customer_ids_.emplace_back(facts.customers[by_rank[r]]);
    }
    std::vector<uint32_t> owner_of(facts.orders.size());
    for (uint32_t o = 0; o < facts.orders.size(); ++o) {
      owner_of[o] = facts.order_customer[o] == kAnonymous ? kNoNumber : rank[facts.order_customer[o]];
    }

    const auto known = static_cast<uint32_t>(by_rank.size());
    const auto order_units = NumberUnits(orders, owner_of, known, facts.orders, history.orders_);
    FillUnits(facts.lines, order_units, numbering.item_of, line_counts, history.orders_);
    report.repeated_lines = SortUnits(history.orders_);

    const auto view_counts = [&](size_t v) {
      return product[facts.views[v].item] && in_range(facts.views[v].time);
    };
    const Sources sessions = CountSources(facts.views, facts.sessions.size(), view_counts);
    const auto session_units = NumberUnits(sessions, {}, 0, facts.sessions, history.sessions_);
    FillUnits(facts.views, session_units, numbering.item_of, view_counts, history.sessions_);
    SortUnits(history.sessions_);

    for (size_t l = 0; l < facts.lines.size(); ++l) {
      if (line_counts(l)) history.newest_ = std::max(history.newest_, facts.lines[l].time);
    }
    for (size_t v = 0; v < facts.views.size(); ++v) {
      if (view_counts(v)) history.newest_ = std::max(history.newest_, facts.views[v].time);
    }
  });
  return history;
}

}  // namespace awase
