// The pairs of a small catalogue, counted basket by basket in a table of its own.
//
// Where all pairs fit the second-level cache, each of a basket is one addition, made once for both items; a
// row by row count visits every basket once for each of its items, and adds each pair twice.
#ifndef AWASE_ENGINE_KERNELS_PAIRS_H_
#define AWASE_ENGINE_KERNELS_PAIRS_H_

#include <cstddef>
#include <cstdint>

#include "engine/base/buffer.h"

namespace awase::kernels {

// A cell of what baskets weigh: units << kUnitShift | weight. Fewer than 2^24 baskets fit.
inline constexpr uint32_t kUnitShift = 40;

// Cells of the pairs of so many items, 2 to 65,535, and one in front that is none's.
constexpr uint64_t CellsOfPairs(uint64_t items) noexcept { return items * (items - 1) / 2 + 1; }
// The cell of items i < j is that of i's row, and j.
constexpr uint32_t RowOfPairs(uint32_t items, uint32_t i) noexcept { return i * (2 * items - i - 1) / 2 - i; }
constexpr uint32_t CellOfPair(uint32_t items, uint32_t i, uint32_t j) noexcept {
  return i < j ? RowOfPairs(items, i) + j : RowOfPairs(items, j) + i;
}

// By pair of items: what both are in.
struct PairTable {
  uint32_t items = 0;
  Buffer<uint32_t> units;    // where every basket weighs the same, else empty
  Buffer<uint64_t> sums;     // where not: units << kUnitShift | weight
  Buffer<uint32_t> repeats;  // units beyond an owner's first; empty where none comes twice
};

// Adds `amount` for each pair of a set of items that rise.
template <class Cell>
inline void AddPairs(const uint32_t* set, uint32_t size, Cell amount, uint32_t items, Cell* cells) noexcept {
  for (uint32_t a = 0; a + 1 < size; ++a) {
    Cell* const row = cells + RowOfPairs(items, set[a]);
#pragma GCC unroll 4
    for (uint32_t b = a + 1; b < size; ++b) row[set[b]] += amount;
  }
}

// The same for a size that is known: no loop is left.
template <uint32_t kSize, class Cell>
inline void AddPairsOf(const uint32_t* set, Cell amount, uint32_t items, Cell* cells) noexcept {
#pragma GCC unroll 8
  for (uint32_t a = 0; a + 1 < kSize; ++a) {
    Cell* const row = cells + RowOfPairs(items, set[a]);
#pragma GCC unroll 8
    for (uint32_t b = a + 1; b < kSize; ++b) row[set[b]] += amount;
  }
}

// AddPairs for the baskets of an owner who has several, one after the other.
//   owner    not 0, and another for each owner
//   stamps   as many as cells: the last owner who had the pair
//   repeats  as many as cells: one more where the owner had it before
template <class Cell>
inline void AddRepeatedPairs(const uint32_t* set, uint32_t size, Cell amount, uint32_t owner, uint32_t items,
                             Cell* cells, uint32_t* stamps, uint32_t* repeats) noexcept {
  for (uint32_t a = 0; a + 1 < size; ++a) {
    const uint32_t row = RowOfPairs(items, set[a]);
    for (uint32_t b = a + 1; b < size; ++b) {
      const uint32_t cell = row + set[b];
      cells[cell] += amount;
      repeats[cell] += stamps[cell] == owner;
      stamps[cell] = owner;
    }
  }
}

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_PAIRS_H_
