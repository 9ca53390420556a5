// Passes over the facts: lines of orders and views of sessions alike.
#ifndef AWASE_ENGINE_HISTORY_READING_H_
#define AWASE_ENGINE_HISTORY_READING_H_

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "engine/base/buffer.h"
#include "engine/facts/fact_table.h"
#include "engine/history/history.h"
#include "engine/history/units.h"

namespace awase {

inline uint32_t SourceOf(const LineFact& line) { return line.order; }
inline uint32_t SourceOf(const ViewFact& view) { return view.session; }

// What one pass finds.
struct Reading {
  explicit Reading(uint32_t size) : sources(size) {}
  Sources sources;
  UnixSeconds newest = kNoTime;
  HistoryReport report;  // lines, return_lines, non_product_lines
};

inline constexpr size_t kFactsAtOnce = 1 << 16;

template <class Fact, class Visit>
void ForEachStretch(const std::vector<Fact>& facts, const Visit& visit) {
  using Range = tbb::blocked_range<size_t>;
  tbb::parallel_for(Range(0, facts.size(), kFactsAtOnce), [&](const Range& r) { visit(r.begin(), r.end()); });
}

// Adds up the facts of each source for which counts(index, report) is true; flags every item in `seen`. The
// facts of a source mostly stand together, so a run of them costs one atomic operation. Runs in the caller's
// arena.
template <class Fact, class Counts>
Reading ReadSources(const std::vector<Fact>& facts, uint32_t sources, std::vector<uint8_t>& seen,
                    const Counts& counts) {
  Reading reading(sources);
  std::mutex merging;
  ForEachStretch(facts, [&](size_t stretch_begin, size_t stretch_end) {
    HistoryReport report;
    UnixSeconds newest = kNoTime;
    for (size_t begin = stretch_begin, end = begin; begin < stretch_end; begin = end) {
      const uint32_t source = SourceOf(facts[begin]);
      uint32_t lines = 0;
      UnixSeconds earliest = kNoNumber;
      for (; end < stretch_end && SourceOf(facts[end]) == source; ++end) {
        std::atomic_ref(seen[facts[end].item]).store(1, std::memory_order_relaxed);
        if (!counts(end, report)) continue;
        ++lines;
        earliest = std::min(earliest, facts[end].time);
        newest = std::max(newest, facts[end].time);
      }
      if (lines == 0) continue;
      std::atomic_ref(reading.sources.lines[source]).fetch_add(lines, std::memory_order_relaxed);
      std::atomic_ref<UnixSeconds> known(reading.sources.earliest[source]);
      UnixSeconds before = known.load(std::memory_order_relaxed);
      while (earliest < before && !known.compare_exchange_weak(before, earliest, std::memory_order_relaxed)) {
      }
    }
    const std::lock_guard lock(merging);
    reading.newest = std::max(reading.newest, newest);
    reading.report.lines += report.lines;
    reading.report.return_lines += report.return_lines;
    reading.report.non_product_lines += report.non_product_lines;
  });
  return reading;
}

// Writes the items of each unit into its slot, in any order. Runs in the caller's arena.
template <class Fact, class Counts>
void FillUnits(const std::vector<Fact>& facts, const std::vector<uint32_t>& unit_of,
               const std::vector<uint32_t>& item_of, const Counts& counts, Units& units) {
  std::vector<uint32_t> filled(units.size());
  ReserveHuge(units.by_unit.values, units.by_unit.offsets.back());
  units.by_unit.values.resize(units.by_unit.offsets.back());
  ForEachStretch(facts, [&](size_t stretch_begin, size_t stretch_end) {
    HistoryReport unused;
    std::vector<ItemId> items;
    for (size_t begin = stretch_begin, end = begin; begin < stretch_end; begin = end) {
      const uint32_t source = SourceOf(facts[begin]), unit = unit_of[source];
      items.clear();
      for (; end < stretch_end && SourceOf(facts[end]) == source; ++end) {
        if (unit != kNoNumber && counts(end, unused)) items.push_back(ItemId{item_of[facts[end].item]});
      }
      if (items.empty()) continue;
      const auto size = static_cast<uint32_t>(items.size());
      const uint32_t at = std::atomic_ref(filled[unit]).fetch_add(size, std::memory_order_relaxed);
      std::copy(items.begin(), items.end(), units.by_unit.values.begin() + units.by_unit.offsets[unit] + at);
    }
  });
}

}  // namespace awase

#endif  // AWASE_ENGINE_HISTORY_READING_H_
