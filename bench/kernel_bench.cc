// Kernels against what the hardware can do: the increments and random reads that bound a row, then rows
// themselves on every instruction set. The bound of a whole training is madds x increment + visits x random
// read + cells x touched + rows x 700 ns.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/buffer.h"
#include "engine/kernels/row.h"
#include "tests/support/basket_stream.h"
#include "tests/support/worlds.h"

namespace awase {
namespace {

constexpr size_t kKept = 50;

using testing::Dice;

// Adds 1 to counters at random places of a table of `bytes`.
template <class Word>
void Increment(benchmark::State& state) {
  const auto size = static_cast<uint32_t>(static_cast<size_t>(state.range(0)) / sizeof(Word));
  Dice dice(1);
  std::vector<uint32_t> places(1 << 14);
  for (uint32_t& place : places) place = dice.Below(size);
  Buffer<Word> table(size);
  std::fill(table.begin(), table.end(), Word{0});
  for (auto _ : state) {
    for (const uint32_t place : places) table[place] = static_cast<Word>(table[place] + 1);
    benchmark::ClobberMemory();
  }
  uint64_t sum = 0;
  for (const Word word : table) sum += word;
  if (sizeof(Word) == 8 && sum != static_cast<uint64_t>(state.iterations()) * places.size())
    state.SkipWithError("lost an increment");
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(places.size()));
}
BENCHMARK(Increment<uint8_t>)->Arg(16 << 10)->Arg(100'000);
BENCHMARK(Increment<uint32_t>)->Arg(16 << 10)->Arg(400'000);
BENCHMARK(Increment<uint64_t>)->Arg(16 << 10)->Arg(800'000);

// One word from each of many random cache lines.
void RandomLine(benchmark::State& state) {
  const auto size = static_cast<uint32_t>(static_cast<size_t>(state.range(0)) / 4);
  Dice dice(1);
  std::vector<uint32_t> places(1 << 20);
  for (uint32_t& place : places) place = dice.Below(size);
  Buffer<uint32_t> table(size);
  for (uint32_t i = 0; i < size; ++i) table[i] = i;
  for (auto _ : state) {
    uint64_t sum = 0;
    for (const uint32_t place : places) sum += table[place];
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(places.size()));
}
BENCHMARK(RandomLine)->Arg(1 << 20)->Arg(44 << 20)->Arg(256 << 20);

// An anchor with `visits` baskets of about ten labels of Zipf-like popularity.
struct World {
  explicit World(uint32_t columns, uint32_t visits_wanted, bool weighted)
      : scratch(columns), kept(kKept), units(kKept) {
    Dice dice(columns + visits_wanted);
    std::vector<uint32_t> basket;
    for (uint32_t v = 0; v < visits_wanted; ++v) {
      basket.assign(1, 0);
      for (uint32_t k = 0; k < 9; ++k) {
        const uint64_t square = uint64_t{dice.Below(columns)} * dice.Below(columns) / columns;
        const auto label = static_cast<uint32_t>(square * dice.Below(columns) / columns);
        if (std::find(basket.begin(), basket.end(), label) == basket.end()) basket.push_back(label);
      }
      const uint32_t weight = weighted ? 1 + dice.Below(65536) : 65536;
      visits.push_back(stream.Append(basket, weight));
      plan.pairs += basket.size();
      for (const uint32_t label : basket) joint[label] += weight;
    }
    for (uint32_t c = 0; c < columns; ++c) {
      item_of.push_back(c);
      weight_of.push_back((joint.count(c) ? joint[c] : 0) + 65536);
      factor.push_back(static_cast<float>(weight_of.back()));
    }
    plan.units = visits_wanted;
    weight_of[0] = joint[0];
    matrix.stream = stream.data();
    matrix.weight = weight_of;
    matrix.factor = factor;
    matrix.item_of = item_of;
    matrix.uniform = !weighted;
    anchor = kernels::AnchorOf(matrix.spec, weight_of[0], weight_of[0] * 2);
  }
  uint32_t Row() {
    kernels::CountRow(matrix, plan, visits, scratch);
    return kernels::KeepRow(matrix, plan, anchor, scratch, {kept.data(), units.data(), nullptr, kKept});
  }
  // The best of the row by the formula, one candidate after the other.
  bool Right() {
    const uint32_t size = Row();
    std::vector<std::pair<float, uint32_t>> all;
    for (const auto& [label, c] : joint) {
      if (label == 0) continue;
      all.emplace_back(-kernels::Rank(matrix.spec, anchor, c, weight_of[label], factor[label], 0), label);
    }
    std::sort(all.begin(), all.end());
    all.resize(std::min(all.size(), kKept));
    for (auto& [rank, label] : all) rank = -kernels::Score(matrix.spec, anchor, -rank);
    std::sort(all.begin(), all.end());
    bool same = all.size() == size;
    for (size_t k = 0; same && k < size; ++k)
      same = kept[k].item == all[k].second && kept[k].score == -all[k].first;
    return same;
  }

  testing::BasketStream stream;
  std::vector<uint32_t> visits, item_of;
  std::vector<uint64_t> weight_of;
  std::vector<float> factor;
  std::map<uint32_t, uint64_t> joint;
  kernels::Matrix matrix;
  kernels::RowPlan plan;
  kernels::Anchor anchor;
  kernels::RowScratch scratch;
  std::vector<kernels::Scored> kept;
  std::vector<uint32_t> units;
};

void Row(benchmark::State& state, const char* target, bool weighted) {
  kernels::ForceTarget(target);
  World world(100'000, static_cast<uint32_t>(state.range(0)), weighted);
  if (!world.Right()) {
    state.SkipWithError("the row is wrong: nothing is timed");
    return;
  }
  for (auto _ : state) benchmark::DoNotOptimize(world.Row());
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(world.plan.pairs));
  kernels::ForceTarget("");
}

}  // namespace
}  // namespace awase

int main(int argc, char** argv) {
  for (const char* target : awase::kernels::Targets()) {
    for (const bool weighted : {false, true}) {
      const std::string name = std::string("Row/") + target + (weighted ? "/weighted" : "/binary");
      benchmark::RegisterBenchmark(name.c_str(), awase::Row, target, weighted)
          ->Arg(20)
          ->Arg(200)
          ->Arg(2000)
          ->Arg(40'000);
    }
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
