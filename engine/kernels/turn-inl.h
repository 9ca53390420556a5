// Turning a square of cells. Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_TURN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_TURN_INL_H_
#undef AWASE_ENGINE_KERNELS_TURN_INL_H_
#else
#define AWASE_ENGINE_KERNELS_TURN_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

#include "engine/kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

// Tiles of 16 bytes each way. Rows are interleaved with those half a tile further down, until each is a
// column.
template <class Cell>
struct Tile {
  static constexpr uint32_t kEdge = 16 / sizeof(Cell);
  using Cells = hn::CappedTag<Cell, kEdge>;
  HWY_ALIGN Cell rows[kEdge][kEdge];

  HWY_INLINE void Load(const Cell* HWY_RESTRICT from, size_t stride) {
    const Cells d;
    for (uint32_t r = 0; r < kEdge; ++r) hn::Store(hn::LoadU(d, from + r * stride), d, rows[r]);
  }
  HWY_INLINE void StoreTurned(Cell* HWY_RESTRICT to, size_t stride) const {
    const Cells d;
    constexpr uint32_t kHalf = kEdge / 2;
    hn::Vec<Cells> row[kEdge], next[kEdge];
    for (uint32_t r = 0; r < kEdge; ++r) row[r] = hn::Load(d, rows[r]);
    for (uint32_t step = 1; step < kEdge; step *= 2) {
      for (uint32_t r = 0; r < kHalf; ++r) {
        next[2 * r] = hn::InterleaveLower(d, row[r], row[r + kHalf]);
        next[2 * r + 1] = hn::InterleaveUpper(d, row[r], row[r + kHalf]);
      }
      for (uint32_t r = 0; r < kEdge; ++r) row[r] = next[r];
    }
    for (uint32_t r = 0; r < kEdge; ++r) hn::StoreU(row[r], d, to + r * stride);
  }
};

template <class Cell>
HWY_INLINE void TurnCells(Cell* cells, uint32_t edge) {
  constexpr uint32_t kEdge = Tile<Cell>::kEdge, kNear = 64;  // lines that stay close while they are turned
  const auto at = [=](uint32_t row, uint32_t column) { return cells + size_t{row} * edge + column; };
  for (uint32_t rows = 0; rows < edge; rows += kNear) {
    for (uint32_t columns = 0; columns <= rows; columns += kNear) {
      for (uint32_t row = rows; row < rows + kNear; row += kEdge) {
        const uint32_t end = columns == rows ? row + kEdge : columns + kNear;
        for (uint32_t column = columns; column < end; column += kEdge) {
          Tile<Cell> one, other;
          one.Load(at(row, column), edge);
          other.Load(at(column, row), edge);
          one.StoreTurned(at(column, row), edge);
          other.StoreTurned(at(row, column), edge);
        }
      }
    }
  }
}

void TurnSquareHere(void* cells, uint32_t edge, uint32_t width) {
  if (width == 1) TurnCells(static_cast<uint8_t*>(cells), edge);
  if (width == 2) TurnCells(static_cast<uint16_t*>(cells), edge);
  if (width == 4) TurnCells(static_cast<uint32_t*>(cells), edge);
  if (width == 8) TurnCells(static_cast<uint64_t*>(cells), edge);
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
