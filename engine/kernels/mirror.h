// Cells of the matrix that wait for the rows of frequent labels. The matrix is symmetric: what a row found of
// a more frequent label is what that label's row has to find of it. So rows leave what they count of frequent
// labels here, and the rows of those, which hold the most visits, need not look for the others.
//
// Labels lie in blocks of `edge`, frequent first; the first `hot` blocks are mirrored. Block row r has a
// square of edge x edge cells for each of the blocks 0 to r that are hot: its own row's lines at first; once
// a square is turned, those of the hot rows.
#ifndef AWASE_ENGINE_KERNELS_MIRROR_H_
#define AWASE_ENGINE_KERNELS_MIRROR_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "engine/base/buffer.h"

namespace awase::kernels {

// How the numbers of a cell lie: `width` bytes of units or, with a shift, of customers << shift | weight; and
// then maybe the units beyond an owner's first in `repeats` bytes more.
struct CellLayout {
  uint32_t width = 4;    // 1, 2, 4 or 8
  uint32_t shift = 0;    // 0: every unit weighs the same, and is counted
  uint32_t repeats = 0;  // 1, 2 or 4; 0: no owner repeats

  uint32_t bytes() const { return width + repeats; }
};

// Exchanges rows and columns of edge x edge cells of `width` bytes; of none with 0. edge: a multiple of 64.
void TurnSquare(void* cells, uint32_t edge, uint32_t width) noexcept;

class Mirror {
 public:
  Mirror() = default;
  // A layout for each block row, of which there are columns / edge, rounded up. edge: a multiple of 64, so
  // that a line of cells begins on a cache line.
  Mirror(uint32_t edge, uint32_t hot, std::vector<CellLayout> layouts)
      : edge_(edge), hot_(hot), layouts_(std::move(layouts)) {
    uint64_t at = 0;
    for (uint32_t row = 0; row < layouts_.size(); ++row) {
      begins_.push_back(at);
      at += Squares(row) * SquareCells() * layouts_[row].bytes();
    }
    cells_ = Buffer<uint64_t>(at / sizeof(uint64_t));
  }
  static uint64_t Bytes(uint32_t edge, uint32_t hot, const std::vector<CellLayout>& layouts) {
    uint64_t bytes = 0;
    for (uint32_t row = 0; row < layouts.size(); ++row)
      bytes += std::min(row + 1, hot) * uint64_t{edge} * edge * layouts[row].bytes();
    return bytes;
  }

  uint32_t edge() const { return edge_; }
  uint32_t hot() const { return hot_; }
  uint32_t block_rows() const { return static_cast<uint32_t>(layouts_.size()); }
  uint32_t hot_labels() const { return edge_ * hot_; }
  const CellLayout& layout(uint32_t block_row) const { return layouts_[block_row]; }
  // Squares of a block row.
  uint32_t Squares(uint32_t block_row) const { return std::min(block_row + 1, hot_); }

  // A line of `edge` cells of one square, and its repetitions: of label `line` before the square is turned,
  // of label edge * square + line % edge afterwards. To be read as Counter<width>::Word.
  void* LineOf(uint32_t line, uint32_t square) { return At(line, square, 0, layouts_[line / edge_].width); }
  void* RepeatsOf(uint32_t line, uint32_t square) {
    const CellLayout& layout = layouts_[line / edge_];
    return At(line, square, Squares(line / edge_) * SquareCells() * layout.width, layout.repeats);
  }
  size_t pages() const { return cells_.pages(); }
  void TouchPage(size_t page) { cells_.TouchPage(page); }
  // A label whose row is not made.
  void Skip(uint32_t label) {
    const CellLayout& layout = layouts_[label / edge_];
    for (uint32_t square = 0; square < Squares(label / edge_); ++square) {
      std::memset(LineOf(label, square), 0, size_t{edge_} * layout.width);
      std::memset(RepeatsOf(label, square), 0, size_t{edge_} * layout.repeats);
    }
  }
  // When all rows of the block row have left their cells, and taken them if they are hot.
  void Turn(uint32_t block_row, uint32_t square) {
    const CellLayout& layout = layouts_[block_row];
    TurnSquare(LineOf(block_row * edge_, square), edge_, layout.width);
    TurnSquare(RepeatsOf(block_row * edge_, square), edge_, layout.repeats);
  }

 private:
  uint64_t SquareCells() const { return uint64_t{edge_} * edge_; }
  void* At(uint32_t line, uint32_t square, uint64_t behind, uint32_t cell) {
    const uint64_t cells = square * SquareCells() + uint64_t{line % edge_} * edge_;
    return reinterpret_cast<char*>(cells_.data()) + begins_[line / edge_] + behind + cells * cell;
  }

  uint32_t edge_ = 64, hot_ = 0;
  std::vector<CellLayout> layouts_;
  std::vector<uint64_t> begins_;  // by block row: bytes
  Buffer<uint64_t> cells_;
};

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_MIRROR_H_
