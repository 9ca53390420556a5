// From counters to ranks, many at once, for the measures whose rank is a quotient or a product of floats.
// Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_ROW_RANK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_ROW_RANK_INL_H_
#undef AWASE_ENGINE_KERNELS_ROW_RANK_INL_H_
#else
#define AWASE_ENGINE_KERNELS_ROW_RANK_INL_H_
#endif

#include <hwy/highway.h>

#include <bit>
#include <type_traits>
#include <utility>

#include "engine/kernels/lanes-inl.h"
#include "engine/kernels/row.h"
#include "engine/kernels/row_lanes-inl.h"
#include "engine/kernels/row_layout.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

// From a counter to a rank, for the measures whose rank is a quotient or a product of floats.
struct RankRule {
  float base;      // jaccard: the anchor's weight
  float unit;      // weight of 1 in the counter: a power of two
  uint64_t mask;   // weight bits of the counter
  uint64_t least;  // counters below it rank 0
  bool quotient;   // jaccard; else a product
};

inline float RankOfCounter(const RankRule& rule, uint64_t word, float factor) {
  const float joint = static_cast<float>(word & rule.mask) * rule.unit;
  const float rank = rule.quotient ? joint / ((rule.base + factor) - joint) : joint * factor;
  return word >= rule.least ? rank : 0.0f;
}

// The rest of CollectColumns and FindAtLeast from k on, one after the other, behind what is found already.
template <uint32_t kBytes>
size_t CollectColumnsRest(const RankRule& rule, const typename Counter<kBytes>::Word* HWY_RESTRICT words,
                          const float* HWY_RESTRICT factor, uint32_t first, size_t k, size_t size,
                          float least, size_t found, float* HWY_RESTRICT out_ranks,
                          uint32_t* HWY_RESTRICT out_labels) {
  for (; k < size; ++k) {
    const float rank = RankOfCounter(rule, words[k], factor[k]);
    if (rank < least) continue;
    out_labels[found] = first + static_cast<uint32_t>(k);
    out_ranks[found++] = rank;
  }
  PadRanks(out_ranks, found);
  return found;
}

template <uint32_t kBytes>
size_t FindRest(const typename Counter<kBytes>::Word* HWY_RESTRICT words, uint64_t least,
                const uint32_t* HWY_RESTRICT labels, size_t k, size_t size, size_t kept,
                uint32_t* HWY_RESTRICT found) {
  for (; k < size; ++k) {
    found[kept] = labels[k];
    kept += words[labels[k]] >= least;
  }
  return kept;
}

// Counters of four bytes or fewer are taken while they are at hand: into `met`, leaving zero.
template <uint32_t kBytes>
inline constexpr bool kTaken = kBytes < 8;

// Loops over vectors have the rule as a value, whose parts stay in registers, and its kind as a constant.
template <class Loop>
HWY_INLINE auto WithKind(const RankRule& rule, const Loop& loop) {
  return rule.quotient ? loop(std::true_type(), rule) : loop(std::false_type(), rule);
}

template <bool kQuotient, class V>
HWY_INLINE V RankVector(const RankRule& rule, V joint, V factor) {
  const Floats d;
  if (kQuotient) return hn::Div(joint, hn::Sub(hn::Add(hn::Set(d, rule.base), factor), joint));
  return hn::Mul(joint, factor);
}

// Ranks of words that fit 32 bits.
template <bool kQuotient, class V, class W>
HWY_INLINE V RankNarrow(const RankRule& rule, W words, V factor) {
  const Floats d;
  const hn::RebindToSigned<Floats> di;
  const hn::RebindToUnsigned<Floats> du;
  const auto weight = hn::And(words, hn::Set(du, static_cast<uint32_t>(rule.mask)));  // below 2^31
  const V joint = hn::Mul(hn::ConvertTo(d, hn::BitCast(di, weight)), hn::Set(d, rule.unit));
  const auto enough = hn::Gt(words, hn::Set(du, static_cast<uint32_t>(rule.least - 1)));
  return hn::IfThenElseZero(hn::RebindMask(d, enough), RankVector<kQuotient>(rule, joint, factor));
}

// Half as many lanes of 64 bits: the weight as a double, exactly (below 2^52), or 0 where the word is too
// small.
template <class D64, class W>
HWY_INLINE auto WeightOfWide(D64 d64, const RankRule& rule, W words) {
  const hn::Rebind<double, D64> dd;
  const auto weight = hn::And(words, hn::Set(d64, rule.mask));
  const auto magic = hn::Set(d64, uint64_t{0x4330000000000000});  // 2^52
  const auto value = hn::Sub(hn::BitCast(dd, hn::Or(weight, magic)), hn::Set(dd, 4503599627370496.0));
  const auto enough = hn::Gt(words, hn::Set(d64, rule.least - 1));
  return hn::IfThenElseZero(hn::RebindMask(dd, enough), value);
}

template <bool kQuotient, class W>
HWY_INLINE auto RankWide(const RankRule& rule, W low, W high, hn::Vec<Floats> factor) {
  const Floats d;
  const hn::Half<Floats> dh;
  const hn::Rebind<uint64_t, decltype(dh)> d64;
  const auto joint = hn::Combine(d, hn::DemoteTo(dh, WeightOfWide(d64, rule, high)),
                                 hn::DemoteTo(dh, WeightOfWide(d64, rule, low)));
  return RankVector<kQuotient>(rule, hn::Mul(joint, hn::Set(d, rule.unit)), factor);
}

// Rank of the counters of one vector of columns.
template <uint32_t kBytes, bool kQuotient>
HWY_INLINE hn::Vec<Floats> RankContiguous(const RankRule& rule, const typename Counter<kBytes>::Word* words,
                                          const float* factor) {
  const Floats d;
  const hn::RebindToUnsigned<Floats> du;
  const auto factors = hn::LoadU(d, factor);
  if constexpr (kBytes == 8) {
    const hn::Rebind<uint64_t, hn::Half<Floats> > d64;
    const auto* wide = reinterpret_cast<const uint64_t*>(words);
    return RankWide<kQuotient>(rule, hn::LoadU(d64, wide), hn::LoadU(d64, wide + hn::Lanes(d64)), factors);
  } else if constexpr (kBytes == 4) {
    return RankNarrow<kQuotient>(rule, hn::LoadU(du, reinterpret_cast<const uint32_t*>(words)), factors);
  } else {
    using Plain = std::conditional_t<kBytes == 1, uint8_t, uint16_t>;
    const hn::Rebind<Plain, Floats> dn;
    const auto word = hn::PromoteTo(du, hn::LoadU(dn, reinterpret_cast<const Plain*>(words)));
    return RankNarrow<kQuotient>(rule, word, factors);
  }
}

template <uint32_t kBytes>
void RankColumns(const RankRule& rule, const typename Counter<kBytes>::Word* HWY_RESTRICT words,
                 const float* HWY_RESTRICT factor, size_t size, float* HWY_RESTRICT ranks) {
  const size_t whole = WithKind(rule, [=](auto quotient, const RankRule own) HWY_ATTR {
    const Floats d;
    size_t k = 0;
    for (; k + kLanes <= size; k += kLanes)
      hn::StoreU(RankContiguous<kBytes, quotient()>(own, words + k, factor + k), d, ranks + k);
    return k;
  });
  for (size_t k = whole; k < size; ++k) ranks[k] = RankOfCounter(rule, words[k], factor[k]);
  PadRanks(ranks, size);
}

// The counters of one vector of labels below 2^31, 4 bytes or fewer each. Narrow ones are read as words of 32
// bits that begin at the counter; there is room behind the last.
template <uint32_t kBytes>
HWY_INLINE auto GatherNarrow(const typename Counter<kBytes>::Word* words,
                             hn::Vec<hn::RebindToSigned<Floats> > label) {
  const hn::RebindToUnsigned<Floats> du;
  const auto bytes = hn::ShiftLeft < kBytes == 4 ? 2 : kBytes == 2 ? 1 : 0 > (label);
  const auto gathered = hn::GatherOffset(du, reinterpret_cast<const uint32_t*>(words), bytes);
  if constexpr (kBytes == 4) return gathered;
  return hn::And(gathered, hn::Set(du, kBytes < 4 ? (1u << (8 * kBytes % 32)) - 1 : 0));
}

// Ranks of the counters of `labels`, which are taken if they can be. `idle`: a label whose counter is zero,
// and which fills up the last vector.
template <uint32_t kBytes>
void RankTouched(const RankRule& rule, uint32_t idle, typename Counter<kBytes>::Word* HWY_RESTRICT words,
                 const float* HWY_RESTRICT factor, uint32_t* HWY_RESTRICT labels, size_t size,
                 [[maybe_unused]] uint32_t* HWY_RESTRICT met, float* HWY_RESTRICT ranks) {
  WithKind(rule, [=](auto quotient, const RankRule own) HWY_ATTR {
    constexpr bool kQuotient = quotient();
    const Floats d;
    const hn::RebindToSigned<Floats> di;
    const hn::RebindToUnsigned<Floats> du;
    hn::StoreU(hn::Set(du, idle), du, labels + size);
    for (size_t k = 0; k < size; k += kLanes) {
      const auto label = hn::BitCast(di, hn::LoadU(du, labels + k));
      const auto factors = hn::GatherIndex(d, factor, label);
      if constexpr (kBytes == 8) {
        const hn::Half<Floats> dh;
        const hn::Rebind<uint64_t, decltype(dh)> d64;
        const hn::Rebind<int64_t, decltype(dh)> di64;
        const hn::Rebind<int32_t, decltype(dh)> dih;
        const auto* wide = reinterpret_cast<const uint64_t*>(words);
        const auto low = hn::PromoteTo(di64, hn::LowerHalf(dih, label));
        const auto high = hn::PromoteTo(di64, hn::UpperHalf(dih, label));
        const auto low_words = hn::GatherIndex(d64, wide, low), high_words = hn::GatherIndex(d64, wide, high);
        hn::StoreU(RankWide<kQuotient>(own, low_words, high_words, factors), d, ranks + k);
      } else {
        const auto word = GatherNarrow<kBytes>(words, label);
        hn::StoreU(RankNarrow<kQuotient>(own, word, factors), d, ranks + k);
        hn::StoreU(word, du, met + k);
        for (size_t lane = 0; lane < kLanes; ++lane) words[labels[k + lane]] = 0;
      }
    }
  });
}

// Labels whose counter is at least `least`.
template <uint32_t kBytes>
size_t FindAtLeast(const typename Counter<kBytes>::Word* HWY_RESTRICT words, uint64_t least,
                   const uint32_t* HWY_RESTRICT labels, size_t size, uint32_t* HWY_RESTRICT found) {
  size_t k = 0, kept = 0;
  if constexpr (kBytes < 8) {
    const hn::RebindToUnsigned<Floats> du;
    const hn::RebindToSigned<Floats> di;
    const auto below = hn::Set(du, static_cast<uint32_t>(least - 1));
    for (; k + kLanes <= size; k += kLanes) {
      const auto label = hn::LoadU(du, labels + k);
      const auto enough = hn::Gt(GatherNarrow<kBytes>(words, hn::BitCast(di, label)), below);
      hn::StoreU(hn::Compress(label, enough), du, found + kept);
      kept += hn::CountTrue(du, enough);
    }
  }
  return FindRest<kBytes>(words, least, labels, k, size, kept, found);
}

// Columns whose rank is at least `least`, which is more than 0, as Collect.
template <uint32_t kBytes>
size_t CollectColumns(const RankRule& rule, const typename Counter<kBytes>::Word* HWY_RESTRICT words,
                      const float* HWY_RESTRICT factor, uint32_t first, size_t size, float least,
                      float* HWY_RESTRICT out_ranks, uint32_t* HWY_RESTRICT out_labels) {
  size_t found = 0;
  const size_t whole = WithKind(rule, [=, &found](auto quotient, const RankRule own) HWY_ATTR {
    const Floats d;
    const hn::RebindToUnsigned<Floats> du;
    const auto bound = hn::Set(d, least);
    size_t k = 0, out = 0;
    const auto rank = [&](size_t at) HWY_ATTR {
      return RankContiguous<kBytes, quotient()>(own, words + at, factor + at);
    };
    const auto collect = [&](hn::Vec<Floats> values, size_t at) HWY_ATTR {
      const auto good = hn::Ge(values, bound);
      const auto label = hn::Iota(du, first + static_cast<uint32_t>(at));
      hn::StoreU(hn::Compress(label, hn::RebindMask(du, good)), du, out_labels + out);
      hn::StoreU(hn::Compress(values, good), d, out_ranks + out);
      out += hn::CountTrue(d, good);
    };
    for (; k + 4 * kLanes <= size; k += 4 * kLanes) {
      const auto a = rank(k), b = rank(k + kLanes), c = rank(k + 2 * kLanes), e = rank(k + 3 * kLanes);
      const auto highest = hn::Max(hn::Max(a, b), hn::Max(c, e));
      if (HWY_LIKELY(hn::AllFalse(d, hn::Ge(highest, bound)))) continue;
      collect(a, k);
      collect(b, k + kLanes);
      collect(c, k + 2 * kLanes);
      collect(e, k + 3 * kLanes);
    }
    for (; k + kLanes <= size; k += kLanes) collect(rank(k), k);
    found = out;
    return k;
  });
  return CollectColumnsRest<kBytes>(rule, words, factor, first, whole, size, least, found, out_ranks,
                                    out_labels);
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
