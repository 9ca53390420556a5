// Rows that keep every candidate: counters to scores to places in one go, since nothing has to be chosen.
// Most rows of a catalogue with a long tail are such. Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_ROW_FEW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_ROW_FEW_INL_H_
#undef AWASE_ENGINE_KERNELS_ROW_FEW_INL_H_
#else
#define AWASE_ENGINE_KERNELS_ROW_FEW_INL_H_
#endif

#include <hwy/highway.h>

#include "engine/kernels/lanes-inl.h"
#include "engine/kernels/row.h"
#include "engine/kernels/row_rank-inl.h"
#include "engine/kernels/row_select-inl.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

// Keys of the scores of one vector of labels, whose counters are taken. Returns how many rank above 0.
template <uint32_t kBytes, bool kQuotient, bool kRooted>
HWY_INLINE size_t ScoreLabels(const Matrix& m, const RankRule& rule, double scale,
                              typename Counter<kBytes>::Word* HWY_RESTRICT words, const uint32_t* labels,
                              uint32_t* HWY_RESTRICT met, uint64_t* HWY_RESTRICT keys) {
  const Floats d;
  const hn::RebindToUnsigned<Floats> du;
  const hn::RebindToSigned<Floats> di;
  const auto label = hn::BitCast(di, hn::LoadU(du, labels));
  const auto word = GatherNarrow<kBytes>(words, label);
  const auto factor = hn::GatherIndex(d, m.factor.data(), label);
  const auto item = hn::GatherIndex(du, m.item_of.data(), label);
  const auto rank = RankNarrow<kQuotient>(rule, word, factor);
  hn::StoreU(word, du, met);
  const hn::Half<Floats> dh;
  const hn::Half<hn::RebindToUnsigned<Floats> > duh;
  const hn::Rebind<uint64_t, decltype(dh)> d64;
  const auto store = [&](auto half_rank, auto half_item, uint64_t* to) HWY_ATTR {
    const auto score =
        hn::IfThenZeroElse(hn::Eq(half_rank, hn::Zero(dh)), ScoreVector<kRooted>(dh, scale, half_rank));
    const auto upper = hn::ShiftLeft<32>(hn::PromoteTo(d64, hn::Not(hn::BitCast(duh, score))));
    hn::StoreU(hn::Or(upper, hn::PromoteTo(d64, half_item)), d64, to);
  };
  store(hn::LowerHalf(dh, rank), hn::LowerHalf(duh, item), keys);
  store(hn::UpperHalf(dh, rank), hn::UpperHalf(duh, item), keys + hn::Lanes(dh));
  for (size_t lane = 0; lane < kLanes; ++lane) words[labels[lane]] = 0;
  return hn::CountTrue(d, hn::Gt(rank, hn::Zero(d)));
}

// All of the listed labels but those of rank 0; their counters are taken. There are at most kept.most of
// them; `idle` is a label whose counter is zero.
template <uint32_t kBytes>
uint32_t KeepFew(const Matrix& m, const RankRule& rule, const Scoring& scoring, uint32_t idle,
                 uint32_t* HWY_RESTRICT labels, size_t size, RowScratch& scratch, const KeptRow& kept) {
  auto* words = reinterpret_cast<typename Counter<kBytes>::Word*>(scratch.counters.data());
  uint64_t* const keys = scratch.keys.data();
  uint32_t* const met = scratch.met.data();
  hn::StoreU(hn::Set(hn::RebindToUnsigned<Floats>(), idle), hn::RebindToUnsigned<Floats>(), labels + size);
  size_t filled = 0;
  const auto score = [&, own = rule, scale = scoring.scale]<bool kQuotient, bool kRooted>() HWY_ATTR {
    for (size_t k = 0; k < size; k += kLanes)
      filled += ScoreLabels<kBytes, kQuotient, kRooted>(m, own, scale, words, labels + k, met + k, keys + k);
  };
  if (!rule.quotient) {
    score.template operator()<false, false>();
  } else {
    scoring.rooted ? score.template operator()<true, true>() : score.template operator()<true, false>();
  }
  PutInPlace<kBytes>({nullptr, labels, met}, keys, size, scratch, kept);
  return static_cast<uint32_t>(filled);
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
