#include "engine/train/lags.h"

#include <algorithm>

#include "engine/kernels/stream.h"

namespace awase {
namespace {

constexpr size_t kBasketsAhead = 8;  // fetched before they are needed

// Notes the lag to one basket of an owner (numbered from 1) for each kept item in it: one lag an owner, the
// smallest. Few items are kept, and which is a coin's toss: a bit each, which stay in the first-level cache,
// sorts them out without a branch.
void MeetBasket(const kernels::BasketView& basket, uint32_t owner, uint32_t lag, LagBench& bench) {
  const uint64_t* const is_kept = bench.is_kept.data();
  uint32_t* const met = bench.met.data();
  size_t size = 0;
  kernels::ForEachLabel(basket, [&](uint32_t label) {
    met[size] = label;
    size += is_kept[label / 64] >> (label % 64) & 1;
  });
  for (size_t m = 0; m < size; ++m) {
    const uint16_t slot = bench.slot[met[m]];
    const bool is_first = bench.last_owner[slot] != owner;
    bench.last_owner[slot] = owner;
    uint32_t* const last = bench.lags.data() + (bench.ends[slot] += is_first) - 1;
    *last = is_first ? lag : std::min(*last, lag);
  }
}

}  // namespace

void MeasureLags(const Population& population, const WindowVisits& window, const EdgePlace& kept,
                 uint32_t size, LagBench& bench) {
  bench.slot.resize(population.columns());
  bench.is_kept.resize(size_t{population.columns()} / 64 + 1);
  // Rows of a window count an owner once: units are customers.
  bench.ends.resize(size);
  bench.last_owner.assign(size, 0);
  uint64_t total = 0;
  for (size_t k = 0; k < size; ++k) {
    const uint32_t label = population.label_of[kept.scored[k].item];
    bench.slot[label] = static_cast<uint16_t>(k);
    bench.is_kept[label / 64] |= uint64_t{1} << (label % 64);
    bench.ends[k] = total;
    total += kept.units[k];
  }
  bench.lags.resize(total);
  const std::vector<uint32_t>& visits = window.visits;
  uint32_t owner = 0;
  for (size_t v = 0; v < visits.size(); ++v) {
    const uint32_t ahead = visits[std::min(v + kBasketsAhead, visits.size() - 1)];
    __builtin_prefetch(&population.stream[ahead & ~kernels::kSameOwner]);
    owner += (visits[v] & kernels::kSameOwner) == 0;
    const kernels::BasketView basket = population.BasketAt(visits[v] & ~kernels::kSameOwner);
    if (bench.met.size() <= basket.size()) bench.met.resize(basket.size() + 1);
    MeetBasket(basket, owner, window.lags[v], bench);
  }
  for (size_t k = 0; k < size; ++k) {
    uint32_t* const end = bench.lags.data() + bench.ends[k];
    uint32_t* const begin = end - kept.units[k];
    uint32_t* const median = begin + (kept.units[k] - 1) / 2;
    std::nth_element(begin, median, end);
    kept.lags[k] = *median;
    bench.is_kept[population.label_of[kept.scored[k].item] / 64] = 0;
  }
}

}  // namespace awase
