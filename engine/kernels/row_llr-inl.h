// Log-likelihood ratios of many candidates at once, to the bit as Rank() has them. Included once per
// instruction set.
#if defined(AWASE_ENGINE_KERNELS_ROW_LLR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_ROW_LLR_INL_H_
#undef AWASE_ENGINE_KERNELS_ROW_LLR_INL_H_
#else
#define AWASE_ENGINE_KERNELS_ROW_LLR_INL_H_
#endif

#include <hwy/highway.h>

#include "engine/kernels/lanes-inl.h"
#include "engine/kernels/row.h"
#include "engine/kernels/row_layout.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

// What a row's log-likelihoods have in common.
struct LlrRow {
  const Matrix* matrix;
  const Anchor* anchor;
  uint64_t mask;       // weight bits of a counter
  uint32_t unit_bits;  // a counter's 1 weighs 2^unit_bits
};

inline float LlrOf(const LlrRow& row, uint64_t word, uint32_t label) {
  const Matrix& m = *row.matrix;
  return Rank(m.spec, *row.anchor, (word & row.mask) << row.unit_bits, m.weight[label], m.factor[label],
              m.term[label]);
}

using Doubles = hn::CappedTag<double, 8>;
using Longs = hn::RebindToUnsigned<Doubles>;

// Integers below 2^52 to doubles, exactly.
template <class V>
HWY_INLINE hn::Vec<Doubles> ToDoubles(V whole) {
  const Doubles d;
  const Longs du;
  return hn::Sub(hn::BitCast(d, hn::Or(whole, hn::Set(du, uint64_t{0x4330000000000000}))),
                 hn::Set(d, 4503599627370496.0));
}

// Log() of elementary.h, operation by operation.
HWY_INLINE hn::Vec<Doubles> LogVector(hn::Vec<Doubles> x) {
  const Doubles d;
  const Longs du;
  const hn::RebindToSigned<Doubles> di;
  const auto bits = hn::BitCast(du, x);
  const auto exponent =
      hn::ShiftRight<52>(hn::BitCast(di, hn::Sub(bits, hn::Set(du, uint64_t{0x3fe6a09e667f3bcd}))));
  const auto mantissa = hn::BitCast(d, hn::Sub(bits, hn::ShiftLeft<52>(hn::BitCast(du, exponent))));
  const auto s = hn::Div(hn::Sub(mantissa, hn::Set(d, 1.0)), hn::Add(mantissa, hn::Set(d, 1.0)));
  const auto z = hn::Mul(s, s);
  auto p = hn::Set(d, 2.0 / 21);
  for (const double c :
       {2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13, 2.0 / 11, 2.0 / 9, 2.0 / 7, 2.0 / 5, 2.0 / 3}) {
    p = hn::Add(hn::Mul(p, z), hn::Set(d, c));
  }
  const auto positive = hn::BitCast(du, hn::Add(exponent, hn::Set(di, 4096)));
  const auto e = hn::Sub(ToDoubles(positive), hn::Set(d, 4096.0));
  const auto low = hn::Add(hn::Mul(hn::Mul(s, z), p), hn::Mul(e, hn::Set(d, kLn2Low)));
  return hn::Add(hn::Mul(e, hn::Set(d, kLn2High)), hn::Add(hn::Mul(hn::Set(d, 2.0), s), low));
}

HWY_INLINE hn::Vec<Doubles> CellVector(hn::Vec<Longs> fixed) {
  const Doubles d;
  const auto x = hn::Mul(ToDoubles(fixed), hn::Set(d, 1.0 / kWeightScale));
  return hn::IfThenElseZero(hn::Gt(x, hn::Zero(d)), hn::Mul(x, LogVector(x)));
}

// Ranks of the candidates in `labels`; 0 for those that are together no more often than chance.
template <uint32_t kBytes>
void RankLlr(const LlrRow& row, const typename Counter<kBytes>::Word* words, const uint32_t* labels,
             size_t size, float* ranks) {
  const Doubles d;
  const Longs du;
  const hn::Rebind<float, Doubles> df;
  const Matrix& m = *row.matrix;
  const auto n = hn::Set(du, row.anchor->weight), rest = hn::Set(du, row.anchor->all - row.anchor->weight);
  const auto n_real = ToDoubles(n), all_real = hn::Set(d, static_cast<double>(row.anchor->all));
  const auto entropy = hn::Set(d, row.anchor->entropy);
  HWY_ALIGN uint64_t joint[8], weight[8];
  HWY_ALIGN double term[8];
  const size_t lanes = hn::Lanes(d);
  size_t k = 0;
  for (; k + lanes <= size; k += lanes) {
    for (size_t lane = 0; lane < lanes; ++lane) {
      const uint32_t label = labels[k + lane];
      joint[lane] = (static_cast<uint64_t>(words[label]) & row.mask) << row.unit_bits;
      weight[lane] = m.weight[label];
      term[lane] = m.term[label];
    }
    const auto c = hn::Load(du, joint), other = hn::Load(du, weight);
    const auto alone = hn::Sub(other, c);
    const auto both = hn::Add(CellVector(c), CellVector(hn::Sub(n, c)));
    const auto neither = hn::Add(CellVector(alone), CellVector(hn::Sub(rest, alone)));
    const auto sum = hn::Add(hn::Add(both, neither), hn::Add(entropy, hn::Load(d, term)));
    const auto narrow = hn::Max(hn::DemoteTo(df, hn::Mul(hn::Set(d, 2.0), sum)), hn::Set(df, kLeastScore));
    // The sign, in doubles where they are sure of it.
    const auto seen = hn::Mul(ToDoubles(c), all_real), chance = hn::Mul(n_real, ToDoubles(other));
    const auto excess = hn::Sub(seen, chance);
    const auto doubt = hn::Le(hn::Abs(excess), hn::Mul(chance, hn::Set(d, 1e-14)));
    const auto above = hn::DemoteTo(df, hn::Min(hn::Max(excess, hn::Set(d, -1.0)), hn::Set(d, 1.0)));
    hn::StoreU(hn::IfThenElseZero(hn::Gt(above, hn::Zero(df)), narrow), df, ranks + k);
    if (HWY_LIKELY(hn::AllFalse(d, doubt))) continue;
    for (size_t lane = 0; lane < lanes; ++lane)
      ranks[k + lane] = LlrOf(row, words[labels[k + lane]], labels[k + lane]);
  }
  for (; k < size; ++k) ranks[k] = LlrOf(row, words[labels[k]], labels[k]);
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
