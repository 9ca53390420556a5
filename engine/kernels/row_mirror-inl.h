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
#if HWY_TARGET == HWY_SCALAR
  __builtin_memcpy(to, from, bytes);
#else
  const hn::CappedTag<uint8_t, 64> d;
  const auto* source = static_cast<const uint8_t*>(from);
  for (size_t k = 0; k < bytes; k += hn::Lanes(d))
    hn::Stream(hn::Load(d, source + k), d, static_cast<uint8_t*>(to) + k);
#endif
}

template <class Cell, uint32_t kBytes>
void LeaveLine(uint32_t label, const RowScratch& scratch, Mirror& mirror) {
  const auto* words = reinterpret_cast<const typename Counter<kBytes>::Word*>(scratch.counters.data());
  const uint32_t from = scratch.shift, to = mirror.layout().shift;
  HWY_ALIGN Cell line[kHotLabels];
  for (uint32_t hot = 0; hot < kHotLabels; ++hot)
    line[hot] = static_cast<Cell>(sizeof(Cell) < 8 ? words[hot] : Shifted(words[hot], from, to));
  StreamLine(line, sizeof line, mirror.LineOf(label));
}

// What the counted row found of the hot labels.
template <uint32_t kBytes>
void LeaveInMirror(uint32_t label, const RowScratch& scratch, Mirror& mirror) {
  if (mirror.layout().width == 2) LeaveLine<uint16_t, kBytes>(label, scratch, mirror);
  if (mirror.layout().width == 4) LeaveLine<uint32_t, kBytes>(label, scratch, mirror);
  if (mirror.layout().width == 8) LeaveLine<uint64_t, kBytes>(label, scratch, mirror);
  if (uint32_t* const repeats = mirror.RepeatsOf(label))
    StreamLine(scratch.repeats.data(), kHotLabels * sizeof(uint32_t), repeats);
}

template <uint32_t kCellBytes, uint32_t kBytes>
void TakeLines(uint32_t hot, Mirror& mirror, RowScratch& scratch) {
  using Word = typename Counter<kBytes>::Word;
  auto* words = reinterpret_cast<Word*>(scratch.counters.data());
  const uint32_t from = mirror.layout().shift, to = scratch.shift;
  for (uint32_t first = kHotLabels; first < scratch.columns; first += kHotLabels) {
    const uint32_t size = std::min(kHotLabels, scratch.columns - first);
    const auto* HWY_RESTRICT line =
        static_cast<const typename Counter<kCellBytes>::Word*>(mirror.LineOf(first + hot));
    Word* HWY_RESTRICT block = words + first;
    for (uint32_t k = 0; k < size; ++k)
      block[k] = static_cast<Word>(kCellBytes < 8 ? line[k] : Shifted(line[k], from, to));
  }
}

// Counters of all labels that are not hot.
template <uint32_t kBytes>
void TakeFromMirror(uint32_t hot, bool owners_repeat, Mirror& mirror, RowScratch& scratch) {
  if (mirror.layout().width == 2) TakeLines<2, kBytes>(hot, mirror, scratch);
  if (mirror.layout().width == 4) TakeLines<4, kBytes>(hot, mirror, scratch);
  if (mirror.layout().width == 8) TakeLines<8, kBytes>(hot, mirror, scratch);
  if (!owners_repeat) return;
  for (uint32_t first = kHotLabels; first < scratch.columns; first += kHotLabels) {
    std::copy_n(mirror.RepeatsOf(first + hot), std::min(kHotLabels, scratch.columns - first),
                scratch.repeats.data() + first);
  }
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

// The row of a hot label.
template <uint32_t kBytes>
void CountMirrored(const Matrix& matrix, const RowPlan& plan, std::span<const uint32_t> visits,
                   RowScratch& scratch) {
  if (!plan.owners_repeat) {
    if (matrix.uniform) {
      CountHot<kBytes, true, false>(matrix, visits, scratch);
    } else if constexpr (kBytes >= 4) {
      CountHot<kBytes, false, false>(matrix, visits, scratch);
    }
  } else if constexpr (kBytes >= 4) {
    matrix.uniform ? CountHot<kBytes, true, true>(matrix, visits, scratch)
                   : CountHot<kBytes, false, true>(matrix, visits, scratch);
  }
  TakeFromMirror<kBytes>(plan.label, plan.owners_repeat, *matrix.mirror, scratch);
  scratch.scan = true;
  scratch.touched_size = scratch.repeated_size = 0;
  scratch.repeats_everywhere = plan.owners_repeat;
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
