#include "engine/train/train.h"

#include <tbb/task_arena.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "engine/train/memory.h"
#include "engine/train/neighbours.h"
#include "engine/train/population.h"
#include "engine/train/rerank.h"

namespace awase {
namespace {

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Items of the history and the catalogue together; returns the number in the draft of each history item.
std::vector<uint32_t> MergeItems(const History& history, std::span<const Item> catalogue, ModelDraft& draft) {
  std::vector<const Item*> listed;
  listed.reserve(catalogue.size());
  for (const Item& item : catalogue) listed.push_back(&item);
  std::sort(listed.begin(), listed.end(), [](const Item* a, const Item* b) { return a->id < b->id; });
  listed.erase(
      std::unique(listed.begin(), listed.end(), [](const Item* a, const Item* b) { return a->id == b->id; }),
      listed.end());
  std::vector<uint32_t> number_of(history.items());
  size_t next = 0;
  const auto take = [&](const Item* item) { draft.items.push_back(*item); };
  for (uint32_t i = 0; i < history.items(); ++i) {
    const std::string& id = history.item_id(ItemId{i});
    while (next < listed.size() && listed[next]->id < id) take(listed[next++]);
    number_of[i] = static_cast<uint32_t>(draft.items.size());
    if (next < listed.size() && listed[next]->id == id) {
      take(listed[next++]);
    } else {
      draft.items.emplace_back().id = id;
    }
  }
  while (next < listed.size()) take(listed[next++]);
  return number_of;
}

// Orders of the last popularity_days with each item; every order counts, whatever the caps of the matrix say.
void CountRecentSales(const Units& units, UnixSeconds newest, uint32_t days,
                      const std::vector<uint32_t>& number_of, std::vector<uint32_t>& recent_sales) {
  const uint64_t span = uint64_t{days} * kSecondsPerDay;
  for (uint32_t u = 0; u < units.size(); ++u) {
    if (units.time[u] != kNoTime && units.time[u] + span <= newest) continue;
    for (const ItemId item : units.by_unit[BasketId{u}]) ++recent_sales[number_of[Index(item)]];
  }
}

// Puts the rows, by history item, under the draft's numbers.
void PlaceRows(Neighbours neighbours, const std::vector<uint32_t>& number_of, ModelDraft& draft) {
  draft.edge_offsets.assign(draft.items.size() + 1, 0);
  for (size_t i = 0; i < number_of.size(); ++i) {
    draft.edge_offsets[number_of[i] + 1] = neighbours.offsets[i + 1] - neighbours.offsets[i];
  }
  for (size_t row = 0; row < draft.items.size(); ++row)
    draft.edge_offsets[row + 1] += draft.edge_offsets[row];
  draft.edges = std::move(neighbours.edges);
  draft.evidence = std::move(neighbours.evidence);
  for (Edge& edge : draft.edges) edge.item = number_of[edge.item];
}

// Gives up the population's baskets, so that they do not stand beside the edges that are put together.
absl::StatusOr<Neighbours> CountAndScore(Population& population, const TrainOptions& options,
                                         unsigned threads, const Progress& progress) {
  std::optional<MadeRows> made = MakeRowsUsingUpVisits(population, RowsOf(options), threads, progress);
  if (options.ease == 0) population.stream = {};
  Neighbours neighbours = Assemble(population, *made);
  made.reset();
  if (options.ease == 0) return neighbours;
  return RerankWithEase(population, options, neighbours, progress);
}

}  // namespace

absl::StatusOr<ModelDraft> Train(const History& history, std::span<const Item> catalogue,
                                 const TrainOptions& options, TrainReport* report, const Progress& progress) {
  const absl::Status valid = Validate(options);
  if (!valid.ok()) return valid;
  const Units& units = options.signal == Signal::kOrder ? history.orders() : history.sessions();
  if (units.size() == 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "training: no ", options.signal == Signal::kOrder ? "orders" : "sessions", " to learn from"));
  }
  TrainReport own;
  TrainReport& said = report != nullptr ? *report : own;
  said = {};
  const auto begin = std::chrono::steady_clock::now();
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  said.threads = options.threads == 0 ? cores : std::min(options.threads, cores);

  const absl::StatusOr<MemoryPlan> plan =
      PlanMemory({units.purchases(), units.size(), history.items()}, options, said.threads);
  if (!plan.ok()) return plan.status();
  said.threads = plan->threads;

  ModelDraft draft;
  tbb::task_arena arena(static_cast<int>(said.threads));
  absl::Status failure;
  arena.execute([&] {
    const auto start = std::chrono::steady_clock::now();
    if (progress) progress("prepare", 0, 0);
    absl::StatusOr<Population> built =
        BuildPopulation(units, history.items(), history.newest(), options, said.threads);
    if (!built.ok()) {
      failure = built.status();
      return;
    }
    Population& population = *built;
    said.prepare_seconds = SecondsSince(start);

    absl::StatusOr<Neighbours> scored = CountAndScore(population, options, said.threads, progress);
    if (!scored.ok()) {
      failure = scored.status();
      return;
    }
    Neighbours& neighbours = *scored;
    said.count_seconds = neighbours.count_seconds;
    said.score_seconds = neighbours.score_seconds;
    said.units = population.units;
    said.skipped_units = population.skipped_units;
    said.capped_orders = population.capped_orders;
    said.pairs_counted = neighbours.pairs_counted;
    said.edges = neighbours.edges.size();

    const std::vector<uint32_t> number_of = MergeItems(history, catalogue, draft);
    draft.support_units.assign(draft.items.size(), 0);
    draft.support_customers.assign(draft.items.size(), 0);
    draft.recent_sales.assign(draft.items.size(), 0);
    for (uint32_t label = 0; label < population.columns(); ++label) {
      const uint32_t number = number_of[population.item_of[label]];
      draft.support_units[number] = population.units_of[label];
      draft.support_customers[number] = population.customers_of[label];
    }
    const Units& sold = history.orders().size() > 0 ? history.orders() : history.sessions();
    CountRecentSales(sold, history.newest(), options.popularity_days, number_of, draft.recent_sales);
    PlaceRows(std::move(neighbours), number_of, draft);
    draft.units = population.units;
    draft.customers = population.owners;
  });
  if (!failure.ok()) return failure;
  draft.watermark = history.newest();
  draft.options_json = ToJson(options);
  said.assemble_seconds =
      SecondsSince(begin) - said.prepare_seconds - said.count_seconds - said.score_seconds;
  return draft;
}

}  // namespace awase
