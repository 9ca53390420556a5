// Baskets in runs whose purchases stand one behind the other.
#ifndef AWASE_ENGINE_TRAIN_RUNS_H_
#define AWASE_ENGINE_TRAIN_RUNS_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/history/history.h"
#include "engine/train/transpose.h"

namespace awase {

// Purchases of a run, unless one basket has more.
inline constexpr uint64_t kRun = 4096;

// Calls visit(first, end) for runs of baskets whose purchases stand one behind the other: a loop over
// purchases guesses the end of a run wrong, not that of each basket.
template <class Visit>
void ForEachRun(const Units& units, std::span<const Selected> selected, const Visit& visit) {
  const uint64_t* const offsets = units.by_unit.offsets.data();
  for (size_t first = 0, end = 0; first < selected.size(); first = end) {
    const uint64_t most = offsets[selected[first].unit] + kRun;
    do {
      ++end;
    } while (end < selected.size() && selected[end].unit == selected[end - 1].unit + 1 &&
             offsets[selected[end].unit + 1] <= most);
    visit(first, end);
  }
}

inline std::span<const ItemId> ItemsOfRun(const Units& units, const Selected& first, const Selected& last) {
  const uint64_t* const offsets = units.by_unit.offsets.data();
  return {units.by_unit.values.data() + offsets[first.unit],
          units.by_unit.values.data() + offsets[last.unit + 1]};
}

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_RUNS_H_
