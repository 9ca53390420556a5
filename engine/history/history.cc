#include "engine/history/history.h"

#include <tbb/task_arena.h>

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "engine/history/netting.h"
#include "engine/history/numbering.h"
#include "engine/history/reading.h"
#include "engine/history/units.h"

namespace awase {
namespace {

// Which facts count.
class Counting {
 public:
  Counting(const FactTable& facts, const HistoryOptions& options)
      : facts_(facts), options_(options), product_(ProductFlags(facts.items, options.non_product_patterns)) {}

  const std::vector<uint8_t>& product() const { return product_; }
  bool InRange(UnixSeconds t) const {
    return t == kNoTime || (t >= options_.from && (options_.until == 0 || t < options_.until));
  }
  bool Purchase(size_t l, HistoryReport& report) const {
    const LineFact& line = facts_.lines[l];
    if (!InRange(line.time)) return false;
    const bool bought = line.quantity > 0, of_product = product_[line.item] != 0;
    report.non_product_lines += !of_product;
    report.lines += bought && of_product;
    report.return_lines += !bought && of_product;
    return bought && of_product;
  }
  bool View(size_t v) const { return product_[facts_.views[v].item] != 0 && InRange(facts_.views[v].time); }
  Netting Net() const {
    return NetReturns(
        facts_, [this](const LineFact& line) { return product_[line.item] != 0 && InRange(line.time); });
  }

 private:
  const FactTable& facts_;
  const HistoryOptions& options_;
  const std::vector<uint8_t> product_;
};

std::vector<uint32_t> OwnersOf(const FactTable& facts, const Numbering& customers) {
  std::vector<uint32_t> owner_of(facts.orders.size());
  for (uint32_t o = 0; o < facts.orders.size(); ++o) {
    const uint32_t customer = facts.order_customer[o];
    owner_of[o] = customer == kAnonymous ? kNoNumber : customers.number_of[customer];
  }
  return owner_of;
}

}  // namespace

absl::StatusOr<History> History::Build(const FactTable& facts, const HistoryOptions& options,
                                       std::span<const std::string> also_items) {
  if (options.until != 0 && options.until <= options.from) {
    return absl::InvalidArgumentError(
        absl::StrCat("until: must lie after from ", options.from, ", got ", options.until));
  }
  History history;
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  tbb::task_arena arena(static_cast<int>(std::clamp(options.threads, 1u, cores)));
  arena.execute([&] {
    const Counting counting(facts, options);
    std::vector<uint8_t> seen(facts.items.size(), 0);
    Reading lines = ReadSources(facts.lines, facts.orders.size(), seen,
                                [&](size_t l, HistoryReport& r) { return counting.Purchase(l, r); });
    HistoryReport& report = history.report_;
    report = lines.report;
    Netting netting;
    if (options.returns == HistoryOptions::Returns::kNet && report.return_lines > 0) netting = counting.Net();
    report.unmatched_returns = netting.unmatched_returns;
    report.returned_lines = netting.returned_lines;
    const bool netted = netting.returned_lines > 0;
    const auto line_counts = [&](size_t l, HistoryReport& r) {
      return counting.Purchase(l, r) && !(netted && netting.returned.Test(static_cast<uint32_t>(l)));
    };
    if (netted) lines = ReadSources(facts.lines, facts.orders.size(), seen, line_counts);
    const auto view_counts = [&](size_t v, HistoryReport&) { return counting.View(v); };
    const Reading views = ReadSources(facts.views, facts.sessions.size(), seen, view_counts);
    history.newest_ = std::max(lines.newest, views.newest);

    Numbering items =
        NumberItems(facts, std::move(seen), counting.product(), options.non_product_patterns, also_items);
    Numbering customers = NumberCustomers(facts, lines.sources);
    const auto known = static_cast<uint32_t>(customers.ids.size());
    const auto order_units =
        NumberUnits(lines.sources, OwnersOf(facts, customers), known, facts.orders, history.orders_);
    FillUnits(facts.lines, order_units, items.number_of, line_counts, history.orders_);
    report.repeated_lines = SortUnits(history.orders_);
    const auto session_units = NumberUnits(views.sources, {}, 0, facts.sessions, history.sessions_);
    FillUnits(facts.views, session_units, items.number_of, view_counts, history.sessions_);
    SortUnits(history.sessions_);
    history.item_ids_ = std::move(items.ids);
    history.customer_ids_ = std::move(customers.ids);
  });
  return history;
}

}  // namespace awase
