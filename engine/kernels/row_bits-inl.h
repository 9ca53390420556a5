// Counting a row by bits: lines of 512 labels are added as columns of binary digits, sixteen at a time, by a
// tree of carry-save adders (Harley & Seal; Mula, Kurz & Lemire, "Faster population counts using AVX2
// instructions", Computer Journal 2018, there to count within a vector). Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_ROW_BITS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_ROW_BITS_INL_H_
#undef AWASE_ENGINE_KERNELS_ROW_BITS_INL_H_
#else
#define AWASE_ENGINE_KERNELS_ROW_BITS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <bit>

#include "engine/kernels/bitmaps.h"
#include "engine/kernels/row.h"
#include "engine/kernels/row_layout.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

inline bool CountsByBits(const Matrix&, const RowPlan&, size_t, const RowScratch&) { return false; }
template <class Word>
void CountByBits(const Matrix&, const RowPlan&, std::span<const uint32_t>, RowScratch&) {}

#else

using Longs64 = hn::CappedTag<uint64_t, 8>;
using BitVector = hn::Vec<Longs64>;
inline constexpr size_t kVectorLongs = hn::MaxLanes(Longs64());

// Labels of a row's baskets in each of their lines, on average, below which vectors of less than a line are
// not worth it.
inline constexpr uint64_t kLabelsANarrowLine = 16;

inline bool CountsByBits(const Matrix& matrix, const RowPlan& plan, size_t visits,
                         const RowScratch& scratch) {
  if (matrix.bitmaps == nullptr || !matrix.uniform || !scratch.scan) return false;
  const uint64_t lines = uint64_t{visits} * matrix.bitmaps->chunks;
  return kVectorLongs == kLineLongs || plan.pairs >= kLabelsANarrowLine * lines;
}

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

// Adds the numbered lines to sums of `digits` digits. Their number is a multiple of 16.
HWY_INLINE void AddLines(const uint64_t* HWY_RESTRICT lines, std::span<const uint32_t> numbers,
                         uint32_t digits, BitSums& sums) {
  const Longs64 d;
  for (size_t part = 0; part < kLineLongs; part += kVectorLongs) {
    const uint64_t* from = lines + part;
    const uint32_t* HWY_RESTRICT next = numbers.data();
    const auto line = [&](size_t k) HWY_ATTR { return hn::LoadU(d, from + size_t{next[k]} * kLineLongs); };
    BitVector ones = hn::LoadU(d, &sums.digit[0][part]), twos = hn::LoadU(d, &sums.digit[1][part]);
    BitVector fours = hn::LoadU(d, &sums.digit[2][part]), eights = hn::LoadU(d, &sums.digit[3][part]);
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
        uint64_t* sum = &sums.digit[digit][part];
        const BitVector before = hn::LoadU(d, sum);
        hn::StoreU(hn::Xor(before, carry), d, sum);
        carry = hn::And(before, carry);
      }
    }
    hn::StoreU(ones, d, &sums.digit[0][part]);
    hn::StoreU(twos, d, &sums.digit[1][part]);
    hn::StoreU(fours, d, &sums.digit[2][part]);
    hn::StoreU(eights, d, &sums.digit[3][part]);
  }
}

// From digits to numbers: the sum of each label, times 2^shift, is added to (kAdd) or becomes its word.
template <class Word, bool kAdd>
HWY_INLINE void Spread(const BitSums& sums, uint32_t digits, uint32_t shift, Word* HWY_RESTRICT words) {
  const hn::CappedTag<Word, 64 / sizeof(Word)> d;
  const size_t lanes = hn::Lanes(d);
  if (lanes >= 8) {
    for (size_t k = 0; k < kChunkLabels; k += lanes) {
      auto word = kAdd ? hn::LoadU(d, words + k) : hn::Zero(d);
      for (uint32_t digit = 0; digit < digits; ++digit) {
        const auto* bits = reinterpret_cast<const uint8_t*>(sums.digit[digit]) + k / 8;
        const auto worth = hn::Set(d, static_cast<Word>(uint64_t{1} << (digit + shift)));
        word = hn::Add(word, hn::IfThenElseZero(hn::LoadMaskBits(d, bits), worth));
      }
      hn::StoreU(word, d, words + k);
    }
    return;
  }
  auto* const places = reinterpret_cast<typename Counter<sizeof(Word)>::Word*>(words);
  for (size_t k = 0; k < kChunkLabels; ++k) {
    uint64_t sum = 0;
    for (uint32_t digit = 0; digit < digits; ++digit)
      sum |= (sums.digit[digit][k / 64] >> (k % 64) & 1) << digit;
    places[k] = static_cast<Word>((kAdd ? places[k] : 0) + (sum << shift));
  }
}

// Fills a list up to sixteens with the number of a line of zeros.
inline void FillUp(std::vector<uint32_t>& numbers, uint32_t zero) {
  numbers.resize((numbers.size() + 15) / 16 * 16, zero);
}

// Numbers of the baskets visited; and, when owners repeat, those that stand alone parted from groups of one
// owner's.
inline void ListVisits(const Matrix& matrix, bool owners_repeat, std::span<const uint32_t> visits,
                       BitLists& lists) {
  const Bitmaps& bitmaps = *matrix.bitmaps;
  lists.all.resize(visits.size());
  for (size_t v = 0; v < visits.size(); ++v) lists.all[v] = bitmaps.BasketAt(visits[v] & ~kSameOwner);
  if (owners_repeat) {
    const auto again = [&](size_t v) { return v < visits.size() && (visits[v] & kSameOwner) != 0; };
    for (auto* list : {&lists.alone, &lists.grouped, &lists.group_ends}) list->clear();
    for (size_t v = 0; v < visits.size(); ++v) {
      if (!again(v) && !again(v + 1)) {
        lists.alone.push_back(lists.all[v]);
        continue;
      }
      if (!again(v)) lists.group_ends.push_back(0);
      lists.grouped.push_back(lists.all[v]);
      lists.group_ends.back() = static_cast<uint32_t>(lists.grouped.size());
    }
    lists.groups.resize(lists.group_ends.size());
    for (uint32_t g = 0; g < lists.groups.size(); ++g) lists.groups[g] = g;
    FillUp(lists.groups, static_cast<uint32_t>(lists.group_ends.size()));
    FillUp(lists.alone, bitmaps.baskets);
  }
  FillUp(lists.all, bitmaps.baskets);
}

// What any basket of a group holds, as lines behind each other, and a line of zeros.
inline void MergeGroups(const uint64_t* lines, BitLists& lists) {
  lists.merged.assign((lists.group_ends.size() + 1) * kLineLongs, 0);
  size_t at = 0;
  for (size_t g = 0; g < lists.group_ends.size(); ++g) {
    for (; at < lists.group_ends[g]; ++at) {
      const uint64_t* line = lines + size_t{lists.grouped[at]} * kLineLongs;
      for (size_t w = 0; w < kLineLongs; ++w) lists.merged[g * kLineLongs + w] |= line[w];
    }
  }
}

// Repeats of one chunk, from its units: less one for each customer.
inline void TakeCustomers(const BitSums& customers, uint32_t digits, uint32_t* HWY_RESTRICT repeats) {
  HWY_ALIGN uint32_t owners[kChunkLabels];
  Spread<uint32_t, false>(customers, digits, 0, owners);
  for (size_t k = 0; k < kChunkLabels; ++k) repeats[k] -= owners[k];
}

template <class Word>
void CountByBits(const Matrix& matrix, const RowPlan& plan, std::span<const uint32_t> visits,
                 RowScratch& scratch) {
  const Bitmaps& bitmaps = *matrix.bitmaps;
  BitLists& lists = scratch.bits;
  ListVisits(matrix, plan.owners_repeat, visits, lists);
  const bool repeated = plan.owners_repeat && !plan.once_per_owner;  // units and customers differ
  const auto digits = static_cast<uint32_t>(std::bit_width(visits.size()));
  auto* words = reinterpret_cast<Word*>(scratch.counters.data());
  BitSums sums;
  for (uint32_t c = 0; c < bitmaps.chunks; ++c, words += kChunkLabels) {
    uint32_t* repeats = scratch.repeats.data() + size_t{c} * kChunkLabels;
    sums.Clear(digits + 4);
    if (c + 1 < bitmaps.chunks) {
      FetchLines(bitmaps.chunk(c + 1), lists.all.data(), std::min(lists.all.size(), kLinesAhead));
    }
    if (repeated || !plan.owners_repeat) {
      AddLines(bitmaps.chunk(c), lists.all, digits, sums);
      Spread<Word, false>(sums, digits, 0, words);
      if (!repeated) continue;
      Spread<uint32_t, false>(sums, digits, 0, repeats);
      sums.Clear(digits + 4);
    }
    MergeGroups(bitmaps.chunk(c), lists);
    AddLines(bitmaps.chunk(c), lists.alone, digits, sums);
    AddLines(lists.merged.data(), lists.groups, digits, sums);
    if (repeated) {
      Spread<Word, true>(sums, digits, scratch.shift, words);
      TakeCustomers(sums, digits, repeats);
    } else {
      Spread<Word, false>(sums, digits, 0, words);
    }
  }
  scratch.touched_size = 0;
  scratch.repeats_everywhere = repeated;
}

#endif  // HWY_TARGET

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
