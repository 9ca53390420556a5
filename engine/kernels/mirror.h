// What the rows of hot labels are made of where the stream has hot labels as bits: the matrix is symmetric,
// so what the other rows found of a hot label is what its row has to find of theirs. They leave it here, and
// the hot rows, which hold the most visits, look at no label of their baskets but the hot ones.
#ifndef AWASE_ENGINE_KERNELS_MIRROR_H_
#define AWASE_ENGINE_KERNELS_MIRROR_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "engine/base/buffer.h"
#include "engine/kernels/counter.h"
#include "engine/kernels/stream.h"

namespace awase::kernels {

// How the numbers of a cell lie: units alone in 2 or 4 bytes, or customers << shift | weight in 8, and then
// maybe the units beyond an owner's first in 4 more.
struct MirrorLayout {
  uint32_t width = 4;
  uint32_t shift = 0;  // 0: one number is both
  bool owners_repeat = false;

  uint32_t bytes() const { return width + (owners_repeat ? 4 : 0); }
};

// Cells by label from kHotLabels on and hot label; once they are turned, each block of as many labels is the
// other way round. A line of kHotLabels cells begins on a cache line.
class Mirror {
 public:
  Mirror() = default;
  Mirror(uint32_t columns, const MirrorLayout& layout)
      : columns_(columns),
        layout_(layout),
        cells_(Cells(columns) * layout.width / sizeof(uint64_t)),
        repeats_(layout.owners_repeat ? Cells(columns) : 0) {}
  static uint64_t Bytes(uint32_t columns, const MirrorLayout& layout) {
    return Cells(columns) * layout.bytes();
  }

  const MirrorLayout& layout() const { return layout_; }
  // A line: of a label before they are turned, afterwards of a hot label in a block. To be read and written
  // as Counter<width>::Word.
  void* LineOf(uint32_t row) { return reinterpret_cast<char*>(cells_.data()) + At(row) * layout_.width; }
  // The line of repetitions; null where no owner repeats.
  uint32_t* RepeatsOf(uint32_t row) { return layout_.owners_repeat ? repeats_.data() + At(row) : nullptr; }

  // A label whose row is not made.
  void Skip(uint32_t label) {
    std::memset(LineOf(label), 0, kHotLabels * layout_.width);
    if (layout_.owners_repeat) std::memset(RepeatsOf(label), 0, kHotLabels * sizeof(uint32_t));
  }
  // When all other rows are made and before the first hot one: every block, in any order, on any thread.
  uint32_t blocks() const { return Blocks(columns_); }
  void Turn(uint32_t block) {
    const uint32_t first = (block + 1) * kHotLabels;
    if (layout_.width == 2) TurnCells<2>(LineOf(first));
    if (layout_.width == 4) TurnCells<4>(LineOf(first));
    if (layout_.width == 8) TurnCells<8>(LineOf(first));
    if (layout_.owners_repeat) TurnCells<4>(RepeatsOf(first));
  }

 private:
  static size_t At(uint32_t row) { return size_t{row - kHotLabels} * kHotLabels; }
  static uint32_t Blocks(uint32_t columns) { return (columns - 1) / kHotLabels; }
  static size_t Cells(uint32_t columns) { return size_t{Blocks(columns)} * kHotLabels * kHotLabels; }
  template <uint32_t kBytes>
  static void TurnCells(void* block) {
    using Cell = typename Counter<kBytes>::Word;
    auto* cells = static_cast<Cell*>(block);
    for (uint32_t row = 1; row < kHotLabels; ++row) {
      for (uint32_t column = 0; column < row; ++column) {
        const Cell cell = cells[row * kHotLabels + column];
        cells[row * kHotLabels + column] = cells[column * kHotLabels + row];
        cells[column * kHotLabels + row] = cell;
      }
    }
  }

  uint32_t columns_ = kHotLabels;
  MirrorLayout layout_;
  Buffer<uint64_t> cells_;
  Buffer<uint32_t> repeats_;
};

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_MIRROR_H_
