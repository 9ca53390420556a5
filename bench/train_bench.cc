// From facts in memory to a model's draft, stage by stage, on seeded shops.
//
//   medium: 1 M orders, about 10 M purchases, 100,000 items, 200,000 customers. AWASE_BENCH_LARGE=1 adds 57 M
//   purchases.
//
// Times are CPU seconds of the process beside wall time: on a machine that does other work only the former
// can be compared.
#include <benchmark/benchmark.h>
#include <tbb/task_arena.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>

#include "bench/generated.h"
#include "engine/history/history.h"
#include "engine/train/neighbours.h"
#include "engine/train/train.h"
#include "tests/support/slow_history.h"
#include "tests/support/slow_neighbours.h"

namespace awase {
namespace {

using bench::GenerateFacts;
using bench::ShopSize;

struct Shop {
  FactTable facts;
  FactTable shuffled;  // the same lines in an order by chance
  FactTable returned;  // one line in fifty sent back three days later, in a document of its own
  History history;
};

FactTable Shuffled(FactTable facts) {
  testing::Dice dice(3);
  for (size_t l = facts.lines.size(); l > 1; --l) std::swap(facts.lines[l - 1], facts.lines[dice.Next() % l]);
  return facts;
}

FactTable WithReturns(FactTable facts) {
  testing::Dice dice(5);
  const size_t bought = facts.lines.size();
  for (size_t l = 0; l < bought; ++l) {
    if (!dice.Chance(20)) continue;
    LineFact back = facts.lines[l];
    facts.order_customer.push_back(facts.order_customer[back.order]);
    back.order = facts.orders.Intern("return-" + std::to_string(l));
    back.quantity = -1;
    back.time += 3 * 86400;
    facts.lines.push_back(back);
  }
  return facts;
}

const Shop& ShopOf(const ShopSize& size) {
  static std::map<uint32_t, Shop> shops;
  Shop& shop = shops[size.orders];
  if (shop.facts.lines.empty()) {
    shop.facts = GenerateFacts(size);
    shop.shuffled = Shuffled(shop.facts);
    shop.returned = WithReturns(shop.facts);
    shop.history = History::Build(shop.facts, {}).value();
  }
  return shop;
}

TrainOptions Named(const std::string& name) {
  TrainOptions options;  // the product's default: damped jaccard
  options.top_n = 50;
  options.min_support = 5;
  if (name == "binary" || name == "damped") options.min_support = 1;
  if (name == "binary")
    options = [&] {
      TrainOptions plain = DefaultsFor(Measure::kCosine);
      plain.damping = 0;
      plain.top_n = 50;
      return plain;
    }();
  if (name == "decayed") options.half_life_days = 90;
  if (name == "llr")
    options = [] {
      TrainOptions llr = DefaultsFor(Measure::kLlr);
      llr.top_n = 50;
      llr.min_support = 5;
      return llr;
    }();
  if (name.rfind("window", 0) == 0) {
    options.unit = CountingUnit::kCustomer;
    options.window_seconds = 30 * 86400;
    if (name == "window_after") options.direction = Direction::kAfter;
  }
  return options;
}

bool SameOrders(const History& fast, const FactTable& facts) {
  const testing::SlowHistory slow = testing::BuildSlowHistory(facts, {}, {});
  return testing::InWords(fast, fast.orders(), facts.orders) == slow.orders && !slow.orders.empty() &&
         fast.report().unmatched_returns == slow.unmatched_returns;
}

// No benchmark times a wrong answer.
void Verify() {
  const Shop& shop = ShopOf(bench::kTiny);
  for (const FactTable* facts : {&shop.facts, &shop.shuffled, &shop.returned}) {
    if (SameOrders(History::Build(*facts, {}).value(), *facts)) continue;
    std::fprintf(stderr, "train_bench: the history differs from the slow twin; nothing is timed\n");
    std::exit(1);
  }
  for (const char* name : {"binary", "damped", "default", "decayed", "llr", "window", "window_after"}) {
    const TrainOptions options = Named(name);
    const ModelDraft fast = Train(shop.history, {}, options).value(),
                     slow = testing::SlowTrain(shop.history, options);
    bool same = fast.edge_offsets == slow.edge_offsets && fast.edges.size() == slow.edges.size() &&
                !fast.edges.empty();
    for (size_t e = 0; same && e < fast.edges.size(); ++e) {
      same = fast.edges[e].item == slow.edges[e].item && fast.edges[e].score == slow.edges[e].score &&
             fast.evidence[e].joint_units == slow.evidence[e].joint_units &&
             fast.evidence[e].joint_customers == slow.evidence[e].joint_customers &&
             fast.evidence[e].median_lag == slow.evidence[e].median_lag;
    }
    if (same) continue;
    std::fprintf(stderr, "train_bench: '%s' differs from the slow twin; nothing is timed\n", name);
    std::exit(1);
  }
}

// Also prints the wall time of one: "9.5n" are 9.5 ns.
void PerPurchase(benchmark::State& state, uint64_t purchases) {
  state.SetItemsProcessed(static_cast<int64_t>(purchases) * state.iterations());
  state.counters["each"] =
      benchmark::Counter(static_cast<double>(purchases),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void BuildHistory(benchmark::State& state, ShopSize size, FactTable Shop::*facts) {
  const FactTable& table = ShopOf(size).*facts;
  HistoryOptions options;
  options.threads = static_cast<unsigned>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(History::Build(table, options));
  PerPurchase(state, table.lines.size());
}

// All of preparation: from numbered facts to what rows are counted from.
void FactsToPopulation(benchmark::State& state, ShopSize size) {
  const Shop& shop = ShopOf(size);
  HistoryOptions options;
  options.threads = static_cast<unsigned>(state.range(0));
  tbb::task_arena arena(static_cast<int>(options.threads));
  for (auto _ : state) {
    const History history = History::Build(shop.facts, options).value();
    arena.execute([&] {
      benchmark::DoNotOptimize(BuildPopulation(history.orders(), history.items(), history.newest(),
                                               Named("default"), options.threads));
    });
  }
  PerPurchase(state, shop.facts.lines.size());
}

void Prepare(benchmark::State& state, ShopSize size, const char* name) {
  const Shop& shop = ShopOf(size);
  const TrainOptions options = Named(name);
  const auto threads = static_cast<unsigned>(state.range(0));
  tbb::task_arena arena(static_cast<int>(threads));
  for (auto _ : state) {
    arena.execute([&] {
      benchmark::DoNotOptimize(BuildPopulation(shop.history.orders(), shop.history.items(),
                                               shop.history.newest(), options, threads));
    });
  }
  PerPurchase(state, shop.history.orders().purchases());
}

void CountAndKeep(benchmark::State& state, ShopSize size, const char* name) {
  const Shop& shop = ShopOf(size);
  const TrainOptions options = Named(name);
  const auto threads = static_cast<unsigned>(state.range(0));
  tbb::task_arena arena(static_cast<int>(threads));
  const Population population =
      BuildPopulation(shop.history.orders(), shop.history.items(), shop.history.newest(), options, threads)
          .value();
  uint64_t pairs = 0, edges = 0;
  for (auto _ : state) {
    arena.execute([&] {
      const MadeRows made = MakeRows(population, options, threads, nullptr);
      pairs = made.pairs_counted;
      edges = made.edges;
    });
  }
  state.counters["pairs"] = static_cast<double>(pairs);
  state.counters["edges"] = static_cast<double>(edges);
  PerPurchase(state, shop.history.orders().purchases());
}

void Whole(benchmark::State& state, ShopSize size, const char* name) {
  const Shop& shop = ShopOf(size);
  TrainOptions options = Named(name);
  options.threads = static_cast<unsigned>(state.range(0));
  HistoryOptions history_options;
  history_options.threads = options.threads;
  for (auto _ : state) {
    const History history = History::Build(shop.facts, history_options).value();
    benchmark::DoNotOptimize(Train(history, {}, options));
  }
  PerPurchase(state, shop.facts.lines.size());
}

void Register(const std::string& prefix, const ShopSize& size) {
  const auto add = [&](const std::string& name, auto function, auto... arguments) {
    benchmark::RegisterBenchmark((prefix + "/" + name).c_str(), function, size, arguments...)
        ->Arg(1)
        ->Arg(2)
        ->ArgName("threads")
        ->MeasureProcessCPUTime()
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  };
  add("history", BuildHistory, &Shop::facts);
  add("history_shuffled", BuildHistory, &Shop::shuffled);
  add("history_returns", BuildHistory, &Shop::returned);
  add("prepare", Prepare, "default");
  add("facts_to_population", FactsToPopulation);
  for (const char* name : {"binary", "damped", "default", "decayed", "llr", "window", "window_after"}) {
    add(std::string("rows_") + name, CountAndKeep, name);
  }
  add("facts_to_draft", Whole, "default");
}

}  // namespace
}  // namespace awase

int main(int argc, char** argv) {
  awase::Verify();
  awase::Register("small", awase::bench::kSmall);
  awase::Register("medium", awase::bench::kMedium);
  if (std::getenv("AWASE_BENCH_LARGE") != nullptr) awase::Register("large", awase::bench::kLarge);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
