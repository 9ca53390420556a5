// The hot labels of one row, which a stream may hold as bits: the bits of eight baskets are one line, and
// lines are added as in row_bits-inl.h. Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_ROW_HOT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_ROW_HOT_INL_H_
#undef AWASE_ENGINE_KERNELS_ROW_HOT_INL_H_
#else
#define AWASE_ENGINE_KERNELS_ROW_HOT_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <bit>

#include "engine/kernels/row_bits-inl.h"
#include "engine/kernels/stream.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR

class HotSums {
 public:
  explicit HotSums(size_t) { std::fill_n(counts_, kHotLabels, 0); }
  void Add(const uint16_t* bits) {
    for (uint32_t label = 0; label < kHotLabels; ++label)
      counts_[label] += bits[label / 16] >> label % 16 & 1;
  }
  // words[label] becomes the count of the label times `one`.
  template <class Word>
  void Finish(Word one, Word* words) {
    for (uint32_t label = 0; label < kHotLabels; ++label)
      words[label] = static_cast<Word>(counts_[label] * one);
  }

 private:
  uint32_t counts_[kHotLabels];
};

#else

class HotSums {
 public:
  // For so many baskets at most.
  explicit HotSums(size_t baskets)
      : digits_(static_cast<uint32_t>(std::bit_width(baskets / kBasketsALine + kLinesAtOnce))) {
    sums_.Clear(digits_);
  }
  HWY_INLINE void Add(const uint16_t* bits) {
    __builtin_memcpy(waiting_ + size_, bits, sizeof(uint64_t));
    if (HWY_UNLIKELY(++size_ == kBasketsALine * kLinesAtOnce)) AddUp();
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
  static constexpr size_t kBasketsALine = kChunkLabels / kHotLabels, kLinesAtOnce = 16;

  void AddUp() {
    static constexpr uint32_t kAll[kLinesAtOnce] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    AddLines(waiting_, kAll, digits_, sums_);
    size_ = 0;
  }

  const uint32_t digits_;
  size_t size_ = 0;  // baskets that wait
  HWY_ALIGN uint64_t waiting_[kLinesAtOnce * kLineLongs];
  BitSums sums_;
};

#endif  // HWY_TARGET

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
