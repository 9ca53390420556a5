// The core alone on baskets from a file: preparation and computation timed apart. What bench/peers/run
// measures of Awase.
//
//   core_run INPUT [--threads N] [--k N] [--measure cosine|jaccard|...] [--damping G] [--owners N]
//   [--min-support N]
//            [--min-seconds S] [--target NAME] [--tables 0] [--dump FILE]
//
// Input file, little-endian: u64 rows, u64 cols, u64 nnz, u64 offsets[rows + 1], u32 items[nnz]. Result file:
// u64 rows, u64 width, u32 ids[rows * width], f32 scores[rows * width], 2^32 - 1 where a row is short.
#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <time.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "engine/kernels/row.h"
#include "engine/train/neighbours.h"
#include "engine/train/population.h"

namespace awase {
namespace {

struct Arguments {
  std::string input, dump, measure = "cosine", target;
  unsigned threads = 1;
  uint32_t k = 50, owners = 0, min_support = 1, tables = 1;
  double damping = 0, power = 1, half_life = 0, min_seconds = 0.25;
};

[[noreturn]] void Fail(const std::string& message) {
  std::fprintf(stderr, "core_run: %s\n", message.c_str());
  std::exit(1);
}

Arguments Parse(int argc, char** argv) {
  Arguments a;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if (flag.rfind("--", 0) != 0) {
      a.input = flag;
      continue;
    }
    if (i + 1 == argc) Fail(flag + ": needs a value");
    const char* value = argv[++i];
    const auto number = [&] { return static_cast<uint32_t>(std::atoi(value)); };
    if (flag == "--threads")
      a.threads = number();
    else if (flag == "--k")
      a.k = number();
    else if (flag == "--owners")
      a.owners = number();
    else if (flag == "--min-support")
      a.min_support = number();
    else if (flag == "--tables")
      a.tables = number();
    else if (flag == "--damping")
      a.damping = std::atof(value);
    else if (flag == "--power")
      a.power = std::atof(value);
    else if (flag == "--half-life")
      a.half_life = std::atof(value);
    else if (flag == "--min-seconds")
      a.min_seconds = std::atof(value);
    else if (flag == "--measure")
      a.measure = value;
    else if (flag == "--target")
      a.target = value;
    else if (flag == "--dump")
      a.dump = value;
    else
      Fail(flag + ": unknown");
  }
  if (a.input.empty()) Fail("usage: core_run INPUT [--threads N] [--k N] [--dump FILE] [--min-seconds S]");
  return a;
}

struct Input {
  Units units;
  uint32_t items = 0;
};

// Rows are units; with `owners` n > 0 every n rows in a row are one known customer's.
Input Read(const Arguments& a) {
  std::ifstream file(a.input, std::ios::binary);
  uint64_t head[3] = {0, 0, 0};
  file.read(reinterpret_cast<char*>(head), sizeof head);
  if (!file) Fail(a.input + ": no input file");
  Input input;
  input.items = static_cast<uint32_t>(head[1]);
  Units& units = input.units;
  units.by_unit.offsets.resize(head[0] + 1);
  units.by_unit.values.resize(head[2]);
  file.read(reinterpret_cast<char*>(units.by_unit.offsets.data()),
            static_cast<std::streamsize>(8 * (head[0] + 1)));
  file.read(reinterpret_cast<char*>(units.by_unit.values.data()), static_cast<std::streamsize>(4 * head[2]));
  if (!file) Fail(a.input + ": too short");
  for (uint32_t u = 0; u < head[0]; ++u) {
    units.owner.push_back(a.owners == 0 ? u : u / a.owners);
    units.time.push_back(1'600'000'000 + u);
    units.source.push_back(u);
  }
  units.owners = head[0] == 0 ? 0 : units.owner.back() + 1;
  units.known_owners = a.owners == 0 ? 0 : units.owners;
  return input;
}

TrainOptions OptionsOf(const Arguments& a) {
  const auto measure = ParseMeasure(a.measure);
  if (!measure.ok()) Fail(std::string(measure.status().message()));
  TrainOptions options = DefaultsFor(*measure);
  options.damping = a.damping;
  options.power = a.power;
  options.half_life_days = a.half_life;
  options.top_n = a.k;
  options.min_support = a.min_support;
  options.max_basket = 65535;
  options.max_orders_per_customer = 0;
  options.threads = a.threads;
  options.tables = a.tables != 0;
  return options;
}

uint64_t StatusKilobytes(const char* key) {
  std::ifstream file("/proc/self/status");
  std::string line;
  while (std::getline(file, line)) {
    if (line.rfind(key, 0) == 0) return std::strtoull(line.c_str() + std::strlen(key), nullptr, 10);
  }
  return 0;
}

void Write(const std::string& path, const Neighbours& found, uint64_t width) {
  const uint64_t rows = found.offsets.size() - 1;
  std::vector<uint32_t> ids(rows * width, ~uint32_t{0});
  std::vector<float> scores(rows * width, 0.0f);
  for (uint64_t row = 0; row < rows; ++row) {
    for (uint64_t e = found.offsets[row]; e < found.offsets[row + 1]; ++e) {
      ids[row * width + e - found.offsets[row]] = found.edges[e].item;
      scores[row * width + e - found.offsets[row]] = found.edges[e].score;
    }
  }
  std::ofstream file(path, std::ios::binary);
  const uint64_t head[2] = {rows, width};
  file.write(reinterpret_cast<const char*>(head), sizeof head);
  file.write(reinterpret_cast<const char*>(ids.data()), static_cast<std::streamsize>(4 * ids.size()));
  file.write(reinterpret_cast<const char*>(scores.data()), static_cast<std::streamsize>(4 * scores.size()));
  if (!file.flush()) Fail(path + ": cannot be written");
}

struct Timed {
  double prepare, compute, prepare_cpu, compute_cpu, count, score;
};

// Of all threads: what a busy machine does not stretch.
double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

int Run(const Arguments& a) {
  using Clock = std::chrono::steady_clock;
  const auto seconds = [](Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
  };
  const Input input = Read(a);
  const TrainOptions options = OptionsOf(a);
  if (!kernels::ForceTarget(a.target.c_str())) Fail("--target: not here, got " + a.target);
  const tbb::global_control workers(tbb::global_control::max_allowed_parallelism, a.threads);
  tbb::task_arena arena(static_cast<int>(a.threads));
  const uint64_t before = StatusKilobytes("VmRSS:");
  std::ofstream("/proc/self/clear_refs") << "5";  // from now on VmHWM is the peak of what follows
  std::vector<Timed> runs;
  MadeRows made;
  Population population;
  double total = 0;
  uint64_t peak = 0;
  do {
    made = {};
    population = {};
    const Clock::time_point start = Clock::now();
    const double start_cpu = CpuSeconds();
    Clock::time_point prepared;
    double prepared_cpu = 0;
    arena.execute([&] {
      auto built = BuildPopulation(input.units, input.items, 1'600'000'000, options, a.threads);
      if (!built.ok()) Fail(std::string(built.status().message()));
      population = *std::move(built);
      prepared = Clock::now();
      prepared_cpu = CpuSeconds();
      made = MakeRowsUsingUpVisits(population, options, a.threads, nullptr);
      // What the result stands on; the rest goes while the clock runs.
      Population labels;
      labels.item_of = std::move(population.item_of);
      labels.label_of = std::move(population.label_of);
      population = std::move(labels);
    });
    const Clock::time_point done = Clock::now();
    runs.push_back({seconds(start, prepared), seconds(prepared, done), prepared_cpu - start_cpu,
                    CpuSeconds() - prepared_cpu, made.count_seconds, made.score_seconds});
    total += seconds(start, done);
    if (peak == 0) peak = StatusKilobytes("VmHWM:");  // of one training: repeats only show what malloc keeps
  } while (total < a.min_seconds);
  if (!a.dump.empty()) Write(a.dump, Assemble(population, made), a.k);
  std::printf("{\"input_kb\": %llu, \"peak_kb\": %llu, \"pairs\": %llu, \"edges\": %llu, \"runs\": [",
              static_cast<unsigned long long>(before), static_cast<unsigned long long>(peak),
              static_cast<unsigned long long>(made.pairs_counted),
              static_cast<unsigned long long>(made.edges));
  for (size_t n = 0; n < runs.size(); ++n) {
    const Timed& run = runs[n];
    std::printf(
        "%s{\"prepare_s\": %.9f, \"compute_s\": %.9f, \"whole_s\": %.9f, \"prepare_cpu_s\": %.6f, "
        "\"compute_cpu_s\": %.6f, \"count_s\": %.6f, \"score_s\": %.6f}",
        n == 0 ? "" : ", ", run.prepare, run.compute, run.prepare + run.compute, run.prepare_cpu,
        run.compute_cpu, run.count, run.score);
  }
  std::printf("]}\n");
  return 0;
}

}  // namespace
}  // namespace awase

int main(int argc, char** argv) { return awase::Run(awase::Parse(argc, argv)); }
