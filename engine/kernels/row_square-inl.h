// One row of a square, by bits. Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_ROW_SQUARE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_ROW_SQUARE_INL_H_
#undef AWASE_ENGINE_KERNELS_ROW_SQUARE_INL_H_
#else
#define AWASE_ENGINE_KERNELS_ROW_SQUARE_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <numeric>

#include "engine/kernels/bit_sums-inl.h"
#include "engine/kernels/lanes-inl.h"
#include "engine/kernels/row_layout.h"
#include "engine/kernels/row_mirror-inl.h"
#include "engine/kernels/square.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

inline constexpr uint32_t kWeightDigits = 16;  // of a weight less one

struct SquareSums {
  BitSums units, customers, weight;
};

inline uint32_t UnitDigits(const LineList& list) { return static_cast<uint32_t>(std::bit_width(list.units)); }

// The lines whose weight has a digit, filled up to sixteens.
inline std::span<const uint32_t> WithDigit(const LineList& list, uint32_t digit,
                                           std::vector<uint32_t>& chosen) {
  const hn::CappedTag<uint32_t, 16> d;
  const hn::Rebind<uint16_t, decltype(d)> dn;
  const auto worth = hn::Set(d, uint32_t{1} << digit);
  size_t found = 0;
  for (size_t k = 0; k < list.numbers.size(); k += hn::Lanes(d)) {
    const auto has = hn::TestBit(hn::PromoteTo(d, hn::LoadU(dn, list.less.data() + k)), worth);
    hn::StoreU(hn::Compress(hn::LoadU(d, list.numbers.data() + k), has), d, chosen.data() + found);
    found += hn::CountTrue(d, has);
  }
  const size_t size = (found + 15) / 16 * 16;
  std::fill(chosen.begin() + found, chosen.begin() + size, list.zero);
  return {chosen.data(), size};
}

inline void SumSquare(const uint64_t* lines, const LineList& list, bool uniform, SquareScratch& scratch,
                      SquareSums& sums) {
  const uint32_t digits = UnitDigits(list);
  sums.units.Clear(digits + 4);
  const size_t whole = list.alone / 16 * 16;
  AddLines(lines, list.numbers.first(whole), digits, sums.units);
  if (whole < list.alone) {
    uint32_t rest[16];
    std::fill(std::copy(list.numbers.begin() + whole, list.numbers.end(), rest), rest + 16, list.zero);
    AddLines(lines, rest, digits, sums.units);
  }
  if (!list.group_ends.empty()) {
    const auto grouped = list.numbers.subspan(list.alone);
    std::copy_n(&sums.units.digit[0][0], (digits + 4) * kLineLongs, &sums.customers.digit[0][0]);
    AddLines(lines, grouped, digits, sums.units);
    MergeGroups(lines, grouped, list.group_ends, scratch.merged);
    scratch.chosen.resize(list.group_ends.size());
    std::iota(scratch.chosen.begin(), scratch.chosen.end(), 0u);
    FillUp(scratch.chosen, static_cast<uint32_t>(list.group_ends.size()));
    AddLines(scratch.merged.data(), scratch.chosen, digits, sums.customers);
  }
  if (uniform) return;
  // Digit after digit: what is already there is at most as much as the digit can add, in units of its own.
  sums.weight.Clear(kWeightDigits + digits + 4);
  std::copy_n(&sums.units.digit[0][0], digits * kLineLongs, &sums.weight.digit[0][0]);
  scratch.chosen.resize(std::max(scratch.chosen.size(), list.numbers.size() + kVectorSlack));
  for (uint32_t digit = 0; digit < kWeightDigits; ++digit)
    AddLines(lines, WithDigit(list, digit, scratch.chosen), digits + 1, sums.weight, digit);
}

// customers << shift | weight.
template <class Cell>
void WritePairs(const SumBytes& weight, const SumBytes& customers, uint32_t shift, Cell* HWY_RESTRICT cells) {
  const Words<Cell> d;
  for (size_t k = 0; k < kChunkLabels; k += hn::Lanes(d))
    hn::StoreU(hn::Or(SumsAt<Cell>(weight, k, 0), SumsAt<Cell>(customers, k, shift)), d, cells + k);
}

template <class Cell>
void WriteSums(const LineList& list, const SquareSums& sums, bool uniform, uint32_t shift,
               Cell* HWY_RESTRICT cells) {
  const uint32_t digits = UnitDigits(list);
  if (uniform) return Spread<Cell, false>(sums.units, digits, 0, cells);
  if constexpr (sizeof(Cell) >= 4) {
    const SumBytes weight(sums.weight, std::min(shift, kWeightDigits + digits + 1));
    WritePairs(weight, SumBytes(list.group_ends.empty() ? sums.units : sums.customers, digits), shift, cells);
  }
}

template <class Cell>
void WriteRepeats(const LineList& list, const SquareSums& sums, Cell* HWY_RESTRICT cells) {
  if (list.group_ends.empty()) {
    std::fill_n(cells, kChunkLabels, Cell{0});
    return;
  }
  const uint32_t digits = UnitDigits(list);
  HWY_ALIGN Cell customers[kChunkLabels];
  Spread<Cell, false>(sums.units, digits, 0, cells);
  Spread<Cell, false>(sums.customers, digits, 0, customers);
  for (uint32_t k = 0; k < kChunkLabels; ++k) cells[k] = static_cast<Cell>(cells[k] - customers[k]);
}

uint32_t SquarePassesHere() { return static_cast<uint32_t>(kLineLongs / kVectorLongs); }

void CountSquareHere(const uint64_t* lines, const LineList& list, uint32_t label, uint32_t chunk,
                     bool uniform, SquareScratch& scratch, Mirror& mirror) {
  const CellLayout& layout = mirror.layout(label / mirror.edge());
  SquareSums sums;
  SumSquare(lines, list, uniform, scratch, sums);
  WithCell(layout.width, [&](auto width) HWY_ATTR {
    using Cell = typename Counter<width()>::Plain;
    WriteSums(list, sums, uniform, layout.shift, static_cast<Cell*>(mirror.LineOf(label, chunk)));
  });
  WithCell(layout.repeats, [&](auto width) HWY_ATTR {
    using Cell = typename Counter<width()>::Plain;
    WriteRepeats(list, sums, static_cast<Cell*>(mirror.RepeatsOf(label, chunk)));
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
