#include "engine/history/history.h"

#include <tbb/parallel_invoke.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "engine/history/counting.h"
#include "engine/history/gathering.h"
#include "engine/history/netting.h"
#include "engine/history/numbering.h"
#include "engine/history/reading.h"
#include "engine/history/units.h"

namespace awase {
namespace {

// Facts in an order in which those of a source stand together: theirs, or that of a copy.
template <class Fact>
class Together {
 public:
  Together(const std::vector<Fact>& facts, uint32_t sources, const OwnerBlocks& blocks, Counting& counting)
      : facts_(facts), reading_(ReadSources(facts_, sources, blocks, counting)) {
    if (!reading_.scattered) return;
    gathered_ = Gather(facts_, sources);
    facts_ = {gathered_.data(), gathered_.size()};
    reading_ = {};
    reading_ = ReadSources(facts_, sources, blocks, counting);
  }
  std::span<const Fact> facts() const { return facts_; }
  SourceLines& reading() { return reading_; }
  // Once nothing asks for the facts.
  void DropFacts() { gathered_ = {}; }

 private:
  std::span<const Fact> facts_;
  Buffer<Fact> gathered_;
  SourceLines reading_;
};

absl::Status Validate(const FactTable& facts, const HistoryOptions& options, size_t also_items) {
  if (options.until != 0 && options.until <= options.from) {
    return absl::InvalidArgumentError(
        absl::StrCat("until: must lie after from ", options.from, ", got ", options.until));
  }
  if (const size_t most = std::max(facts.lines.size(), facts.views.size()); most >= kNoNumber) {
    return absl::ResourceExhaustedError(
        absl::StrCat("history: at most 4294967294 lines and as many views, got ", most));
  }
  if (const size_t items = facts.items.size() + also_items; items > kNoRank) {
    return absl::ResourceExhaustedError(absl::StrCat("history: at most 2147483647 items, got ", items));
  }
  return absl::OkStatus();
}

// Takes out what was sent back.
void Net(const FactTable& facts, Counting& counting, Together<LineFact>& lines, HistoryReport& report) {
  const Netting netting = NetReturns(facts, lines.facts(), lines.reading(), counting);
  report.unmatched_returns = netting.unmatched_returns;
  report.returned_lines = netting.returned_lines;
  DropLines(lines.facts(), netting.returned, counting, lines.reading());
}

// Customers with an order that counts.
std::vector<std::string> IdsOf(const std::vector<Name>& customers, const Buyers& buyers) {
  std::vector<std::string> ids;
  ids.reserve(customers.size());
  for (size_t rank = 0; rank < customers.size(); ++rank) {
    if (buyers.known[rank] > 0) ids.emplace_back(customers[rank].text);
  }
  return ids;
}

}  // namespace

absl::StatusOr<History> History::Build(const FactTable& facts, const HistoryOptions& options,
                                       std::span<const std::string> also_items) {
  if (absl::Status status = Validate(facts, options, also_items.size()); !status.ok()) return status;
  History history;
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  tbb::task_arena arena(static_cast<int>(std::clamp(options.threads, 1u, cores)));
  arena.execute([&] {
    ItemRanks ranks;
    std::vector<Name> customer_names;
    tbb::parallel_invoke([&] { ranks = RankItems(facts.items, options.non_product_patterns, also_items); },
                         [&] { customer_names = SortedNames(facts.customers); });
    Counting counting(std::move(ranks.rank_of), options);
    for (const std::string& id : also_items) {
      if (const auto item = facts.items.Find(id)) counting.Name(*item);
    }
    Together<LineFact> lines(facts.lines, facts.orders.size(),
                             {facts.order_customer, customer_names, facts.lines.size()}, counting);
    Together<ViewFact> views(facts.views, facts.sessions.size(), {}, counting);
    HistoryReport& report = history.report_;
    report = lines.reading().report;
    if (options.returns == HistoryOptions::Returns::kNet && report.return_lines > 0)
      Net(facts, counting, lines, report);
    lines.DropFacts();
    views.DropFacts();
    history.newest_ = std::max(lines.reading().newest, views.reading().newest);
    const Buyers buyers = CountBuyers(lines.reading().staged), viewers = CountBuyers(views.reading().staged);
    ItemNumbers items;
    tbb::parallel_invoke([&] { items = NumberItems(ranks.names, counting); },
                         [&] { history.customer_ids_ = IdsOf(customer_names, buyers); });
    history.orders_ = NumberUnits(lines.reading().staged, buyers, facts.orders, items.number_of);
    history.sessions_ = NumberUnits(views.reading().staged, viewers, facts.sessions, items.number_of);
    report.repeated_lines = report.lines - report.returned_lines - history.orders_.purchases();
    history.item_ids_ = std::move(items.ids);
  });
  return history;
}

}  // namespace awase
