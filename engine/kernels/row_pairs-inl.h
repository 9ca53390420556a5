// A row from a table of pairs. Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_ROW_PAIRS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_ROW_PAIRS_INL_H_
#undef AWASE_ENGINE_KERNELS_ROW_PAIRS_INL_H_
#else
#define AWASE_ENGINE_KERNELS_ROW_PAIRS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "engine/kernels/counter.h"
#include "engine/kernels/pairs.h"
#include "engine/kernels/row.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

// Puts the cells of a label's item into the counters of its row. First where they are, which the compiler
// does in vectors.
template <uint32_t kBytes>
void TakePairs(const Matrix& matrix, uint32_t label, RowScratch& scratch) {
  using Word = typename Counter<kBytes>::Word;
  const PairTable& table = *matrix.pairs;
  auto* HWY_RESTRICT words = reinterpret_cast<Word*>(scratch.counters.data());
  uint32_t* HWY_RESTRICT cells = scratch.found.data();
  const uint32_t* HWY_RESTRICT item_of = matrix.item_of.data();
  const uint32_t columns = scratch.columns, shift = scratch.shift, items = table.items, item = item_of[label];
  for (uint32_t k = 0; k < columns; ++k) cells[k] = CellOfPair(items, item, item_of[k]);
  cells[label] = 0;
  const bool repeated = table.repeats.size() > 0 && shift > 0;
  if (repeated) {
    const uint32_t* HWY_RESTRICT again = table.repeats.data();
    uint32_t* HWY_RESTRICT repeats = scratch.repeats.data();
    for (uint32_t k = 0; k < columns; ++k) repeats[k] = again[cells[k]];
  }
  // Customers and weight, once units and weight are known.
  const auto put = [=, &scratch](uint32_t k, uint64_t units, uint64_t weight) {
    const uint64_t customers = repeated ? units - scratch.repeats[k] : units;
    words[k] = static_cast<Word>(customers << shift | weight);
  };
  if (table.sums.size() > 0) {
    const uint64_t* HWY_RESTRICT sums = table.sums.data();
    constexpr uint64_t kWeight = (uint64_t{1} << kUnitShift) - 1;
    for (uint32_t k = 0; k < columns; ++k) put(k, sums[cells[k]] >> kUnitShift, sums[cells[k]] & kWeight);
  } else {
    const uint32_t* HWY_RESTRICT units = table.units.data();
    if (shift == 0) {
      for (uint32_t k = 0; k < columns; ++k) words[k] = static_cast<Word>(units[cells[k]]);
    } else {
      for (uint32_t k = 0; k < columns; ++k) put(k, units[cells[k]], units[cells[k]]);
    }
  }
  words[label] = 0;
  if (repeated) scratch.repeats[label] = 0;
  scratch.touched_size = 0;
  scratch.repeats_everywhere = repeated;
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
