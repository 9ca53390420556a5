// Weighing a counted row and keeping its best. Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_ROW_KEEP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_ROW_KEEP_INL_H_
#undef AWASE_ENGINE_KERNELS_ROW_KEEP_INL_H_
#else
#define AWASE_ENGINE_KERNELS_ROW_KEEP_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <numeric>

#include "engine/kernels/row.h"
#include "engine/kernels/row_few-inl.h"
#include "engine/kernels/row_layout.h"
#include "engine/kernels/row_llr-inl.h"
#include "engine/kernels/row_rank-inl.h"
#include "engine/kernels/row_select-inl.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

inline constexpr size_t kScanBlock = 2048;   // columns whose ranks are made at once
inline constexpr size_t kFoundLimit = 2048;  // candidates of a scan before they are thinned out

// Labels whose counter is at least `least`, into scratch.found.
template <uint32_t kBytes>
size_t FindCandidates(uint64_t least, RowScratch& scratch) {
  const auto* words = reinterpret_cast<const typename Counter<kBytes>::Word*>(scratch.counters.data());
  uint32_t* labels = scratch.found.data();
  const uint32_t columns = scratch.scan ? scratch.columns : scratch.hot;
  size_t found = 0;
  for (uint32_t label = 0; label < columns; ++label) {
    labels[found] = label;
    found += words[label] >= least;
  }
  if (scratch.scan) return found;
  return found +
         FindAtLeast<kBytes>(words, least, scratch.touched.data(), scratch.touched_size, labels + found);
}

// Ranks of the candidates in scratch.found by the general formula.
template <uint32_t kBytes>
void RankSlowly(const Matrix& m, const Anchor& anchor, const LlrRow& row, size_t size, RowScratch& scratch) {
  const auto* words = reinterpret_cast<const typename Counter<kBytes>::Word*>(scratch.counters.data());
  for (size_t k = 0; k < size; ++k) {
    const uint32_t label = scratch.found[k];
    const uint64_t joint = (words[label] & row.mask) << row.unit_bits;
    scratch.ranks[k] =
        Rank(m.spec, anchor, joint, m.weight[label], m.factor[label], m.term.empty() ? 0 : m.term[label]);
  }
}

// Ranks by a scan over all columns; only what can still be among the best stays in found and ranks. The
// first columns are the most frequent ones, so their best are a good bound for the others.
template <uint32_t kBytes>
size_t RankByScan(const Matrix& m, const RankRule& rule, size_t wanted, RowScratch& scratch) {
  const auto* words = reinterpret_cast<const typename Counter<kBytes>::Word*>(scratch.counters.data());
  const float* factor = m.factor.data();
  const Ranked candidates{scratch.ranks.data(), scratch.found.data(), nullptr};
  const size_t head = std::min<size_t>(kScanBlock, scratch.columns);
  RankColumns<kBytes>(rule, words, factor, head, candidates.ranks);
  float bound = BoundOfBest(candidates.ranks, head, wanted);
  std::iota(candidates.labels, candidates.labels + head, 0u);
  size_t found = Collect(candidates, head, bound, candidates);
  for (size_t first = head; first < scratch.columns; first += kScanBlock) {
    const size_t size = std::min<size_t>(kScanBlock, scratch.columns - first);
    found += CollectColumns<kBytes>(rule, words + first, factor + first, static_cast<uint32_t>(first), size,
                                    bound, candidates.ranks + found, candidates.labels + found);
    if (found > kFoundLimit) {
      bound = BoundOfBest(candidates.ranks, found, wanted);
      found = Collect(candidates, found, bound, candidates);
    }
  }
  return found;
}

// Ranks of listed labels, whose counters are taken if they can be, and of the hot ones, of which only those
// stay that reach what the others do. `idle`: a label whose counter is zero; `bound`: BoundOfBest of them
// all.
template <uint32_t kBytes>
size_t RankByList(const Matrix& m, const RankRule& rule, uint32_t idle, size_t wanted,
                  const Ranked& candidates, size_t listed, uint32_t hot, RowScratch& scratch, float& bound) {
  auto* words = reinterpret_cast<typename Counter<kBytes>::Word*>(scratch.counters.data());
  RankTouched<kBytes>(rule, idle, words, m.factor.data(), candidates.labels, listed, candidates.met,
                      candidates.ranks);
  bound = BoundOfBest(candidates.ranks, listed, wanted);
  if (hot == 0) return listed;
  const size_t more = CollectColumns<kBytes>(rule, words, m.factor.data(), 0, hot, bound,
                                             candidates.ranks + listed, candidates.labels + listed);
  if constexpr (kTaken<kBytes>) {
    for (size_t k = listed; k < listed + more; ++k) candidates.met[k] = words[candidates.labels[k]];
  }
  if (more > wanted / 8) bound = BoundOfBest(candidates.ranks, listed + more, wanted);
  return listed + more;
}

// All counters become zero. `taken`: those of touched labels are.
template <uint32_t kBytes>
void Clear(bool taken, RowScratch& scratch) {
  auto* words = reinterpret_cast<typename Counter<kBytes>::Word*>(scratch.counters.data());
  if (scratch.scan) {
    std::fill_n(scratch.counters.begin(), (size_t{scratch.columns} * kBytes + 7) / 8, 0);
  } else if (!taken) {
    // Locals, since a counter of one byte may alias any member.
    const uint32_t* HWY_RESTRICT touched = scratch.touched.data();
    for (size_t t = 0, size = scratch.touched_size; t < size; ++t) words[touched[t]] = 0;
  }
  std::fill_n(words, scratch.hot, 0);
  for (uint32_t r = 0; r < scratch.repeated_size; ++r) scratch.repeats[scratch.repeated[r]] = 0;
  if (scratch.repeats_everywhere) std::fill(scratch.repeats.begin(), scratch.repeats.end(), 0);
  scratch.touched_size = scratch.repeated_size = 0;
  scratch.repeats_everywhere = false;
}

// Candidates of a row whose rank is no quotient or product of floats, with ranks; returns how many.
template <uint32_t kBytes>
size_t RankByFormula(const Matrix& m, const Anchor& anchor, uint64_t mask, uint64_t least,
                     RowScratch& scratch) {
  const auto* words = reinterpret_cast<const typename Counter<kBytes>::Word*>(scratch.counters.data());
  const LlrRow row{&m, &anchor, mask, m.uniform ? 16u : 0u};
  const size_t size = FindCandidates<kBytes>(least, scratch);
  if (m.spec.association == Association::kLlr) {
    RankLlr<kBytes>(row, words, scratch.found.data(), size, scratch.ranks.data());
  } else {
    RankSlowly<kBytes>(m, anchor, row, size, scratch);
  }
  PadRanks(scratch.ranks.data(), size);
  return size;
}

// Keeps the best of listed candidates. Of those that need to reach a floor few do: the others get no rank.
template <uint32_t kBytes>
uint32_t KeepListed(const Matrix& m, const RowPlan& plan, const RankRule& rule, const Scoring& scoring,
                    RowScratch& scratch, const KeptRow& kept) {
  const bool floor = m.min_customers > 1;
  Ranked candidates{scratch.ranks.data(), scratch.touched.data(), nullptr};
  size_t size = scratch.touched_size;
  if (floor) {
    candidates.labels = scratch.found.data();
    size = FindCandidates<kBytes>(rule.least, scratch);
  }
  const uint32_t hot = floor ? 0 : scratch.hot;
  const bool few = kTaken<kBytes> && scoring.vectors && hot == 0 && size <= kept.most;
  uint32_t kept_size;
  if (few) {
    kept_size = KeepFew<kBytes>(m, rule, scoring, plan.label, candidates.labels, size, scratch, kept);
  } else {
    if (kTaken<kBytes>) candidates.met = scratch.met.data();
    float bound = 0;
    size = RankByList<kBytes>(m, rule, plan.label, kept.most, candidates, size, hot, scratch, bound);
    kept_size = Select<kBytes>(m, scoring, candidates, size, bound, scratch, kept);
  }
  Clear<kBytes>(kTaken<kBytes> && !floor, scratch);
  return kept_size;
}

template <uint32_t kBytes>
uint32_t KeepWidth(const Matrix& m, const RowPlan& plan, const Anchor& anchor, RowScratch& scratch,
                   const KeptRow& kept) {
  auto* words = reinterpret_cast<typename Counter<kBytes>::Word*>(scratch.counters.data());
  words[plan.label] = 0;  // its own count is no candidate
  const uint64_t mask = scratch.shift == 0 ? ~uint64_t{0} : (uint64_t{1} << scratch.shift) - 1;
  const uint64_t least = uint64_t{m.min_customers} << scratch.shift;
  const Association a = m.spec.association;
  const bool formula = a == Association::kLlr || a == Association::kExpected || a == Association::kLift;
  const Scoring scoring(m.spec, anchor);
  const RankRule rule{anchor.ratio_base, m.uniform ? static_cast<float>(kWeightScale) : 1.0f, mask, least,
                      a == Association::kJaccard};
  if (plan.units >= m.min_customers && !formula && !scratch.scan)
    return KeepListed<kBytes>(m, plan, rule, scoring, scratch, kept);
  size_t size = 0;
  if (plan.units >= m.min_customers) {
    size = formula ? RankByFormula<kBytes>(m, anchor, mask, least, scratch)
                   : RankByScan<kBytes>(m, rule, kept.most, scratch);
  }
  const Ranked candidates{scratch.ranks.data(), scratch.found.data(), nullptr};
  const float bound = BoundOfBest(candidates.ranks, size, kept.most);
  const uint32_t kept_size = Select<kBytes>(m, scoring, candidates, size, bound, scratch, kept);
  Clear<kBytes>(false, scratch);
  return kept_size;
}

uint32_t KeepRowHere(const Matrix& m, const RowPlan& plan, const Anchor& anchor, RowScratch& scratch,
                     const KeptRow& kept) {
  switch (scratch.width) {
    case 1:
      return KeepWidth<1>(m, plan, anchor, scratch, kept);
    case 2:
      return KeepWidth<2>(m, plan, anchor, scratch, kept);
    case 4:
      return KeepWidth<4>(m, plan, anchor, scratch, kept);
    default:
      return KeepWidth<8>(m, plan, anchor, scratch, kept);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
