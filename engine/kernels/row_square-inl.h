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

// The bytes of sums of `digits` digits, those of the least worth first.
struct SumBytes {
  HWY_ALIGN uint8_t of[8][kChunkLabels];
  uint32_t size = 0;

  SumBytes(const BitSums& sums, uint32_t digits) {
    const hn::CappedTag<uint8_t, 64> d;
    constexpr size_t kBytes = hn::MaxLanes(d);
    for (uint32_t first = 0; first < digits; first += 8, ++size) {
      const uint32_t end = std::min(8u, digits - first);
      for (size_t k = 0; k < kChunkLabels; k += kBytes) {
        auto byte = hn::Zero(d);
        for (uint32_t digit = 0; digit < end; ++digit) {
          const auto* bits = reinterpret_cast<const uint8_t*>(sums.digit[first + digit]) + k / 8;
          const auto worth = hn::Set(d, static_cast<uint8_t>(1u << digit));
          byte = hn::Or(byte, hn::IfThenElseZero(hn::LoadMaskBits(d, bits), worth));
        }
        hn::Store(byte, d, of[size] + k);
      }
    }
  }
};

// customers << shift | weight.
template <class Cell>
void WritePairs(const SumBytes& weight, const SumBytes& customers, uint32_t shift, Cell* HWY_RESTRICT cells) {
  const hn::CappedTag<Cell, 64 / sizeof(Cell)> d;
  const hn::Rebind<uint8_t, decltype(d)> db;
  const auto byte = [&](const uint8_t* from) HWY_ATTR {
    if constexpr (sizeof(Cell) == 8) {
      const hn::Rebind<uint32_t, decltype(d)> dw;
      return hn::PromoteTo(d, hn::PromoteTo(dw, hn::LoadU(db, from)));
    } else {
      return hn::PromoteTo(d, hn::LoadU(db, from));
    }
  };
  for (size_t k = 0; k < kChunkLabels; k += hn::Lanes(d)) {
    auto cell = byte(weight.of[0] + k);
    for (uint32_t b = 1; b < weight.size; ++b)
      cell = hn::Or(cell, hn::ShiftLeftSame(byte(weight.of[b] + k), static_cast<int>(8 * b)));
    for (uint32_t b = 0; b < customers.size; ++b)
      cell = hn::Or(cell, hn::ShiftLeftSame(byte(customers.of[b] + k), static_cast<int>(shift + 8 * b)));
    hn::StoreU(cell, d, cells + k);
  }
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
