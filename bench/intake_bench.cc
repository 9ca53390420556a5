// Reading orders files alone, without a ledger: bytes of text a second, from plain and from packed files.
// Each part checks that it read every line before it is timed.
#include <benchmark/benchmark.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>

#include "bench/orders_csv.h"
#include "engine/intake/byte_source.h"
#include "engine/intake/intake.h"
#include "engine/intake/record_source.h"
#include "tests/support/data_dir.h"
#include "tests/support/temp_dir.h"

namespace awase {
namespace {

using testing::TempDir;

void Check(bool right, const char* what) {
  if (right) return;
  std::fprintf(stderr, "intake_bench: wrong: %s\n", what);
  std::exit(1);
}

void Write(const std::string& path, const std::string& text, const char* mode) {
  const gzFile file = gzopen(path.c_str(), mode);
  Check(file != nullptr && gzwrite(file, text.data(), static_cast<unsigned>(text.size())) > 0 &&
            gzclose(file) == Z_OK,
        "write");
}

std::string Unpacked(const std::string& path) {
  std::string text;
  if (path.empty()) return text;
  const gzFile file = gzopen(path.c_str(), "rb");
  Check(file != nullptr, "open the real file");
  char bytes[1 << 16];
  for (int got; (got = gzread(file, bytes, sizeof bytes)) > 0;) text.append(bytes, static_cast<size_t>(got));
  gzclose(file);
  return text;
}

// The same text as a plain and as a packed file.
struct Files {
  explicit Files(const std::string& text) : bytes(text.size()) {
    lines = static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n')) - 1;
    Write(plain, text, "wbT");
    Write(packed, text, "wb6");
  }
  const uint64_t bytes;
  uint64_t lines = 0;
  TempDir dir;
  const std::string plain = dir / "orders.csv", packed = dir / "orders.csv.gz";
};

enum Source : int64_t { kGenerated, kOnlineRetail };

// Null where the real file is not at hand.
const Files* FilesOf(int64_t source) {
  static const Files generated(bench::OrdersCsv(2'000'000));
  if (source == kGenerated) return &generated;
  static const std::string text = Unpacked(testing::RealData("online_retail.csv.gz"));
  static const std::unique_ptr<Files> real = text.empty() ? nullptr : std::make_unique<Files>(text);
  return real.get();
}

// Calls `read` with the path of one file; it returns the lines that it saw.
template <class Read>
void Time(benchmark::State& state, const Read& read) {
  const Files* files = FilesOf(state.range(0));
  if (files == nullptr) {
    state.SkipWithError("online_retail.csv.gz is not at hand");
    return;
  }
  const std::string& path = state.range(1) == 0 ? files->plain : files->packed;
  Check(read(path) == files->lines, "every line is read");
  for (auto _ : state) benchmark::DoNotOptimize(read(path));
  const auto rounds = static_cast<int64_t>(state.iterations());
  state.SetItemsProcessed(static_cast<int64_t>(files->lines) * rounds);
  state.SetBytesProcessed(static_cast<int64_t>(files->bytes) * rounds);
  state.SetLabel(std::string(state.range(0) == kGenerated ? "generated" : "online_retail") +
                 (state.range(1) == 0 ? ", plain" : ", gz"));
}

// The steps of reading, each with those before it: bytes, records, rows, facts.
void Bytes(benchmark::State& state) {
  Time(state, [](const std::string& path) {
    const auto source = ByteSource::Open(path);
    Check(source.ok(), "open");
    static char into[1 << 20];
    uint64_t ends = 0;
    while (true) {
      const auto got = (*source)->Read(into, sizeof into);
      Check(got.ok(), "read");
      if (*got == 0) return ends - 1;
      ends += static_cast<uint64_t>(std::count(into, into + *got, '\n'));
    }
  });
}

void Records(benchmark::State& state) {
  Time(state, [](const std::string& path) {
    const auto source = OpenCsv(path);
    Check(source.ok(), "open");
    Record record;
    for (uint64_t records = 0;;) {
      const RecordSource::Step step = (*source)->Next(record);
      if (step == RecordSource::Step::kEnd) return records;
      if (step == RecordSource::Step::kRecord) records += record.fields.size() == 6;
      if (step == RecordSource::Step::kRefill) Check((*source)->Refill().ok(), "refill");
    }
  });
}

void Rows(benchmark::State& state) {
  Time(state, [](const std::string& path) {
    uint64_t rows = 0;
    const auto report = ReadOrders(path, {}, [&](std::span<const OrderRow> batch) {
      rows += batch.size();
      return absl::OkStatus();
    });
    Check(report.ok(), "read");
    return rows + report->rejected;
  });
}

void Facts(benchmark::State& state) {
  Time(state, [](const std::string& path) {
    IntakeReport report;
    const auto facts = ReadOrdersAsFacts(path, {}, &report);
    Check(facts.ok(), "read");
    return facts->lines.size() + report.rejected;
  });
}

// Processor time is that of both threads; with a core for each, the time on the clock is the longer one's.
void Both(benchmark::internal::Benchmark* bench) {
  for (const Source source : {kGenerated, kOnlineRetail}) {
    for (const int64_t packed : {0, 1}) bench->Args({source, packed});
  }
  bench->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
}
BENCHMARK(Bytes)->Apply(Both);
BENCHMARK(Records)->Apply(Both);
BENCHMARK(Rows)->Apply(Both);
BENCHMARK(Facts)->Apply(Both);

}  // namespace
}  // namespace awase

BENCHMARK_MAIN();
