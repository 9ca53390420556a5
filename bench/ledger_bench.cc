// The ledger and the readers: lines a second in, lines a second out, durable events a second. Each part
// checks that it did what it times.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bench/orders_csv.h"
#include "engine/intake/intake.h"
#include "engine/ledger/ledger.h"
#include "tests/support/temp_dir.h"

namespace awase {
namespace {

using testing::TempDir;

void Check(bool right, const char* what) {
  if (right) return;
  std::fprintf(stderr, "ledger_bench: wrong: %s\n", what);
  std::exit(1);
}

std::unique_ptr<Ledger> OpenLedger(const TempDir& dir, const std::string& store = "shop") {
  absl::StatusOr<std::unique_ptr<Ledger>> ledger = Ledger::Open(dir.path(), store, Ledger::Mode::kCreate);
  Check(ledger.ok(), "open");
  return *std::move(ledger);
}

RowOutcome ImportFile(Ledger& ledger, const std::string& path) {
  RowOutcome sum;
  const absl::StatusOr<IntakeReport> report = ReadOrders(path, {}, [&](std::span<const OrderRow> rows) {
    const absl::StatusOr<RowOutcome> outcome = ledger.AppendOrderRows(rows);
    if (!outcome.ok()) return outcome.status();
    sum.accepted += outcome->accepted;
    sum.duplicates += outcome->duplicates;
    return absl::OkStatus();
  });
  Check(report.ok() && report->rejected == 0, "import");
  return sum;
}

// A file of `lines` lines and a ledger that holds it, made once for each size.
struct Shop {
  explicit Shop(uint64_t n) : lines(n) {
    const std::string csv = bench::OrdersCsv(n);
    bytes = csv.size();
    std::ofstream(file, std::ios::binary) << csv;
    ledger = OpenLedger(dir);
    Check(ImportFile(*ledger, file).accepted == n, "every line is new at first");
  }
  const uint64_t lines;
  uint64_t bytes = 0;
  TempDir dir;
  const std::string file = dir / "orders.csv";
  std::unique_ptr<Ledger> ledger;
};

Shop& ShopOf(uint64_t lines) {
  static std::unique_ptr<Shop> shop;
  if (shop == nullptr || shop->lines != lines) {
    shop.reset();
    shop = std::make_unique<Shop>(lines);
  }
  return *shop;
}

void CountLines(benchmark::State& state, uint64_t lines) {
  state.SetItemsProcessed(static_cast<int64_t>(lines) * static_cast<int64_t>(state.iterations()));
}

void ParseCsv(benchmark::State& state) {
  const Shop& shop = ShopOf(static_cast<uint64_t>(state.range(0)));
  for (auto _ : state) {
    uint64_t rows = 0;
    const auto report = ReadOrders(shop.file, {}, [&](std::span<const OrderRow> batch) {
      rows += batch.size();
      return absl::OkStatus();
    });
    Check(report.ok() && rows == shop.lines, "every line is read");
  }
  CountLines(state, shop.lines);
  state.SetBytesProcessed(static_cast<int64_t>(shop.bytes) * static_cast<int64_t>(state.iterations()));
}

void ParseToFacts(benchmark::State& state) {
  const Shop& shop = ShopOf(static_cast<uint64_t>(state.range(0)));
  for (auto _ : state) {
    const auto facts = ReadOrdersAsFacts(shop.file, {}, nullptr);
    Check(facts.ok() && facts->lines.size() == shop.lines, "every line is a fact");
  }
  CountLines(state, shop.lines);
  state.SetBytesProcessed(static_cast<int64_t>(shop.bytes) * static_cast<int64_t>(state.iterations()));
}

void ImportNew(benchmark::State& state) {
  const Shop& shop = ShopOf(static_cast<uint64_t>(state.range(0)));
  for (auto _ : state) {
    const TempDir dir;
    const std::unique_ptr<Ledger> ledger = OpenLedger(dir);
    Check(ImportFile(*ledger, shop.file).accepted == shop.lines, "every line is new");
  }
  CountLines(state, shop.lines);
}

void ImportAgain(benchmark::State& state) {
  Shop& shop = ShopOf(static_cast<uint64_t>(state.range(0)));
  for (auto _ : state) Check(ImportFile(*shop.ledger, shop.file).duplicates == shop.lines, "no line is new");
  CountLines(state, shop.lines);
}

void ReadFacts(benchmark::State& state) {
  const Shop& shop = ShopOf(static_cast<uint64_t>(state.range(0)));
  for (auto _ : state) Check(shop.ledger->ReadFacts()->lines.size() >= shop.lines, "every line is read");
  CountLines(state, shop.lines);
}

// What a live server does each time an order has come in.
void ReadOneNewOrder(benchmark::State& state) {
  Shop& shop = ShopOf(static_cast<uint64_t>(state.range(0)));
  Watermark from;
  FactTable facts = *shop.ledger->ReadFacts(&from);
  static uint64_t number = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const std::string order = "new-" + std::to_string(++number);
    Check(shop.ledger->AppendOrderRows(std::vector<OrderRow>{{order, "1", 1'700'000'000, "item-0"}}).ok(),
          "append");
    const size_t before = facts.lines.size();
    state.ResumeTiming();
    Check(shop.ledger->ReadFactsSince(from, facts).ok() && facts.lines.size() == before + 1,
          "the new line is read");
  }
}

void ReadWatermark(benchmark::State& state) {
  const Shop& shop = ShopOf(static_cast<uint64_t>(state.range(0)));
  for (auto _ : state) Check(shop.ledger->ReadWatermark()->facts >= shop.lines, "watermark");
}

void ReadCustomer(benchmark::State& state) {
  const Shop& shop = ShopOf(static_cast<uint64_t>(state.range(0)));
  uint64_t customer = 0;
  for (auto _ : state) Check(shop.ledger->ReadCustomer(std::to_string(++customer % 50'000)).ok(), "customer");
}

// Durable acknowledgements: each thread waits for its own before it sends the next, as callers of the API do.
void AppendEvents(benchmark::State& state) {
  static std::unique_ptr<TempDir> dir;
  static std::unique_ptr<Ledger> ledger;
  static std::atomic<uint64_t> next = 0;
  if (state.thread_index() == 0) {
    ledger.reset();
    dir = std::make_unique<TempDir>();
    ledger = OpenLedger(*dir);
  }
  const auto size = static_cast<uint64_t>(state.range(0));
  for (auto _ : state) {
    std::vector<Event> events;
    const uint64_t first = next.fetch_add(size);
    for (uint64_t i = first; i < first + size; ++i) {
      events.push_back(
          {"event-" + std::to_string(i), 1'700'000'000, "customer-" + std::to_string(i % 5'000),
           Order{"order-" + std::to_string(i), {{"item-" + std::to_string(i % 3'000), 1, 9'950'000}}}});
    }
    const auto outcomes = ledger->AppendEvents(events);
    Check(outcomes.ok() && outcomes->front().kind == EventOutcome::Kind::kAccepted, "every event is new");
  }
  state.SetItemsProcessed(static_cast<int64_t>(size) * static_cast<int64_t>(state.iterations()));
}

constexpr int64_t kLines = 500'000;

BENCHMARK(ParseCsv)->Arg(kLines)->Unit(benchmark::kMillisecond);
BENCHMARK(ParseToFacts)->Arg(kLines)->Unit(benchmark::kMillisecond);
BENCHMARK(ImportNew)->Arg(kLines)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(ImportAgain)->Arg(kLines)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(ReadFacts)->Arg(kLines)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(ReadOneNewOrder)->Arg(kLines)->Unit(benchmark::kMicrosecond)->UseRealTime();
BENCHMARK(ReadWatermark)->Arg(kLines)->Unit(benchmark::kMicrosecond);
BENCHMARK(ReadCustomer)->Arg(kLines)->Unit(benchmark::kMicrosecond);
BENCHMARK(AppendEvents)
    ->Arg(1)
    ->Threads(1)
    ->Threads(8)
    ->Threads(64)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(AppendEvents)->Arg(100)->Threads(1)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace awase

BENCHMARK_MAIN();
