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

// Eight digits at most as a byte of each label.
#if HWY_TARGET == HWY_AVX3

// Digits are masks, which cost nothing here.
HWY_INLINE void WriteBytes(const uint64_t (*digit)[kLineLongs], uint32_t size, uint8_t* HWY_RESTRICT bytes) {
  const hn::CappedTag<uint8_t, 64> d;
  for (size_t k = 0; k < kChunkLabels; k += hn::Lanes(d)) {
    auto byte = hn::Zero(d);
    for (uint32_t b = 0; b < size; ++b) {
      const auto* bits = reinterpret_cast<const uint8_t*>(digit[b]) + k / 8;
      const auto worth = hn::Set(d, static_cast<uint8_t>(1u << b));
      byte = hn::Or(byte, hn::IfThenElseZero(hn::LoadMaskBits(d, bits), worth));
    }
    hn::StoreU(byte, d, bytes + k);
  }
}

#else

using Longs2 = hn::CappedTag<uint64_t, 2>;
using Bytes16 = hn::CappedTag<uint8_t, 16>;

// The upper kShift of each 2 kShift bits of `low` and the lower ones of `high` change places.
template <int kShift, class V>
HWY_INLINE void SwapBits(V& low, V& high) {
  constexpr uint64_t kMask = ~uint64_t{0} / ((uint64_t{1} << kShift) + 1);
  const Longs2 d;
  const V other = hn::And(hn::Xor(hn::ShiftRight<kShift>(low), high), hn::Set(d, kMask));
  high = hn::Xor(high, other);
  low = hn::Xor(low, hn::ShiftLeft<kShift>(other));
}

// Squares of eight digits and eight labels are turned (Warren, Hacker's Delight, 2nd ed. 2012, 7-3), sixteen
// at once; then the bytes, of which row r has those of every eighth label from r on, are put in order.
HWY_INLINE void WriteBytes(const uint64_t (*digit)[kLineLongs], uint32_t size, uint8_t* HWY_RESTRICT bytes) {
  const Longs2 d;
  const Bytes16 db;
  for (size_t part = 0; part < kLineLongs; part += 2, bytes += 128) {
    hn::Vec<Longs2> row[8];
    for (uint32_t r = 0; r < 8; ++r) row[r] = r < size ? hn::LoadU(d, &digit[r][part]) : hn::Zero(d);
    for (const uint32_t r : {0, 2, 4, 6}) SwapBits<1>(row[r], row[r + 1]);
    for (const uint32_t r : {0, 1, 4, 5}) SwapBits<2>(row[r], row[r + 2]);
    for (const uint32_t r : {0, 1, 2, 3}) SwapBits<4>(row[r], row[r + 4]);
    hn::Vec<Bytes16> byte[8], next[8];
    for (uint32_t r = 0; r < 8; ++r) byte[r] = hn::BitCast(db, row[r]);
    for (uint32_t step = 0; step < 3; ++step) {
      for (uint32_t r = 0; r < 4; ++r) {
        next[2 * r] = hn::InterleaveLower(db, byte[r], byte[r + 4]);
        next[2 * r + 1] = hn::InterleaveUpper(db, byte[r], byte[r + 4]);
      }
      for (uint32_t r = 0; r < 8; ++r) byte[r] = next[r];
    }
    for (uint32_t r = 0; r < 8; ++r) hn::StoreU(byte[r], db, bytes + 16 * r);
  }
}

#endif  // HWY_TARGET

// The sums of all labels in bytes, those of the least worth first.
struct SumBytes {
  HWY_ALIGN uint8_t of[8][kChunkLabels];
  uint32_t size = 0;

  SumBytes(const BitSums& sums, uint32_t digits) {
    for (uint32_t first = 0; first < digits; first += 8, ++size)
      WriteBytes(sums.digit + first, std::min(8u, digits - first), of[size]);
  }
};

// One vector of words.
template <class Word>
using Words = hn::CappedTag<Word, 64 / sizeof(Word)>;

// The sums of one vector of labels, times 2^shift.
template <class Word>
HWY_INLINE hn::Vec<Words<Word>> SumsAt(const SumBytes& bytes, size_t label, uint32_t shift) {
  const Words<Word> d;
  const hn::Rebind<uint8_t, Words<Word>> db;
  auto sums = hn::Zero(d);
  for (uint32_t b = 0; b < bytes.size; ++b) {
    const auto byte = hn::LoadU(db, bytes.of[b] + label);
    const int worth = static_cast<int>(shift + 8 * b);
    if constexpr (sizeof(Word) == 8) {
      const hn::Rebind<uint32_t, Words<Word>> half;
      sums = hn::Or(sums, hn::ShiftLeftSame(hn::PromoteTo(d, hn::PromoteTo(half, byte)), worth));
    } else {
      sums = hn::Or(sums, hn::ShiftLeftSame(hn::PromoteTo(d, byte), worth));
    }
  }
  return sums;
}

// The sum of each label, times 2^shift, is added to (kAdd) or becomes its word.
template <class Word, bool kAdd>
HWY_INLINE void Spread(const BitSums& sums, uint32_t digits, uint32_t shift, Word* HWY_RESTRICT words) {
  if constexpr (sizeof(Word) == 1) {
    WriteBytes(sums.digit, digits, words);
  } else {
    const Words<Word> d;
    const SumBytes bytes(sums, digits);
    for (size_t k = 0; k < kChunkLabels; k += hn::Lanes(d)) {
      auto word = SumsAt<Word>(bytes, k, shift);
      if constexpr (kAdd) word = hn::Add(word, hn::LoadU(d, words + k));
      hn::StoreU(word, d, words + k);
    }
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
