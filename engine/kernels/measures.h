// Association measures of an anchor and a candidate, from sums of fixed-point weights. Formulas:
// engine/kernels/README.md.
//
// A row is ranked by Rank(), the cheapest function of the counts that orders as the measure does; Score()
// turns the rank of what is kept into the measure's value. All arithmetic is IEEE, in one order, so that
// every SIMD path gives the same bits.
#ifndef AWASE_ENGINE_KERNELS_MEASURES_H_
#define AWASE_ENGINE_KERNELS_MEASURES_H_

#include <cmath>
#include <cstdint>
#include <span>

#include "engine/kernels/elementary.h"

namespace awase::kernels {

// Weights and their sums are multiples of 1 / 65536.
inline constexpr double kWeightScale = 65536.0;

enum class Association : uint8_t { kJaccard, kLlr, kConfidence, kCosine, kLift, kExpected, kCount };

// What a measure needs to know; the exponents are those of jaccard (power) and cosine (a: anchor, b:
// candidate).
struct MeasureSpec {
  Association association = Association::kJaccard;
  double power = 1.0;
  double cosine_a = 0.5;
  double cosine_b = 0.5;
};

// Units with the anchor and `others` further items: their weights. For `expected` only.
struct SizeClass {
  uint32_t others;
  double weight;  // in units, not fixed point
};

// One row. Sums are in fixed point, below 2^52.
struct Anchor {
  uint64_t weight = 0;               // n: units with the anchor
  uint64_t all = 0;                  // every unit
  float ratio_base = 0;              // n as a float
  double entropy = 0;                // the part of the log-likelihood that only depends on the row
  double scale = 1;                  // from rank to score, where that is a product
  std::span<const SizeClass> sizes;  // expected: ascending by `others`
};

inline double XLogX(double x) noexcept { return x > 0 ? x * Log(x) : 0.0; }

inline Anchor AnchorOf(const MeasureSpec& spec, uint64_t weight, uint64_t all,
                       std::span<const SizeClass> sizes = {}) noexcept {
  const double n = static_cast<double>(weight) / kWeightScale, t = static_cast<double>(all) / kWeightScale;
  Anchor anchor{weight, all, static_cast<float>(weight), 0, 1, sizes};
  if (spec.association == Association::kLlr) anchor.entropy = XLogX(t) - XLogX(n) - XLogX(t - n);
  if (spec.association == Association::kConfidence) anchor.scale = 1.0 / static_cast<double>(weight);
  if (spec.association == Association::kCosine) anchor.scale = Pow(n, -spec.cosine_a) / kWeightScale;
  if (spec.association == Association::kLift) anchor.scale = t / n / kWeightScale;
  if (spec.association == Association::kCount) anchor.scale = 1.0 / kWeightScale;
  return anchor;
}

// c > n m / all, exactly: the two occur together more often than chance has it.
inline bool Positive(uint64_t c, uint64_t n, uint64_t m, uint64_t all) noexcept {
  __extension__ using Wide = unsigned __int128;
  return static_cast<Wide>(c) * all > static_cast<Wide>(n) * m;
}

// What a candidate of weight m brings to every rank. jaccard: m; cosine: m^-b; lift: 1/m; others: 1.
inline float FactorOf(const MeasureSpec& spec, uint64_t m) noexcept {
  const double units = static_cast<double>(m) / kWeightScale;
  switch (spec.association) {
    case Association::kJaccard:
      return static_cast<float>(m);
    case Association::kCosine:
      return m == 0 ? 0.0f : static_cast<float>(Pow(units, -spec.cosine_b));
    case Association::kLift:
      return m == 0 ? 0.0f : static_cast<float>(1.0 / units);
    default:
      return 1.0f;
  }
}

// llr: the part that only depends on the candidate. expected: ln-free probability that a random purchase is
// not the candidate, `purchases` being the sum of all candidates' weights. Others: 0.
inline double TermOf(const MeasureSpec& spec, uint64_t m, uint64_t all, uint64_t purchases) noexcept {
  const double units = static_cast<double>(m) / kWeightScale, t = static_cast<double>(all) / kWeightScale;
  if (spec.association == Association::kLlr) return -(XLogX(units) + XLogX(t - units));
  if (spec.association == Association::kExpected)
    return 1.0 - static_cast<double>(m) / static_cast<double>(purchases);
  return 0.0;
}

// Smallest score of an edge: a positive association whose value is lost in rounding.
inline constexpr float kLeastScore = 1e-30f;

// Rank of a candidate, 0 when it must not be kept (no positive association).
//   c   sum of weights of the units with both, 0 < c <= anchor.weight
//   m   the candidate's own sum; factor, term: of FactorOf and TermOf
inline float Rank(const MeasureSpec& spec, const Anchor& anchor, uint64_t c, uint64_t m, float factor,
                  double term) noexcept {
  const float joint = static_cast<float>(c);
  switch (spec.association) {
    case Association::kJaccard:
      return joint / ((anchor.ratio_base + factor) - joint);
    case Association::kConfidence:
    case Association::kCosine:
    case Association::kCount:
      return joint * factor;
    case Association::kLift:
      return Positive(c, anchor.weight, m, anchor.all) ? joint * factor : 0.0f;
    case Association::kLlr: {
      if (!Positive(c, anchor.weight, m, anchor.all)) return 0.0f;
      const auto cell = [](uint64_t units) { return XLogX(static_cast<double>(units) / kWeightScale); };
      const double both = cell(c) + cell(anchor.weight - c);
      const double neither = cell(m - c) + cell((anchor.all - anchor.weight) - (m - c));
      const float llr = static_cast<float>(2.0 * ((both + neither) + (anchor.entropy + term)));
      return llr > kLeastScore ? llr : kLeastScore;
    }
    case Association::kExpected: {
      double expected = 0.0, without = 1.0;  // chance that none of the other purchases is the candidate
      uint32_t others = 0;
      for (const SizeClass& size : anchor.sizes) {
        double square = term;
        for (uint32_t gap = size.others - others; gap > 0; gap >>= 1) {
          if (gap & 1) without *= square;
          square *= square;
        }
        others = size.others;
        expected += size.weight * (1.0 - without);
      }
      const double excess = static_cast<double>(c) / kWeightScale - expected;
      if (!(excess > 0.0) || !(expected > 0.0)) return 0.0f;
      const float score = static_cast<float>(excess / std::sqrt(expected));
      return score > kLeastScore ? score : kLeastScore;
    }
  }
  return 0.0f;
}

inline float ScaledScore(double scale, float rank) noexcept {
  const float score = static_cast<float>(static_cast<double>(rank) * scale);
  return score > kLeastScore ? score : kLeastScore;
}

// The measure's value from the rank of a candidate.
inline float Score(const MeasureSpec& spec, const Anchor& anchor, float rank) noexcept {
  if (spec.association != Association::kJaccard) return ScaledScore(anchor.scale, rank);
  const float score = static_cast<float>(Pow(static_cast<double>(rank), spec.power));
  return score > kLeastScore ? score : kLeastScore;
}

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_MEASURES_H_
