// The hot labels of one row, which a stream may hold as bits. Where every basket adds the same, the bits of
// eight baskets are one line, and lines are added as in bit_sums-inl.h; else the bits are masks of vectors
// of counters. Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_ROW_HOT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_ROW_HOT_INL_H_
#undef AWASE_ENGINE_KERNELS_ROW_HOT_INL_H_
#else
#define AWASE_ENGINE_KERNELS_ROW_HOT_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <bit>

#include "engine/kernels/bit_sums-inl.h"
#include "engine/kernels/lanes-inl.h"
#include "engine/kernels/stream.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

// Baskets whose bits wait to be added together.
inline constexpr size_t kHotWaiting = 128;

class HotSums {
 public:
  // For so many baskets at most.
  explicit HotSums(size_t baskets)
      : digits_(static_cast<uint32_t>(std::bit_width(baskets / kBasketsALine + kLinesAtOnce))) {
    sums_.Clear(digits_);
  }
  HWY_INLINE void Add(const uint16_t* bits) {
    __builtin_memcpy(waiting_ + size_, bits, sizeof(uint64_t));
    if (HWY_UNLIKELY(++size_ == kHotWaiting)) AddUp();
  }
  // words[label] becomes the count of the label times `one`.
  template <class Word>
  void Finish(Word one, Word* HWY_RESTRICT words) {
    std::fill(waiting_ + size_, std::end(waiting_), uint64_t{0});
    AddUp();
    HWY_ALIGN Word sums[kChunkLabels];
    Spread<Word, false>(sums_, digits_, 0, sums);
    for (size_t label = 0; label < kHotLabels; ++label) {
      Word sum = 0;
      for (size_t basket = 0; basket < kBasketsALine; ++basket) {
        sum = static_cast<Word>(sum + sums[basket * kHotLabels + label]);
      }
      words[label] = static_cast<Word>(sum * one);
    }
  }

 private:
  static constexpr size_t kBasketsALine = kChunkLabels / kHotLabels,
                          kLinesAtOnce = kHotWaiting / kBasketsALine;

  void AddUp() {
    static constexpr uint32_t kAll[kLinesAtOnce] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    static_assert(kLinesAtOnce == 16);
    AddLines(waiting_, kAll, digits_, sums_);
    size_ = 0;
  }

  const uint32_t digits_;
  size_t size_ = 0;  // baskets that wait
  HWY_ALIGN uint64_t waiting_[kHotWaiting];
  BitSums sums_;
};

// The same where baskets weigh differently.
template <class Word>
class HotWeights {
 public:
  explicit HotWeights(size_t) { std::fill_n(sums_, kHotLabels, Word{0}); }
  // The hot labels of a basket get `amount` each.
  HWY_INLINE void Add(const uint16_t* bits, Word amount) {
    __builtin_memcpy(waiting_ + size_, bits, sizeof(uint64_t));
    amounts_[size_] = amount;
    if (HWY_UNLIKELY(++size_ == kHotWaiting)) AddUp();
  }
  // words[label] becomes the sum of the label.
  void Finish(Word* HWY_RESTRICT words) {
    AddUp();
    std::copy_n(sums_, kHotLabels, words);
  }

 private:
  void AddUp() {
    const hn::CappedTag<Word, 64 / sizeof(Word)> d;
    constexpr size_t kLanesAWord = hn::MaxLanes(d);
    if constexpr (kLanesAWord >= 8) {
      for (size_t part = 0; part < kHotLabels; part += 4 * kLanesAWord) AddPart<kLanesAWord>(part);
      size_ = 0;
      return;
    }
    for (size_t b = 0; b < size_; ++b) {
      for (uint64_t bits = waiting_[b]; bits != 0; bits &= bits - 1)
        sums_[std::countr_zero(bits)] += amounts_[b];
    }
    size_ = 0;
  }

  // Four vectors of sums stay in registers while all baskets pass by.
  template <size_t kLanesAWord>
  HWY_INLINE void AddPart(size_t part) {
    const hn::CappedTag<Word, 64 / sizeof(Word)> d;
    const auto masked = [&](size_t b, size_t vector) HWY_ATTR {
      const auto* bits = reinterpret_cast<const uint8_t*>(waiting_ + b) + (part + vector * kLanesAWord) / 8;
      return hn::IfThenElseZero(hn::LoadMaskBits(d, bits), hn::Set(d, amounts_[b]));
    };
    Word* const sums = sums_ + part;
    auto sum0 = hn::Load(d, sums), sum1 = hn::Load(d, sums + kLanesAWord);
    auto sum2 = hn::Load(d, sums + 2 * kLanesAWord), sum3 = hn::Load(d, sums + 3 * kLanesAWord);
    for (size_t b = 0; b < size_; ++b) {
      sum0 = hn::Add(sum0, masked(b, 0));
      sum1 = hn::Add(sum1, masked(b, 1));
      sum2 = hn::Add(sum2, masked(b, 2));
      sum3 = hn::Add(sum3, masked(b, 3));
    }
    hn::Store(sum0, d, sums);
    hn::Store(sum1, d, sums + kLanesAWord);
    hn::Store(sum2, d, sums + 2 * kLanesAWord);
    hn::Store(sum3, d, sums + 3 * kLanesAWord);
  }

  size_t size_ = 0;  // baskets that wait
  HWY_ALIGN Word sums_[kHotLabels];
  HWY_ALIGN uint64_t waiting_[kHotWaiting];
  Word amounts_[kHotWaiting];
};

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
