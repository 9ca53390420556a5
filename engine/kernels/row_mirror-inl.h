// Rows into a mirror, and hot rows out of it (kernels/mirror.h). Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_ROW_MIRROR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_ROW_MIRROR_INL_H_
#undef AWASE_ENGINE_KERNELS_ROW_MIRROR_INL_H_
#else
#define AWASE_ENGINE_KERNELS_ROW_MIRROR_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <type_traits>

#include "engine/kernels/lanes-inl.h"
#include "engine/kernels/mirror.h"
#include "engine/kernels/row.h"
#include "engine/kernels/row_hot-inl.h"
#include "engine/kernels/row_layout.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

// A number that is customers << from | weight with another shift. With a shift of 0 one number is both.
HWY_INLINE uint64_t Shifted(uint64_t word, uint32_t from, uint32_t to) {
  const uint64_t customers = word >> from;
  const uint64_t weight = from == 0 ? word : word & ((uint64_t{1} << from) - 1);
  return to == 0 ? weight : customers << to | weight;
}

// Writes a line past the caches: it is not read before the mirror is turned.
HWY_INLINE void StreamLine(const void* HWY_RESTRICT from, size_t bytes, void* HWY_RESTRICT to) {
  const hn::CappedTag<uint8_t, 64> d;
  const auto* source = static_cast<const uint8_t*>(from);
  for (size_t k = 0; k < bytes; k += hn::Lanes(d))
    hn::Stream(hn::Load(d, source + k), d, static_cast<uint8_t*>(to) + k);
}

// Calls make(n) of n cells of a line at a time, and writes them. `size` of them, a multiple of 64.
template <class Cell, class Make>
HWY_INLINE void StreamCells(uint32_t size, void* to, const Make& make) {
  constexpr uint32_t kAtOnce = 64;
  HWY_ALIGN Cell cells[kAtOnce];
  for (uint32_t first = 0; first < size; first += kAtOnce) {
    for (uint32_t k = 0; k < kAtOnce; ++k) cells[k] = make(first + k);
    StreamLine(cells, sizeof cells, static_cast<Cell*>(to) + first);
  }
}

// Calls make of the width of a cell, as a constant; none of 0.
template <class Make>
HWY_INLINE void WithCell(uint32_t width, const Make& make) {
  if (width == 1) make(std::integral_constant<uint32_t, 1>());
  if (width == 2) make(std::integral_constant<uint32_t, 2>());
  if (width == 4) make(std::integral_constant<uint32_t, 4>());
  if (width == 8) make(std::integral_constant<uint32_t, 8>());
}

// What the counted row found of the labels that are mirrored. A scan may have as few columns.
template <uint32_t kBytes>
void LeaveInMirror(uint32_t label, const RowScratch& scratch, Mirror& mirror) {
  const CellLayout& layout = mirror.layout(label / mirror.edge());
  const uint32_t edge = mirror.edge(), from = scratch.shift, to = layout.shift;
  for (uint32_t square = 0; square < mirror.hot(); ++square) {
    const auto* words =
        reinterpret_cast<const typename Counter<kBytes>::Word*>(scratch.counters.data()) + square * edge;
    WithCell(layout.width, [&](auto width) HWY_ATTR {
      using Cell = typename Counter<width()>::Plain;
      StreamCells<Cell>(edge, mirror.LineOf(label, square),
                        [&](uint32_t k) { return static_cast<Cell>(Shifted(words[k], from, to)); });
    });
    const uint32_t* repeats = scratch.repeats.data() + square * edge;
    WithCell(layout.repeats, [&](auto width) HWY_ATTR {
      using Cell = typename Counter<width()>::Plain;
      StreamCells<Cell>(edge, mirror.RepeatsOf(label, square),
                        [&](uint32_t k) { return static_cast<Cell>(repeats[k]); });
    });
  }
}

// The counters of a line's labels, `first` and behind. Where a cell is units alone, customers are units less
// repetitions, and each weighs 1.
template <uint32_t kBytes>
HWY_INLINE void TakeLine(uint32_t line, uint32_t square, uint32_t first, Mirror& mirror,
                         RowScratch& scratch) {
  using Word = typename Counter<kBytes>::Word;
  const CellLayout& layout = mirror.layout(line / mirror.edge());
  const uint32_t size = std::min(mirror.edge(), scratch.columns - first);
  const uint32_t from = layout.shift, to = scratch.shift;
  Word* HWY_RESTRICT words = reinterpret_cast<Word*>(scratch.counters.data()) + first;
  uint32_t* HWY_RESTRICT repeats = scratch.repeats.data() + first;
  WithCell(scratch.repeats_everywhere ? layout.repeats : 0, [&](auto width) HWY_ATTR {
    const auto* HWY_RESTRICT cells =
        static_cast<const typename Counter<width()>::Word*>(mirror.RepeatsOf(line, square));
    for (uint32_t k = 0; k < size; ++k) repeats[k] = static_cast<uint32_t>(cells[k]);
  });
  WithCell(layout.width, [&](auto width) HWY_ATTR {
    const auto* HWY_RESTRICT cells =
        static_cast<const typename Counter<width()>::Word*>(mirror.LineOf(line, square));
    if (from == to) {
      for (uint32_t k = 0; k < size; ++k) words[k] = static_cast<Word>(cells[k]);
    } else if (from == 0) {
      for (uint32_t k = 0; k < size; ++k)
        words[k] = static_cast<Word>(uint64_t{cells[k] - repeats[k]} << to | cells[k]);
    } else {
      for (uint32_t k = 0; k < size; ++k) words[k] = static_cast<Word>(Shifted(cells[k], from, to));
    }
  });
}

// Counters of the hot labels: their bits in the visited baskets. With kRepeats counts of units become counts
// of owners, as by TakeRepeats.
template <uint32_t kBytes, bool kUniform, bool kRepeats>
void CountHot(const Matrix& matrix, std::span<const uint32_t> visits, RowScratch& scratch) {
  using Plain = typename Counter<kBytes>::Plain;
  const auto one = static_cast<Plain>(scratch.shift == 0 ? 1 : (uint64_t{1} << scratch.shift) + 1);
  std::conditional_t<kUniform, HotSums, HotWeights<Plain>> hot(visits.size());
  uint32_t* HWY_RESTRICT repeats = scratch.repeats.data();
  uint64_t seen = 0;  // hot labels of the owner's baskets so far
  for (size_t v = 0; v < visits.size(); ++v) {
    if (v + kFirstAhead < visits.size())
      __builtin_prefetch(matrix.stream + (visits[v + kFirstAhead] & ~kSameOwner));
    const BasketView basket{matrix.stream + (visits[v] & ~kSameOwner), true};
    if constexpr (kUniform) {
      hot.Add(basket.hot_bits());
    } else {
      hot.Add(basket.hot_bits(), static_cast<Plain>(one + (basket.weight() - 1)));
    }
    if constexpr (kRepeats) {
      const uint64_t bits = basket.hot();
      seen = (visits[v] & kSameOwner) != 0 ? seen : 0;
      for (uint64_t again = seen & bits; again != 0; again &= again - 1) ++repeats[std::countr_zero(again)];
      seen |= bits;
    }
  }
  auto* const words = reinterpret_cast<Plain*>(scratch.counters.data());
  if constexpr (kUniform) {
    hot.Finish(one, words);
  } else {
    hot.Finish(words);
  }
  if constexpr (kRepeats) {
    for (uint32_t label = 0; label < kHotLabels; ++label)
      words[label] = static_cast<Plain>(words[label] - (uint64_t{repeats[label]} << scratch.shift));
  }
}

// The square of the hot labels themselves, a line: as a row leaves it that is not hot.
template <uint32_t kBytes>
void CountHotLine(const Matrix& matrix, const RowPlan& plan, std::span<const uint32_t> visits,
                  RowScratch& scratch) {
  if (!plan.owners_repeat && matrix.uniform) {
    CountHot<kBytes, true, false>(matrix, visits, scratch);
  } else if constexpr (kBytes >= 4) {
    if (!plan.owners_repeat) {
      CountHot<kBytes, false, false>(matrix, visits, scratch);
    } else {
      matrix.uniform ? CountHot<kBytes, true, true>(matrix, visits, scratch)
                     : CountHot<kBytes, false, true>(matrix, visits, scratch);
    }
  }
  LeaveInMirror<kBytes>(plan.label, scratch, *matrix.mirror);
  std::fill_n(reinterpret_cast<typename Counter<kBytes>::Plain*>(scratch.counters.data()), kHotLabels, 0);
  std::fill_n(scratch.repeats.data(), kHotLabels, 0);
}

// The row of a hot label, of which the mirror has all: what it left in its own block and the earlier ones,
// and what those of later blocks found.
template <uint32_t kBytes>
void TakeFromMirror(const RowPlan& plan, Mirror& mirror, RowScratch& scratch) {
  scratch.scan = true;
  scratch.touched_size = scratch.repeated_size = 0;
  scratch.repeats_everywhere = plan.owners_repeat;
  const uint32_t edge = mirror.edge(), own = plan.label / edge;
  for (uint32_t square = 0; square <= own; ++square)
    TakeLine<kBytes>(plan.label, square, square * edge, mirror, scratch);
  for (uint32_t row = own + 1; row < mirror.block_rows(); ++row)
    TakeLine<kBytes>(row * edge + plan.label % edge, own, row * edge, mirror, scratch);
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
