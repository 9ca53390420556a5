#include "engine/answer/evidence.h"

#include <algorithm>
#include <cmath>

namespace awase {
namespace {

// Lower end of the 95 % score interval of k / n. Source: Wilson, JASA 22, 1927.
double WilsonLower(double k, double n) {
  if (n <= 0) return 0;
  constexpr double z = 1.959963984540054;
  const double p = k / n, zz = z * z;
  const double middle = p + zz / (2 * n), spread = z * std::sqrt(p * (1 - p) / n + zz / (4 * n * n));
  return std::max(0.0, (middle - spread) / (1 + zz / n));
}

__extension__ typedef unsigned __int128 Wide;  // products of two counts

double XLogX(double x) { return x > 0 ? x * std::log(x) : 0; }

// Signed log-likelihood ratio of a 2 x 2 table. Source: Dunning, Computational Linguistics 19(1), 1993. The
// sum of near-independent tables cancels to a tiny positive number, so the sign is decided in integers.
double SignedLlr(uint64_t joint, uint64_t anchor, uint64_t candidate, uint64_t population) {
  if (joint > std::min(anchor, candidate) || anchor + candidate > population + joint || population == 0)
    return 0;
  const auto k11 = static_cast<double>(joint), k12 = static_cast<double>(anchor - joint);
  const auto k21 = static_cast<double>(candidate - joint);
  const auto k22 = static_cast<double>(population + joint - anchor - candidate);
  const double rows = XLogX(k11 + k12) + XLogX(k21 + k22), columns = XLogX(k11 + k21) + XLogX(k12 + k22);
  const double cells = XLogX(k11) + XLogX(k12) + XLogX(k21) + XLogX(k22);
  const double llr = std::max(0.0, 2 * (cells - rows - columns + XLogX(static_cast<double>(population))));
  const Wide observed = Wide{joint} * population, expected = Wide{anchor} * candidate;
  return observed == expected ? 0 : observed > expected ? llr : -llr;
}

}  // namespace

Evidence EvidenceOf(const Model& model, ItemId anchor, uint32_t edge) {
  Evidence evidence{.anchor = anchor, .candidate = anchor};
  if (edge >= model.neighbours(anchor).size() || model.neighbours(anchor)[edge].item >= model.items())
    return evidence;
  const EdgeEvidence& counts = model.evidence(anchor)[edge];
  evidence.candidate = ItemId{model.neighbours(anchor)[edge].item};
  evidence.joint_customers = counts.joint_customers;
  evidence.joint = counts.joint_units;
  evidence.anchor_count = model.support_units()[Index(anchor)];
  evidence.candidate_count = model.support_units()[Index(evidence.candidate)];
  evidence.population = model.units();
  evidence.median_lag = counts.median_lag;
  const auto joint = static_cast<double>(evidence.joint),
             of_anchor = static_cast<double>(evidence.anchor_count);
  if (of_anchor > 0 && joint <= of_anchor) {
    evidence.confidence = joint / of_anchor;
    evidence.confidence_lower = WilsonLower(joint, of_anchor);
  }
  if (evidence.candidate_count > 0 && evidence.population > 0) {
    const double base =
        static_cast<double>(evidence.candidate_count) / static_cast<double>(evidence.population);
    evidence.lift = evidence.confidence / base;
  }
  evidence.llr =
      SignedLlr(evidence.joint, evidence.anchor_count, evidence.candidate_count, evidence.population);
  return evidence;
}

}  // namespace awase
