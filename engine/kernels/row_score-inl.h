// From ranks to scores, in the keys that candidates are placed by. Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_ROW_SCORE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_ROW_SCORE_INL_H_
#undef AWASE_ENGINE_KERNELS_ROW_SCORE_INL_H_
#else
#define AWASE_ENGINE_KERNELS_ROW_SCORE_INL_H_
#endif

#include <hwy/highway.h>

#include <bit>

#include "engine/kernels/lanes-inl.h"
#include "engine/kernels/row.h"
#include "engine/kernels/row_lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

static_assert(sizeof(Scored) == sizeof(uint64_t) && std::endian::native == std::endian::little);

inline constexpr uint64_t kRankBits = ~uint64_t{0} << 32;  // of a key

// How ranks become scores: all but a jaccard to an unusual power in vectors.
struct Scoring {
  const MeasureSpec* spec;
  const Anchor* anchor;
  double scale;  // unless rooted
  bool vectors, rooted;

  Scoring(const MeasureSpec& s, const Anchor& a) : spec(&s), anchor(&a), scale(a.scale) {
    const bool jaccard = s.association == Association::kJaccard;
    rooted = jaccard && s.power == 1.5;
    vectors = !jaccard || rooted || s.power == 1.0;
    if (jaccard) scale = 1.0;
  }
};

// Score() of many ranks.
template <bool kRooted, class DF, class V>
HWY_INLINE V ScoreVector(DF df, double scale, V rank) {
  const hn::Rebind<double, DF> dd;
  const auto wide = hn::PromoteTo(dd, rank);
  const auto factor = kRooted ? hn::Sqrt(wide) : hn::Set(dd, scale);
  return hn::Max(hn::DemoteTo(df, hn::Mul(wide, factor)), hn::Set(df, kLeastScore));
}

template <bool kRooted>
void ScoreKeysVectors(double scale, uint64_t* HWY_RESTRICT keys, size_t size) {
  const hn::CappedTag<uint64_t, 8> d;
  const hn::Rebind<uint32_t, decltype(d)> du;
  const hn::Rebind<float, decltype(d)> df;
  for (size_t k = 0; k < size; k += hn::Lanes(d)) {
    const auto key = hn::LoadU(d, keys + k);
    const auto rank = hn::BitCast(df, hn::TruncateTo(du, hn::ShiftRight<32>(hn::Not(key))));
    const auto zero = hn::Eq(rank, hn::Zero(df));
    const auto score = hn::IfThenZeroElse(zero, ScoreVector<kRooted>(df, scale, rank));
    const auto bits = hn::ShiftLeft<32>(hn::PromoteTo(d, hn::Not(hn::BitCast(du, score))));
    hn::StoreU(hn::Or(bits, hn::And(key, hn::Set(d, ~kRankBits))), d, keys + k);
  }
}

// Keys of scores in place of ranks; a rank of 0 stays. Up to a vector more is read and written.
inline void ScoreKeys(const Scoring& by, uint64_t* HWY_RESTRICT keys, size_t size) {
  if (by.vectors)
    return by.rooted ? ScoreKeysVectors<true>(by.scale, keys, size)
                     : ScoreKeysVectors<false>(by.scale, keys, size);
  for (size_t k = 0; k < size; ++k) {
    const float rank = RankOfKey(keys[k]);
    if (rank > 0) keys[k] = KeyOf(Score(*by.spec, *by.anchor, rank), static_cast<uint32_t>(keys[k]));
  }
}

inline void WriteScored(uint64_t key, Scored* to) {
  const uint64_t scored = key ^ kRankBits;
  __builtin_memcpy(to, &scored, sizeof scored);
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
