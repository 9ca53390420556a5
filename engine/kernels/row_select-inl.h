// The best of many ranks: a bound that they reach, and their order. Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_ROW_SELECT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_ROW_SELECT_INL_H_
#undef AWASE_ENGINE_KERNELS_ROW_SELECT_INL_H_
#else
#define AWASE_ENGINE_KERNELS_ROW_SELECT_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <bit>

#include "engine/kernels/lanes-inl.h"
#include "engine/kernels/row.h"
#include "engine/kernels/row_lanes-inl.h"
#include "engine/kernels/row_layout.h"
#include "engine/kernels/row_score-inl.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

inline constexpr float kAnyRank = 1e-44f;    // smaller than every rank but 0
inline constexpr size_t kMostGroups = 1024;  // of ranks, whose maxima bound the best
inline constexpr size_t kPlaced = 1024;  // more candidates than this are thinned out before they are placed

// A bound that at least `wanted` of the ranks reach, and not many more unless they are equal: bisection on
// the bits of the floats, which order as the ranks do. Counting passes over contiguous floats are cheaper
// than a heap or a histogram.
inline float Bisect(const float* ranks, size_t size, size_t wanted) {
  const uint32_t top = std::bit_cast<uint32_t>(Highest(ranks, size));
  const size_t enough = wanted + wanted / 8 + 4;
  uint32_t low = std::bit_cast<uint32_t>(kAnyRank), high = top + 1;  // fewer than `wanted` reach high
  // Most ranks lie within a factor 2^6 of the highest, nearly all within 2^12.
  for (const uint32_t octaves : {6u, 12u}) {
    const uint32_t guess = octaves << 23;
    if (top <= guess + low || low != std::bit_cast<uint32_t>(kAnyRank)) break;
    const size_t count = CountAtLeast(ranks, size, std::bit_cast<float>(top - guess));
    (count >= wanted ? low : high) = top - guess;
    if (count >= wanted && count <= enough) return std::bit_cast<float>(low);
  }
  if (low == std::bit_cast<uint32_t>(kAnyRank) && CountAtLeast(ranks, size, kAnyRank) <= wanted)
    return kAnyRank;
  while (high - low > 1) {
    const uint32_t middle = low + (high - low) / 2;
    const size_t count = CountAtLeast(ranks, size, std::bit_cast<float>(middle));
    if (count < wanted) {
      high = middle;
    } else {
      low = middle;
      if (count <= enough) break;
    }
  }
  return std::bit_cast<float>(low);
}

// As Bisect, in one pass when the ranks are many: the wanted-th best of the maxima of disjoint groups is a
// bound too, and with four groups a place about an eighth too many reach it.
inline float BoundOfBest(const float* ranks, size_t size, size_t wanted) {
  if (size <= wanted) return kAnyRank;
  const size_t groups = (4 * wanted + kLanes - 1) / kLanes * kLanes;
  if (groups > kMostGroups || size < 3 * groups) return Bisect(ranks, size, wanted);
  HWY_ALIGN float highest[kMostGroups];
  GroupMaxima(ranks, size, groups, highest);
  return Bisect(highest, groups, wanted);
}

using Keys = hn::CappedTag<int64_t, 8>;
inline constexpr size_t kKeyLanes = hn::MaxLanes(Keys());

// One more where `passing` is less than the key.
HWY_INLINE hn::Vec<Keys> CountLess(hn::Vec<Keys> passing, hn::Vec<Keys> key, hn::Vec<Keys> count) {
  const Keys d;
#if HWY_TARGET == HWY_AVX3
  return hn::IfThenElse(hn::Lt(passing, key), hn::Add(count, hn::Set(d, 1)), count);  // one masked addition
#else
  // Where lanes of 64 bits are not compared at once: the sign of a difference that cannot overflow.
  const hn::RebindToUnsigned<Keys> du;
  if constexpr (kPlainLanes)
    return hn::Add(count, hn::BitCast(d, hn::ShiftRight<63>(hn::BitCast(du, hn::Sub(passing, key)))));
  return hn::Sub(count, hn::VecFromMask(d, hn::Lt(passing, key)));
#endif
}

// Places of kVectors vectors of keys from `first` on, which stay in registers while all keys pass by. As
// signed numbers, which every instruction set compares: ranks are floats from 0 on, so the upper half's top
// bit is set in all keys.
template <size_t kVectors>
HWY_INLINE void PlaceSome(const uint64_t* HWY_RESTRICT keys, size_t size, size_t first,
                          uint32_t* HWY_RESTRICT places) {
  const Keys d;
  const auto* signed_keys = reinterpret_cast<const int64_t*>(keys);
  const auto key0 = hn::LoadU(d, signed_keys + first), key1 = hn::LoadU(d, signed_keys + first + kKeyLanes);
  const auto key2 = hn::LoadU(d, signed_keys + first + (kVectors - 2) * kKeyLanes);
  const auto key3 = hn::LoadU(d, signed_keys + first + (kVectors - 1) * kKeyLanes);
  auto count0 = hn::Zero(d), count1 = hn::Zero(d), count2 = hn::Zero(d), count3 = hn::Zero(d);
  for (size_t other = 0; other < size; ++other) {
    const auto passing = hn::Set(d, signed_keys[other]);
    count0 = CountLess(passing, key0, count0);
    count1 = CountLess(passing, key1, count1);
    if constexpr (kVectors == 4) {
      count2 = CountLess(passing, key2, count2);
      count3 = CountLess(passing, key3, count3);
    }
  }
  const hn::Rebind<uint64_t, Keys> d64;
  const hn::Rebind<uint32_t, Keys> d32;
  const auto store = [&](hn::Vec<Keys> count, size_t vector) HWY_ATTR {
    hn::StoreU(hn::TruncateTo(d32, hn::BitCast(d64, count)), d32, places + first + vector * kKeyLanes);
  };
  store(count0, 0);
  store(count1, 1);
  if constexpr (kVectors == 4) {
    store(count2, 2);
    store(count3, 3);
  }
}

// places[k] = how many keys are smaller than keys[k]: a sort without a branch that could be mispredicted.
// Keys of ranks above 0 are distinct; up to 32 words behind the last are read, and as many places written.
inline void PlaceKeys(const uint64_t* HWY_RESTRICT keys, size_t size, uint32_t* HWY_RESTRICT places) {
  size_t first = 0;
  for (; first + 2 * kKeyLanes < size; first += 4 * kKeyLanes) PlaceSome<4>(keys, size, first, places);
  if (first < size) PlaceSome<2>(keys, size, first, places);
}

// Of more candidates with keys than can be placed, those up to the last key that is kept; their ranks are in
// the keys and stay behind.
inline size_t ThinOut(size_t found, size_t wanted, uint64_t* keys, const Ranked& best) {
  std::copy_n(keys, found, keys + found);
  std::nth_element(keys + found, keys + found + wanted - 1, keys + 2 * found);
  const uint64_t last = keys[found + wanted - 1];
  size_t stay = 0;
  for (size_t k = 0; k < found; ++k) {
    if (keys[k] > last) continue;
    keys[stay] = keys[k];
    if (best.met != nullptr) best.met[stay] = best.met[k];
    best.labels[stay++] = best.labels[k];
  }
  return stay;
}

// Units and customers with a candidate, by its place in the lists of `best`.
template <uint32_t kBytes>
struct Counts {
  const uint32_t *met, *labels, *repeats;
  const typename Counter<kBytes>::Word* words;
  uint32_t shift;

  Counts(const Ranked& best, const RowScratch& scratch)
      : met(best.met),
        labels(best.labels),
        repeats(scratch.repeated_size > 0 || scratch.repeats_everywhere ? scratch.repeats.data() : nullptr),
        words(reinterpret_cast<const typename Counter<kBytes>::Word*>(scratch.counters.data())),
        shift(scratch.shift) {}
  HWY_INLINE uint32_t CustomersOf(size_t k) const {
    return static_cast<uint32_t>((met != nullptr ? uint64_t{met[k]} : uint64_t{words[labels[k]]}) >> shift);
  }
};

// Puts the counts of candidate candidate_at(k) to place_at(k), for all k < size.
template <uint32_t kBytes, class CandidateAt, class PlaceAt>
HWY_INLINE void WriteCounts(const Counts<kBytes>& counts, size_t size, const CandidateAt& candidate_at,
                            const PlaceAt& place_at, const KeptRow& kept) {
  uint32_t* HWY_RESTRICT units = kept.units;
  for (size_t k = 0; k < size; ++k) units[place_at(k)] = counts.CustomersOf(candidate_at(k));
  if (kept.customers != nullptr) std::copy_n(units, size, kept.customers);
  if (counts.repeats == nullptr) return;
  for (size_t k = 0; k < size; ++k) units[place_at(k)] += counts.repeats[counts.labels[candidate_at(k)]];
}

// Puts what is kept in the order of scores and, where they are equal, items.
inline void SortAgain(size_t size, const KeptRow& kept) {
  struct All {
    Scored scored;
    uint32_t units, customers;
  };
  All all[kMostKept];
  for (size_t p = 0; p < size; ++p)
    all[p] = {kept.scored[p], kept.units[p], kept.customers != nullptr ? kept.customers[p] : 0};
  std::sort(all, all + size, [](const All& a, const All& b) {
    return a.scored.score != b.scored.score ? a.scored.score > b.scored.score : a.scored.item < b.scored.item;
  });
  for (size_t p = 0; p < size; ++p) {
    kept.scored[p] = all[p].scored;
    kept.units[p] = all[p].units;
    if (kept.customers != nullptr) kept.customers[p] = all[p].customers;
  }
}

inline constexpr size_t kMostPlaced = kMostKept + kPlaced + kVectorSlack;

// Puts every candidate where the key of its score says.
template <uint32_t kBytes>
HWY_INLINE void PutInPlace(const Ranked& all, const uint64_t* HWY_RESTRICT keys, size_t size,
                           const RowScratch& scratch, const KeptRow& kept) {
  uint32_t places[kMostPlaced];
  PlaceKeys(keys, size, places);
  for (size_t k = 0; k < size; ++k) WriteScored(keys[k], kept.scored + places[k]);
  WriteCounts<kBytes>(
      {all, scratch}, size, [](size_t k) { return k; }, [&](size_t k) { return places[k]; }, kept);
}

// The best of the candidates, of which enough have a rank of `bound`, in order.
template <uint32_t kBytes>
uint32_t Select(const Matrix& m, const Scoring& scoring, const Ranked& candidates, size_t size, float bound,
                RowScratch& scratch, const KeptRow& kept) {
  uint64_t* keys = scratch.keys.data();
  if (size <= kept.most) {  // all but those of rank 0, whose keys are the largest
    MakeKeys(candidates.ranks, candidates.labels, m.item_of.data(), size, keys);
    ScoreKeys(scoring, keys, size);
    PutInPlace<kBytes>(candidates, keys, size, scratch, kept);
    return static_cast<uint32_t>(CountAtLeast(candidates.ranks, size, kAnyRank));
  }
  const Ranked best = {scratch.ranks.data(), scratch.found.data(), candidates.met};
  size_t found = Collect(candidates, size, bound, best);
  MakeKeys(best.ranks, best.labels, m.item_of.data(), found, keys);
  if (found > std::max(kPlaced, kept.most)) found = ThinOut(found, kept.most, keys, best);
  uint32_t places[kMostPlaced], order[kMostPlaced];
  PlaceKeys(keys, found, places);
  ScoreKeys(scoring, keys, found);
  for (size_t k = 0; k < found; ++k) order[places[k]] = static_cast<uint32_t>(k);
  const size_t filled = std::min(found, kept.most);
  // Scores can be equal where ranks are not: an item out of order is common and comes at random, so no
  // branch.
  unsigned out_of_order = 0;
  uint64_t last = 0;
  for (size_t p = 0; p < filled; ++p) {
    const uint64_t key = keys[order[p]];
    out_of_order |= static_cast<unsigned>(last > key);
    last = key;
    WriteScored(key, kept.scored + p);
  }
  WriteCounts<kBytes>(
      {best, scratch}, filled, [&](size_t p) { return order[p]; }, [](size_t p) { return p; }, kept);
  if (out_of_order != 0) SortAgain(filled, kept);
  return static_cast<uint32_t>(filled);
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
