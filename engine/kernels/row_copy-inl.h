// The labels of a row's baskets, copied behind each other before they are added up. Included once per
// instruction set.
#if defined(AWASE_ENGINE_KERNELS_ROW_COPY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_ROW_COPY_INL_H_
#undef AWASE_ENGINE_KERNELS_ROW_COPY_INL_H_
#else
#define AWASE_ENGINE_KERNELS_ROW_COPY_INL_H_
#endif

#include <hwy/highway.h>

#include "engine/kernels/lanes-inl.h"
#include "engine/kernels/row_layout.h"
#include "engine/kernels/stream.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

// Labels per counting loop: they stay in the first-level cache beside the hot counters.
inline constexpr size_t kBuffered = 2048, kBufferedTail = 512;
inline constexpr size_t kLargestCopied = 256;  // larger baskets are loops of their own

// Copies `size` words, in whole vectors: up to 31 words more are read and written.
HWY_INLINE void CopyWords(const uint16_t* HWY_RESTRICT from, size_t size, uint16_t* HWY_RESTRICT to) {
  const hn::CappedTag<uint16_t, 32> d;
  for (size_t at = 0; at < size; at += hn::Lanes(d)) hn::StoreU(hn::LoadU(d, from + at), d, to + at);
}

HWY_INLINE void FillWords(uint16_t word, size_t size, uint16_t* HWY_RESTRICT to) {
  const hn::CappedTag<uint16_t, 32> d;
  for (size_t at = 0; at < size; at += hn::Lanes(d)) hn::StoreU(hn::Set(d, word), d, to + at);
}

// Labels of several baskets, and the weight less one of the basket of each.
struct Batch {
  HWY_ALIGN uint16_t head[kBuffered + kVectorSlack];
  HWY_ALIGN uint16_t head_less[kBuffered + kVectorSlack];
  HWY_ALIGN uint16_t tail[2 * kBufferedTail + 2 * kVectorSlack];  // two words a label
  HWY_ALIGN uint16_t tail_less[kBufferedTail + kVectorSlack];
};

// Puts the labels of a basket of at most kLargestCopied to `head` and `tail`. kTail: there are tail labels at
// all.
template <bool kTail, bool kHot>
HWY_INLINE void CopyBasket(const BasketView& basket, [[maybe_unused]] size_t column, uint32_t heads,
                           uint32_t tails, uint16_t* HWY_RESTRICT head,
                           [[maybe_unused]] uint16_t* HWY_RESTRICT tail) {
#if HWY_TARGET == HWY_AVX3
  constexpr uint32_t kHeader = HeaderWords(kHot);
  const size_t words = column + BasketWords(kHot, heads, tails);
  if (HWY_LIKELY(words <= 2 * kLineWords && tails <= kLineWords / 2)) {
    // The lines it lies in, and no more: reading on from the header would fetch the next line as well.
    const uint16_t* const line = basket.words - column;
    const __m512i first = _mm512_loadu_si512(line);
    const __m512i second = _mm512_loadu_si512(line + (words > kLineWords ? kLineWords : 0));
    const __m512i lanes = _mm512_set_epi16(31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15,
                                           14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const __m512i from = _mm512_add_epi16(lanes, _mm512_set1_epi16(static_cast<int16_t>(column + kHeader)));
    _mm512_storeu_si512(head, _mm512_permutexvar_epi16(from, first));
    _mm512_storeu_si512(head + (kLineWords - kHeader - column), second);
    if constexpr (kTail) {
      const __m512i behind = _mm512_add_epi16(from, _mm512_set1_epi16(static_cast<int16_t>(heads)));
      _mm512_storeu_si512(tail, _mm512_permutex2var_epi16(first, behind, second));
    }
    return;
  }
#endif
  CopyWords(basket.head_labels(), heads, head);
  if constexpr (kTail) CopyWords(basket.head_labels() + heads, 2 * size_t{tails}, tail);
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
