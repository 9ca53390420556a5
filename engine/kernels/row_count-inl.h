// Adding up one row. Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_ROW_COUNT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_ROW_COUNT_INL_H_
#undef AWASE_ENGINE_KERNELS_ROW_COUNT_INL_H_
#else
#define AWASE_ENGINE_KERNELS_ROW_COUNT_INL_H_
#endif

#include <hwy/highway.h>

#include <type_traits>

#include "engine/kernels/lanes-inl.h"
#include "engine/kernels/row.h"
#include "engine/kernels/row_bits-inl.h"
#include "engine/kernels/row_copy-inl.h"
#include "engine/kernels/row_hot-inl.h"
#include "engine/kernels/row_layout.h"
#include "engine/kernels/row_mirror-inl.h"
#include "engine/kernels/row_owners-inl.h"
#include "engine/kernels/row_pairs-inl.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

// Visits ahead whose last line is fetched, once the header, fetched kFirstAhead visits ahead, says where it
// is.
inline constexpr size_t kLastAhead = 16;

struct NoHotLabels {
  explicit NoHotLabels(size_t) {}
};

// The counters of one row. `one` is what a visit adds beside its weight less one; with kUniform it is all
// that a visit adds. Everything the loops change is a local of theirs: a counter may alias anything, so
// members would live in memory.
template <uint32_t kBytes, bool kTouch, bool kUniform>
struct Tally {
  using Word = typename Counter<kBytes>::Word;
  Word* counters;
  uint32_t* touched;
  size_t touched_size;
  Word one;

  HWY_INLINE Word Amount(uint32_t weight) const {
    return static_cast<Word>(kUniform ? one : one + (weight - 1));
  }

  // label(k) gets amount(k), for all k < size.
  template <class LabelAt, class AmountAt>
  HWY_INLINE void Add(size_t size, const LabelAt& label_at, const AmountAt& amount_at) {
    Word* const words = counters;
    uint32_t* const list = touched;
    size_t listed = touched_size;
    for (size_t k = 0; k < size; ++k) {
      const uint32_t label = label_at(k);
      const Word before = words[label];
      words[label] = static_cast<Word>(before + amount_at(k));
      if constexpr (kTouch) {
        list[listed] = label;
        listed += before == 0;
      }
    }
    touched_size = listed;
  }
  // Four labels are one load: the stores between would force four.
  HWY_INLINE void AddHeads(const uint16_t* HWY_RESTRICT labels, const uint16_t* HWY_RESTRICT less,
                           size_t size) {
    size_t k = 0;
    Word* const words = counters;
    uint32_t* const list = touched;
    size_t listed = touched_size;
    const Word each = one;
    const auto add = [&](uint64_t label, [[maybe_unused]] uint64_t extra) {
      const Word before = words[label];
      words[label] = static_cast<Word>(kUniform ? before + each : before + each + extra);
      if constexpr (kTouch) {
        list[listed] = static_cast<uint32_t>(label);
        listed += before == 0;
      }
    };
    for (; k + 4 <= size; k += 4) {
      uint64_t four, extra = 0;
      __builtin_memcpy(&four, labels + k, sizeof four);
      if constexpr (!kUniform) __builtin_memcpy(&extra, less + k, sizeof extra);
      add(four & 0xffff, extra & 0xffff);
      add((four >> 16) & 0xffff, (extra >> 16) & 0xffff);
      add((four >> 32) & 0xffff, (extra >> 32) & 0xffff);
      add(four >> 48, extra >> 48);
    }
    for (; k < size; ++k) add(labels[k], kUniform ? 0 : less[k]);
    touched_size = listed;
  }
  // `anchor`: its own counter does not matter, so that it may fill up the last four.
  HWY_INLINE void AddBatch(uint32_t anchor, Batch& batch, size_t heads, size_t tails) {
    if (anchor < kHeadLabels) {
      const auto own = static_cast<uint16_t>(anchor);
      for (size_t k = 0; k < 3; ++k) {
        batch.head[heads + k] = own;
        batch.head_less[heads + k] = 0;
      }
      heads = (heads + 3) & ~size_t{3};
    }
    AddHeads(batch.head, batch.head_less, heads);
    if (tails > 0) {
      const Word each = one;
      const uint16_t *labels = batch.tail, *less = batch.tail_less;
      Add(
          tails, [=](size_t k) { return LoadLabel(labels + 2 * k); },
          [=](size_t k) { return static_cast<Word>(kUniform ? each : each + less[k]); });
    }
  }
  HWY_INLINE void AddBasket(const BasketView& basket, Word amount) {
    const auto same = [=](size_t) { return amount; };
    Add(
        basket.head(), [&](size_t k) { return uint32_t{basket.head_labels()[k]}; }, same);
    Add(
        basket.tail(), [&](size_t k) { return basket.tail_label(static_cast<uint32_t>(k)); }, same);
  }
  // Labels that the group `group` already had add nothing.
  HWY_INLINE void AddFresh(const BasketView& basket, Word amount, uint32_t group,
                           uint32_t* HWY_RESTRICT stamps) {
    const auto add = [&](size_t size, const auto& label_at) {
      Add(size, label_at, [&](size_t k) {
        const uint32_t label = label_at(k);
        const bool fresh = stamps[label] != group;
        stamps[label] = group;
        return fresh ? amount : Word{0};
      });
    };
    add(basket.head(), [&](size_t k) { return uint32_t{basket.head_labels()[k]}; });
    add(basket.tail(), [&](size_t k) { return basket.tail_label(static_cast<uint32_t>(k)); });
  }
};

template <uint32_t kBytes, bool kTouch, bool kUniform, bool kTail, bool kHot>
void CountWith(const Matrix& matrix, const RowPlan& plan, std::span<const uint32_t> visits,
               RowScratch& scratch) {
  using Word = typename Counter<kBytes>::Word;
  const uint16_t* HWY_RESTRICT stream = matrix.stream;
  Tally<kBytes, kTouch, kUniform> tally{
      reinterpret_cast<Word*>(scratch.counters.data()), scratch.touched.data(), 0,
      static_cast<Word>(scratch.shift == 0 ? 1 : (uint64_t{1} << scratch.shift) + 1)};
  // Every basket holds the anchor, which is no candidate: as if met before, it is not listed, unless its
  // counter comes round to zero; then its rank is 0.
  if constexpr (kTouch) tally.counters[plan.label] = 1;
  Batch batch;
  size_t batch_heads = 0, batch_tails = 0;  // locals: whole vectors written to the batch may alias any member
  using Plain = typename Counter<kBytes>::Plain;
  using Hot = std::conditional_t<kUniform, HotSums, HotWeights<Plain>>;
  std::conditional_t<kHot, Hot, NoHotLabels> hot(visits.size());
  const bool fresh_only = plan.once_per_owner && plan.owners_repeat;
  const uint32_t* const ahead = visits.data();
  const size_t there = visits.size() + plan.ahead;
  for (size_t v = 0; v < visits.size(); ++v) {
    if (v + kFirstAhead < there) __builtin_prefetch(stream + (ahead[v + kFirstAhead] & ~kSameOwner));
    if (v + kFirstAhead < visits.size()) {
      const BasketView soon{stream + (visits[v + kLastAhead] & ~kSameOwner), kHot};
      __builtin_prefetch(soon.words + BasketWords(kHot, soon.head(), soon.tail()) - 1);
    }
    const uint32_t position = visits[v] & ~kSameOwner;
    const BasketView basket{stream + position, kHot};
    const uint32_t heads = basket.head(), tails = kTail ? basket.tail() : 0;
    if constexpr (kHot && kUniform) hot.Add(basket.hot_bits());
    if constexpr (kHot && !kUniform)
      hot.Add(basket.hot_bits(), static_cast<Plain>(tally.Amount(basket.weight())));
    if (fresh_only && SharesOwner(visits, v)) {
      const uint32_t group = (visits[v] & kSameOwner) != 0 ? scratch.group : NextGroup(scratch);
      tally.AddFresh(basket, tally.Amount(basket.weight()), group, scratch.stamps.data());
      continue;
    }
    if (heads + tails > kLargestCopied) {
      tally.AddBasket(basket, tally.Amount(basket.weight()));
      continue;
    }
    if (batch_heads + heads > kBuffered || (kTail && batch_tails + tails > kBufferedTail)) {
      tally.AddBatch(plan.label, batch, batch_heads, batch_tails);
      batch_heads = batch_tails = 0;
    }
    CopyBasket<kTail, kHot>(basket, position % kLineWords, heads, tails, batch.head + batch_heads,
                            batch.tail + 2 * batch_tails);
    if constexpr (!kUniform) {
      FillWords(basket.words[0], heads, batch.head_less + batch_heads);
      if constexpr (kTail) FillWords(basket.words[0], tails, batch.tail_less + batch_tails);
    }
    batch_heads += heads;
    batch_tails += tails;
  }
  tally.AddBatch(plan.label, batch, batch_heads, batch_tails);
  if constexpr (kHot) {
    auto* const words = reinterpret_cast<Plain*>(scratch.counters.data());
    if constexpr (kUniform) {
      hot.Finish(static_cast<Plain>(tally.one), words);
    } else {
      hot.Finish(words);
    }
  }
  scratch.touched_size = static_cast<uint32_t>(tally.touched_size);
}

template <uint32_t kBytes, bool kUniform, bool kTail, bool kHot>
void CountDrained(const Matrix& matrix, const RowPlan& plan, std::span<const uint32_t> visits,
                  RowScratch& scratch) {
  scratch.scan ? CountWith<kBytes, false, kUniform, kTail, kHot>(matrix, plan, visits, scratch)
               : CountWith<kBytes, true, kUniform, kTail, kHot>(matrix, plan, visits, scratch);
}

template <uint32_t kBytes, bool kTail>
void CountWidth(const Matrix& matrix, const RowPlan& plan, std::span<const uint32_t> visits,
                RowScratch& scratch) {
  const auto count = [&]<bool kUniform>(std::bool_constant<kUniform>) {
    matrix.hot ? CountDrained<kBytes, kUniform, kTail, true>(matrix, plan, visits, scratch)
               : CountDrained<kBytes, kUniform, kTail, false>(matrix, plan, visits, scratch);
  };
  if (matrix.uniform) {
    count(std::true_type());
  } else if constexpr (kBytes >= 4) {
    count(std::false_type());
  }
  if constexpr (kBytes >= 4) {
    if (plan.owners_repeat && !plan.once_per_owner) TakeRepeats<kBytes>(matrix, visits, scratch);
  }
}

// Calls make of the width, as a constant.
template <class Make>
void WithWidth(uint32_t width, const Make& make) {
  switch (width) {
    case 1:
      return make(std::integral_constant<uint32_t, 1>());
    case 2:
      return make(std::integral_constant<uint32_t, 2>());
    case 4:
      return make(std::integral_constant<uint32_t, 4>());
    default:
      return make(std::integral_constant<uint32_t, 8>());
  }
}

void CountHotLineHere(const Matrix& matrix, const RowPlan& plan, std::span<const uint32_t> visits,
                      RowScratch& scratch) {
  WithWidth(scratch.width, [&](auto width) { CountHotLine<width()>(matrix, plan, visits, scratch); });
}

void CountRowHere(const Matrix& matrix, const RowPlan& plan, std::span<const uint32_t> visits,
                  RowScratch& scratch) {
  const bool bits = CountsByBits(matrix, plan, visits.size(), scratch);
  WithWidth(scratch.width, [&](auto width) {
    constexpr uint32_t kBytes = width();
    if (matrix.pairs != nullptr) return TakePairs<kBytes>(matrix, plan.label, scratch);
    if (bits) return CountByBits<typename Counter<kBytes>::Plain>(matrix, plan, visits, scratch);
    if (matrix.mirror != nullptr && plan.label < matrix.mirror->hot_labels())
      return TakeFromMirror<kBytes>(plan, *matrix.mirror, scratch);
    scratch.columns > kHeadLabels ? CountWidth<kBytes, true>(matrix, plan, visits, scratch)
                                  : CountWidth<kBytes, false>(matrix, plan, visits, scratch);
    if (matrix.mirror != nullptr) LeaveInMirror<kBytes>(plan.label, scratch, *matrix.mirror);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
