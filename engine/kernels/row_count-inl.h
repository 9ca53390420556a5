// Adding up one row. Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_ROW_COUNT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_ROW_COUNT_INL_H_
#undef AWASE_ENGINE_KERNELS_ROW_COUNT_INL_H_
#else
#define AWASE_ENGINE_KERNELS_ROW_COUNT_INL_H_
#endif

#include <hwy/highway.h>

#include "engine/kernels/row.h"
#include "engine/kernels/row_layout.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

inline constexpr size_t kBuffered =
    2048;  // labels per counting loop: they stay in L1 beside the hot counters
inline constexpr size_t kLargestCopied = 512;  // larger baskets are loops of their own
inline constexpr size_t kAhead = 16;           // visits whose baskets are on their way

// Copies `size` words, in whole vectors: up to 15 words more are read and written.
HWY_INLINE void CopyWords(const uint32_t* HWY_RESTRICT from, size_t size, uint32_t* HWY_RESTRICT to) {
#if HWY_TARGET == HWY_SCALAR
  for (size_t at = 0; at < size; at += 4) __builtin_memcpy(to + at, from + at, 16);
#else
  const hn::CappedTag<uint32_t, 16> d;
  for (size_t at = 0; at < size; at += hn::Lanes(d)) hn::StoreU(hn::LoadU(d, from + at), d, to + at);
#endif
}

HWY_INLINE void FillWords(uint32_t word, size_t size, uint32_t* HWY_RESTRICT to) {
#if HWY_TARGET == HWY_SCALAR
  for (size_t at = 0; at < size; at += 4) {
    const uint32_t four[4] = {word, word, word, word};
    __builtin_memcpy(to + at, four, 16);
  }
#else
  const hn::CappedTag<uint32_t, 16> d;
  for (size_t at = 0; at < size; at += hn::Lanes(d)) hn::StoreU(hn::Set(d, word), d, to + at);
#endif
}

// The counters of one row. `one` is what a visit adds beside its weight; with kUniform it is all that a visit
// adds. Everything the loops change is a local of theirs: a counter may alias anything, so members would live
// in memory.
template <uint32_t kBytes, bool kTouch, bool kUniform>
struct Tally {
  using Word = typename Counter<kBytes>::Word;
  Word* counters;
  uint32_t* touched;
  size_t touched_size;
  Word one;

  HWY_INLINE Word Amount(uint32_t weight) const { return static_cast<Word>(kUniform ? one : one + weight); }

  // amount(k): what labels[k] gets.
  template <class AmountAt>
  HWY_INLINE void Add(const uint32_t* HWY_RESTRICT labels, size_t size, const AmountAt& amount) {
    Word* const words = counters;
    uint32_t* const list = touched;
    size_t listed = touched_size;
    for (size_t k = 0; k < size; ++k) {
      const uint32_t label = labels[k];
      const Word before = words[label];
      words[label] = static_cast<Word>(before + amount(k));
      if constexpr (kTouch) {
        list[listed] = label;
        listed += before == 0;
      }
    }
    touched_size = listed;
  }
  HWY_INLINE void AddBuffered(const uint32_t* HWY_RESTRICT labels, const uint32_t* HWY_RESTRICT weights,
                              size_t size) {
    const Word each = one;
    Add(labels, size, [=](size_t k) { return static_cast<Word>(kUniform ? each : each + weights[k]); });
  }
  HWY_INLINE void AddBasket(const uint32_t* HWY_RESTRICT labels, size_t size, Word amount) {
    Add(labels, size, [=](size_t) { return amount; });
  }
  // Labels that the group `group` already had add nothing.
  HWY_INLINE void AddFresh(const uint32_t* HWY_RESTRICT labels, size_t size, Word amount, uint32_t group,
                           uint32_t* HWY_RESTRICT stamps) {
    Add(labels, size, [=](size_t k) {
      const bool fresh = stamps[labels[k]] != group;
      stamps[labels[k]] = group;
      return fresh ? amount : Word{0};
    });
  }
};

inline uint32_t NextGroup(RowScratch& scratch) {
  if (++scratch.group == 0) {
    std::fill(scratch.stamps.begin(), scratch.stamps.end(), 0);
    scratch.group = 1;
  }
  return scratch.group;
}

inline bool SharesOwner(std::span<const uint32_t> visits, size_t v) {
  return (visits[v] & kSameOwner) != 0 || (v + 1 < visits.size() && (visits[v + 1] & kSameOwner) != 0);
}

template <uint32_t kBytes, bool kTouch, bool kUniform>
void CountWith(const Matrix& matrix, const RowPlan& plan, std::span<const uint32_t> visits,
               RowScratch& scratch) {
  using Word = typename Counter<kBytes>::Word;
  const uint32_t* HWY_RESTRICT stream = matrix.stream;
  Tally<kBytes, kTouch, kUniform> tally{
      reinterpret_cast<Word*>(scratch.counters.data()), scratch.touched.data(), 0,
      static_cast<Word>(scratch.shift == 0 ? 1 : (uint64_t{1} << scratch.shift) + kUniform)};
  HWY_ALIGN uint32_t labels[kBuffered + kStreamSlack];
  HWY_ALIGN uint32_t weights[kUniform ? 1 : kBuffered + kStreamSlack];
  size_t buffered = 0;
  const bool fresh_only = plan.once_per_owner && plan.owners_repeat;
  for (size_t v = 0; v < visits.size(); ++v) {
    if (v + kAhead < visits.size()) __builtin_prefetch(stream + (visits[v + kAhead] & ~kSameOwner));
    const uint32_t* basket = stream + (visits[v] & ~kSameOwner);
    const size_t size = basket[0] >> 16;
    const uint32_t weight = (basket[0] & 0xffff) + 1;
    if (fresh_only && SharesOwner(visits, v)) {
      const uint32_t group = (visits[v] & kSameOwner) != 0 ? scratch.group : NextGroup(scratch);
      tally.AddFresh(basket + 1, size, tally.Amount(weight), group, scratch.stamps.data());
      continue;
    }
    if (size > kLargestCopied) {
      tally.AddBasket(basket + 1, size, tally.Amount(weight));
      continue;
    }
    if (buffered + size > kBuffered) {
      tally.AddBuffered(labels, weights, buffered);
      buffered = 0;
    }
    CopyWords(basket + 1, size, labels + buffered);
    if constexpr (!kUniform) FillWords(weight, size, weights + buffered);
    buffered += size;
  }
  tally.AddBuffered(labels, weights, buffered);
  scratch.touched_size = static_cast<uint32_t>(tally.touched_size);
}

// Turns counts of units into counts of owners: takes away what an owner's further visits added, and remembers
// it.
template <uint32_t kBytes>
void TakeRepeats(const Matrix& matrix, std::span<const uint32_t> visits, RowScratch& scratch) {
  using Word = typename Counter<kBytes>::Word;
  uint32_t* HWY_RESTRICT stamps = scratch.stamps.data();
  uint32_t* HWY_RESTRICT repeats = scratch.repeats.data();
  uint32_t* HWY_RESTRICT repeated = scratch.repeated.data();
  size_t found = 0;
  for (size_t v = 0; v < visits.size(); ++v) {
    if (!SharesOwner(visits, v)) continue;
    const uint32_t* basket = matrix.stream + (visits[v] & ~kSameOwner);
    const size_t size = basket[0] >> 16;
    if ((visits[v] & kSameOwner) == 0) {
      const uint32_t group = NextGroup(scratch);
      for (size_t k = 1; k <= size; ++k) stamps[basket[k]] = group;
      continue;
    }
    const uint32_t group = scratch.group;
    for (size_t k = 1; k <= size; ++k) {
      const uint32_t label = basket[k];
      const bool again = stamps[label] == group;
      stamps[label] = group;
      repeated[found] = label;
      found += again && repeats[label] == 0;
      repeats[label] += again;
    }
  }
  scratch.repeated_size = static_cast<uint32_t>(found);
  Word* counters = reinterpret_cast<Word*>(scratch.counters.data());
  for (size_t r = 0; r < found; ++r) {
    counters[repeated[r]] =
        static_cast<Word>(counters[repeated[r]] - (uint64_t{repeats[repeated[r]]} << scratch.shift));
  }
}

template <uint32_t kBytes>
void CountWidth(const Matrix& matrix, const RowPlan& plan, std::span<const uint32_t> visits,
                RowScratch& scratch) {
  if (matrix.uniform) {
    scratch.scan ? CountWith<kBytes, false, true>(matrix, plan, visits, scratch)
                 : CountWith<kBytes, true, true>(matrix, plan, visits, scratch);
  } else if constexpr (kBytes >= 4) {
    scratch.scan ? CountWith<kBytes, false, false>(matrix, plan, visits, scratch)
                 : CountWith<kBytes, true, false>(matrix, plan, visits, scratch);
  }
  if constexpr (kBytes >= 4) {
    if (plan.owners_repeat && !plan.once_per_owner) TakeRepeats<kBytes>(matrix, visits, scratch);
  }
}

void CountRowHere(const Matrix& matrix, const RowPlan& plan, std::span<const uint32_t> visits,
                  RowScratch& scratch) {
  switch (scratch.width) {
    case 1:
      return CountWidth<1>(matrix, plan, visits, scratch);
    case 2:
      return CountWidth<2>(matrix, plan, visits, scratch);
    case 4:
      return CountWidth<4>(matrix, plan, visits, scratch);
    default:
      return CountWidth<8>(matrix, plan, visits, scratch);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
