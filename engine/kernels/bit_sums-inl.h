// Sums of lines of bits: lines of 512 labels are added as columns of binary digits, sixteen at a time, by a
// tree of carry-save adders (Harley & Seal; Mula, Kurz & Lemire, "Faster population counts using AVX2
// instructions", Computer Journal 2018, there to count within a vector). Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_BIT_SUMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_BIT_SUMS_INL_H_
#undef AWASE_ENGINE_KERNELS_BIT_SUMS_INL_H_
#else
#define AWASE_ENGINE_KERNELS_BIT_SUMS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <span>
#include <vector>

#include "engine/kernels/bitmaps.h"
#include "engine/kernels/counter.h"
#include "engine/kernels/lanes-inl.h"
#include "engine/kernels/row_layout.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

using Longs64 = hn::CappedTag<uint64_t, 8>;
using BitVector = hn::Vec<Longs64>;
inline constexpr size_t kVectorLongs = hn::MaxLanes(Longs64());

// low + a + b: leaves the low digit, returns the carry.
HWY_INLINE BitVector AddDigits(BitVector& low, BitVector a, BitVector b) {
  const BitVector either = hn::Xor(a, b);
#if HWY_TARGET == HWY_AVX3
  const BitVector carry = hn::IfVecThenElse(either, low, a);  // bit by bit here; elsewhere by whole lanes
#else
  const BitVector carry = hn::Or(hn::And(either, low), hn::AndNot(either, a));
#endif
  low = hn::Xor(either, low);
  return carry;
}

// Sums of one chunk, digit by digit.
struct BitSums {
  HWY_ALIGN uint64_t digit[kMostDigits][kLineLongs];
  void Clear(size_t digits) { std::fill_n(&digit[0][0], digits * kLineLongs, 0); }
};

// Lines are fetched so far ahead.
inline constexpr size_t kLinesAhead = 48;

HWY_INLINE void FetchLines(const uint64_t* HWY_RESTRICT lines, const uint32_t* HWY_RESTRICT numbers,
                           size_t size) {
  for (size_t k = 0; k < size; ++k) __builtin_prefetch(lines + size_t{numbers[k]} * kLineLongs);
}

// Adds 2^lowest for each of the numbered lines, to sums whose next `digits` digits can change. The number of
// lines is a multiple of 16.
HWY_INLINE void AddLines(const uint64_t* HWY_RESTRICT lines, std::span<const uint32_t> numbers,
                         uint32_t digits, BitSums& sums, uint32_t lowest = 0) {
  const Longs64 d;
  auto* const sum_digit = sums.digit + lowest;
  for (size_t part = 0; part < kLineLongs; part += kVectorLongs) {
    const uint64_t* from = lines + part;
    const uint32_t* HWY_RESTRICT next = numbers.data();
    const auto line = [&](size_t k) HWY_ATTR { return hn::LoadU(d, from + size_t{next[k]} * kLineLongs); };
    BitVector ones = hn::LoadU(d, &sum_digit[0][part]), twos = hn::LoadU(d, &sum_digit[1][part]);
    BitVector fours = hn::LoadU(d, &sum_digit[2][part]), eights = hn::LoadU(d, &sum_digit[3][part]);
    const auto add_four = [&](size_t at) HWY_ATTR {
      const BitVector a = AddDigits(ones, line(at), line(at + 1));
      const BitVector b = AddDigits(ones, line(at + 2), line(at + 3));
      return AddDigits(twos, a, b);
    };
    for (size_t k = 0; k < numbers.size(); k += 16, next += 16) {
      if (k + kLinesAhead + 16 <= numbers.size()) FetchLines(from, next + kLinesAhead, 16);
      const BitVector first_four = add_four(0), second_four = add_four(4);
      const BitVector first_eight = AddDigits(fours, first_four, second_four);
      const BitVector third_four = add_four(8), last_four = add_four(12);
      const BitVector second_eight = AddDigits(fours, third_four, last_four);
      BitVector carry = AddDigits(eights, first_eight, second_eight);
      for (uint32_t digit = 4; digit < digits; ++digit) {
        uint64_t* sum = &sum_digit[digit][part];
        const BitVector before = hn::LoadU(d, sum);
        hn::StoreU(hn::Xor(before, carry), d, sum);
        carry = hn::And(before, carry);
      }
    }
    hn::StoreU(ones, d, &sum_digit[0][part]);
    hn::StoreU(twos, d, &sum_digit[1][part]);
    hn::StoreU(fours, d, &sum_digit[2][part]);
    hn::StoreU(eights, d, &sum_digit[3][part]);
  }
}

// From digits to numbers: the sum of each label, times 2^shift, is added to (kAdd) or becomes its word.
template <class Word, bool kAdd>
HWY_INLINE void Spread(const BitSums& sums, uint32_t digits, uint32_t shift, Word* HWY_RESTRICT words) {
  const hn::CappedTag<Word, 64 / sizeof(Word)> d;
  constexpr size_t kWords = hn::MaxLanes(d);
  for (size_t k = 0; k < kChunkLabels; k += kWords) {
    auto word = kAdd ? hn::LoadU(d, words + k) : hn::Zero(d);
    for (uint32_t digit = 0; digit < digits; ++digit) {
      const uint8_t* bits = reinterpret_cast<const uint8_t*>(sums.digit[digit]) + k / 8;
      [[maybe_unused]] uint64_t few;  // of less than a byte
      if constexpr (kWords < 8) {
        few = *bits >> k % 8;
        bits = reinterpret_cast<const uint8_t*>(&few);
      }
      const auto worth = hn::Set(d, static_cast<Word>(uint64_t{1} << (digit + shift)));
      word = hn::Add(word, hn::IfThenElseZero(hn::LoadMaskBits(d, bits), worth));
    }
    hn::StoreU(word, d, words + k);
  }
}

// Fills a list up to sixteens with the number of a line of zeros.
inline void FillUp(std::vector<uint32_t>& numbers, uint32_t zero) {
  numbers.resize((numbers.size() + 15) / 16 * 16, zero);
}

// What any basket of a group holds, as lines behind each other, and a line of zeros. `ends`: of the groups,
// in `grouped`.
inline void MergeGroups(const uint64_t* lines, std::span<const uint32_t> grouped,
                        std::span<const uint32_t> ends, std::vector<uint64_t>& merged) {
  merged.assign((ends.size() + 1) * kLineLongs, 0);
  size_t at = 0;
  for (size_t g = 0; g < ends.size(); ++g) {
    for (; at < ends[g]; ++at) {
      const uint64_t* line = lines + size_t{grouped[at]} * kLineLongs;
      for (size_t w = 0; w < kLineLongs; ++w) merged[g * kLineLongs + w] |= line[w];
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
