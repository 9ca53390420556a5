// What every peer program in C++ shares: the input file, the timed loop, the result file, the report on
// standard output. Stands alone: no code of Awase is used, so that a peer shares no mistake with it.
//
// Input file, little-endian: u64 rows, u64 cols, u64 nnz, u64 offsets[rows + 1], u32 items[nnz].
// Result file: u64 rows, u64 width, u32 ids[rows * width], f32 scores[rows * width]; kNone where a row is
// short.
#ifndef AWASE_BENCH_PEERS_PEER_H_
#define AWASE_BENCH_PEERS_PEER_H_

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace peers {

constexpr uint32_t kNone = 0xFFFFFFFFu;

// Each row the distinct items of one basket, in rising order.
struct Baskets {
  uint64_t rows = 0, cols = 0;
  std::vector<uint64_t> offsets;
  std::vector<uint32_t> items;
};

// Both orientations with 32-bit offsets, the form that most libraries take.
struct Pattern {
  int rows = 0, cols = 0;
  std::vector<int> offsets, indices;
};

struct Neighbours {
  uint64_t rows = 0, width = 0;
  std::vector<uint32_t> ids;
  std::vector<float> scores;

  void Resize(uint64_t new_rows, uint64_t new_width) {
    rows = new_rows, width = new_width;
    ids.assign(rows * width, kNone);
    scores.assign(rows * width, 0.0f);
  }
};

struct Arguments {
  std::string input, dump;
  int threads = 1;
  int k = 50;
  double min_seconds = 0.25;  // a short task is repeated inside the process until it has taken this long
};

inline double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Of all threads: what load from elsewhere does not stretch.
inline double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

struct Timed {
  double prepare, compute, prepare_cpu, compute_cpu;
};

[[noreturn]] inline void Fail(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::exit(1);
}

inline Arguments Parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if (flag.rfind("--", 0) != 0) {
      arguments.input = flag;
    } else if (i + 1 == argc) {
      Fail(flag + ": needs a value");
    } else if (flag == "--threads") {
      arguments.threads = std::atoi(argv[++i]);
    } else if (flag == "--k") {
      arguments.k = std::atoi(argv[++i]);
    } else if (flag == "--dump") {
      arguments.dump = argv[++i];
    } else if (flag == "--min-seconds") {
      arguments.min_seconds = std::atof(argv[++i]);
    } else {
      Fail(flag + ": unknown");
    }
  }
  if (arguments.input.empty())
    Fail("usage: PEER INPUT [--threads N] [--k N] [--dump FILE] [--min-seconds S]");
  return arguments;
}

inline Baskets Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  uint64_t head[3] = {0, 0, 0};
  file.read(reinterpret_cast<char*>(head), sizeof head);
  if (!file) Fail(path + ": no input file");
  Baskets baskets{head[0], head[1], {}, {}};
  baskets.offsets.resize(head[0] + 1);
  baskets.items.resize(head[2]);
  file.read(reinterpret_cast<char*>(baskets.offsets.data()), static_cast<std::streamsize>(8 * (head[0] + 1)));
  file.read(reinterpret_cast<char*>(baskets.items.data()), static_cast<std::streamsize>(4 * head[2]));
  if (!file) Fail(path + ": too short");
  return baskets;
}

inline void Write(const std::string& path, const Neighbours& found) {
  std::ofstream file(path, std::ios::binary);
  const uint64_t head[2] = {found.rows, found.width};
  file.write(reinterpret_cast<const char*>(head), sizeof head);
  file.write(reinterpret_cast<const char*>(found.ids.data()),
             static_cast<std::streamsize>(4 * found.ids.size()));
  file.write(reinterpret_cast<const char*>(found.scores.data()),
             static_cast<std::streamsize>(4 * found.scores.size()));
  if (!file.flush()) Fail(path + ": cannot be written");
}

inline Pattern ByBasket(const Baskets& baskets) {
  Pattern pattern{static_cast<int>(baskets.rows), static_cast<int>(baskets.cols), {}, {}};
  pattern.offsets.assign(baskets.offsets.begin(), baskets.offsets.end());
  pattern.indices.assign(baskets.items.begin(), baskets.items.end());
  return pattern;
}

inline Pattern Transpose(const Pattern& from) {
  Pattern to{from.cols, from.rows, std::vector<int>(from.cols + 1, 0), std::vector<int>(from.indices.size())};
  for (const int col : from.indices) ++to.offsets[col + 1];
  for (int c = 0; c < from.cols; ++c) to.offsets[c + 1] += to.offsets[c];
  std::vector<int> next(to.offsets.begin(), to.offsets.end() - 1);
  for (int r = 0; r < from.rows; ++r) {
    for (int at = from.offsets[r]; at < from.offsets[r + 1]; ++at) to.indices[next[from.indices[at]]++] = r;
  }
  return to;
}

// One over the square root of how many baskets hold each item; 0 for an item that none holds.
inline std::vector<float> InverseNorms(const Pattern& by_item) {
  std::vector<float> norms(by_item.rows);
  for (int i = 0; i < by_item.rows; ++i) {
    const int support = by_item.offsets[i + 1] - by_item.offsets[i];
    norms[i] = support == 0 ? 0.0f : static_cast<float>(1.0 / std::sqrt(static_cast<double>(support)));
  }
  return norms;
}

// Selection for the libraries that only multiply: the best k of one row of the product, the item itself
// dropped.
class RowSelection {
 public:
  explicit RowSelection(int k) : k_(k) {}

  // `same`: all counts are counts[0].
  template <class Column, class Count>
  void Keep(int row, const Column* columns, const Count* counts, uint64_t size,
            const std::vector<float>& norms, Neighbours* found, bool same = false) {
    best_.clear();
    for (uint64_t n = 0; n < size; ++n) {
      const int column = static_cast<int>(columns[n]);
      if (column == row) continue;
      best_.emplace_back(static_cast<float>(counts[same ? 0 : n]) * norms[row] * norms[column], column);
    }
    const auto kept = std::min<size_t>(best_.size(), static_cast<size_t>(k_));
    if (kept < best_.size()) {
      std::nth_element(best_.begin(), best_.begin() + static_cast<std::ptrdiff_t>(kept), best_.end(),
                       [](const auto& a, const auto& b) { return a.first > b.first; });
    }
    for (size_t n = 0; n < kept; ++n) {
      found->ids[row * found->width + n] = static_cast<uint32_t>(best_[n].second);
      found->scores[row * found->width + n] = best_[n].first;
    }
  }

 private:
  int k_;
  std::vector<std::pair<float, int>> best_;
};

inline uint64_t StatusKilobytes(const char* key) {
  std::ifstream file("/proc/self/status");
  std::string line;
  while (std::getline(file, line)) {
    if (line.rfind(key, 0) == 0) return std::strtoull(line.c_str() + std::strlen(key), nullptr, 10);
  }
  return 0;
}

// From now on VmHWM is the peak of what follows.
inline void ResetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

// A peer: Peer(Baskets&&, Arguments) puts the input into the library's own form (not timed); Prepare() and
// Compute() are timed apart; Result() is not timed and may hold the item itself, which the check drops.
template <class Peer>
int Run(int argc, char** argv) {
  const Arguments arguments = Parse(argc, argv);
  Peer peer(Read(arguments.input), arguments);
  const uint64_t before = StatusKilobytes("VmRSS:");
  ResetPeak();
  std::vector<Timed> runs;
  double total = 0;
  uint64_t peak = 0;
  do {
    const double start = Now(), start_cpu = CpuSeconds();
    peer.Prepare();
    const double prepared = Now(), prepared_cpu = CpuSeconds();
    peer.Compute();
    const double done = Now();
    runs.push_back(
        {prepared - start, done - prepared, prepared_cpu - start_cpu, CpuSeconds() - prepared_cpu});
    total += done - start;
    if (peak == 0) peak = StatusKilobytes("VmHWM:");  // of one run: repeats only show what malloc keeps
  } while (total < arguments.min_seconds);
  if (!arguments.dump.empty()) Write(arguments.dump, peer.Result());
  std::printf("{\"input_kb\": %llu, \"peak_kb\": %llu, \"runs\": [", static_cast<unsigned long long>(before),
              static_cast<unsigned long long>(peak));
  for (size_t n = 0; n < runs.size(); ++n) {
    const Timed& run = runs[n];
    std::printf(
        "%s{\"compute_s\": %.9f, \"whole_s\": %.9f, \"prepare_cpu_s\": %.9f, \"compute_cpu_s\": %.9f}",
        n == 0 ? "" : ", ", run.compute, run.prepare + run.compute, run.prepare_cpu, run.compute_cpu);
  }
  std::printf("]}\n");
  return 0;
}

}  // namespace peers

#endif  // AWASE_BENCH_PEERS_PEER_H_
