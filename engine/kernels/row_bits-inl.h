// Counting a row by bits. Included once per instruction set.
#if defined(AWASE_ENGINE_KERNELS_ROW_BITS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AWASE_ENGINE_KERNELS_ROW_BITS_INL_H_
#undef AWASE_ENGINE_KERNELS_ROW_BITS_INL_H_
#else
#define AWASE_ENGINE_KERNELS_ROW_BITS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <bit>

#include "engine/kernels/bit_sums-inl.h"
#include "engine/kernels/bitmaps.h"
#include "engine/kernels/row.h"
#include "engine/kernels/row_layout.h"

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

// Labels of a row's baskets in each of their lines, on average, below which vectors of less than a line are
// not worth it.
inline constexpr uint64_t kLabelsANarrowLine = 16;

inline bool CountsByBits(const Matrix& matrix, const RowPlan& plan, size_t visits,
                         const RowScratch& scratch) {
  if (matrix.bitmaps == nullptr || !matrix.uniform || !scratch.scan) return false;
  const uint64_t lines = uint64_t{visits} * matrix.bitmaps->chunks;
  return kVectorLongs == kLineLongs || plan.pairs >= kLabelsANarrowLine * lines;
}

// Numbers of the baskets visited; and, when owners repeat, those that stand alone parted from groups of one
// owner's.
inline void ListVisits(const Matrix& matrix, bool owners_repeat, std::span<const uint32_t> visits,
                       BitLists& lists) {
  const Bitmaps& bitmaps = *matrix.bitmaps;
  lists.all.resize(visits.size());
  for (size_t v = 0; v < visits.size(); ++v) lists.all[v] = bitmaps.BasketAt(visits[v] & ~kSameOwner);
  if (owners_repeat) {
    const auto again = [&](size_t v) { return v < visits.size() && (visits[v] & kSameOwner) != 0; };
    for (auto* list : {&lists.alone, &lists.grouped, &lists.group_ends}) list->clear();
    for (size_t v = 0; v < visits.size(); ++v) {
      if (!again(v) && !again(v + 1)) {
        lists.alone.push_back(lists.all[v]);
        continue;
      }
      if (!again(v)) lists.group_ends.push_back(0);
      lists.grouped.push_back(lists.all[v]);
      lists.group_ends.back() = static_cast<uint32_t>(lists.grouped.size());
    }
    lists.groups.resize(lists.group_ends.size());
    for (uint32_t g = 0; g < lists.groups.size(); ++g) lists.groups[g] = g;
    FillUp(lists.groups, static_cast<uint32_t>(lists.group_ends.size()));
    FillUp(lists.alone, bitmaps.baskets);
  }
  FillUp(lists.all, bitmaps.baskets);
}

// Repeats of one chunk, from its units: less one for each customer.
inline void TakeCustomers(const BitSums& customers, uint32_t digits, uint32_t* HWY_RESTRICT repeats) {
  HWY_ALIGN uint32_t owners[kChunkLabels];
  Spread<uint32_t, false>(customers, digits, 0, owners);
  for (size_t k = 0; k < kChunkLabels; ++k) repeats[k] -= owners[k];
}

template <class Word>
void CountByBits(const Matrix& matrix, const RowPlan& plan, std::span<const uint32_t> visits,
                 RowScratch& scratch) {
  const Bitmaps& bitmaps = *matrix.bitmaps;
  BitLists& lists = scratch.bits;
  ListVisits(matrix, plan.owners_repeat, visits, lists);
  const bool repeated = plan.owners_repeat && !plan.once_per_owner;  // units and customers differ
  const auto digits = static_cast<uint32_t>(std::bit_width(visits.size()));
  auto* words = reinterpret_cast<Word*>(scratch.counters.data());
  BitSums sums;
  for (uint32_t c = 0; c < bitmaps.chunks; ++c, words += kChunkLabels) {
    uint32_t* repeats = scratch.repeats.data() + size_t{c} * kChunkLabels;
    sums.Clear(digits + 4);
    if (c + 1 < bitmaps.chunks) {
      FetchLines(bitmaps.chunk(c + 1), lists.all.data(), std::min(lists.all.size(), kLinesAhead));
    }
    if (repeated || !plan.owners_repeat) {
      AddLines(bitmaps.chunk(c), lists.all, digits, sums);
      Spread<Word, false>(sums, digits, 0, words);
      if (!repeated) continue;
      Spread<uint32_t, false>(sums, digits, 0, repeats);
      sums.Clear(digits + 4);
    }
    MergeGroups(bitmaps.chunk(c), lists.grouped, lists.group_ends, lists.merged);
    AddLines(bitmaps.chunk(c), lists.alone, digits, sums);
    AddLines(lists.merged.data(), lists.groups, digits, sums);
    if (repeated) {
      Spread<Word, true>(sums, digits, scratch.shift, words);
      TakeCustomers(sums, digits, repeats);
    } else {
      Spread<Word, false>(sums, digits, 0, words);
    }
  }
  scratch.touched_size = 0;
  scratch.repeats_everywhere = repeated;
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
