#include "engine/history/reading.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <mutex>

namespace awase {
namespace {

constexpr size_t kFactsAtOnce = 1 << 16;

bool IsBought(const LineFact& line) { return line.quantity > 0; }
bool IsBought(const ViewFact&) { return true; }

// What one thread finds.
struct Tally {
  HistoryReport report;
  std::vector<uint32_t> returns;
  uint64_t runs = 0;
};

// First fact at or after `at` that does not continue its predecessor's source.
template <class Fact>
size_t RunBegin(std::span<const Fact> facts, size_t at) {
  while (at > 0 && at < facts.size() && SourceOf(facts[at]) == SourceOf(facts[at - 1])) ++at;
  return at;
}

// Reads facts of one source from `at` on, as far as they stand together and are not dropped(position);
// stages their items. Moves `at` behind them. Without branches on what counts: a coin's toss costs more than
// the line.
template <class Fact, class Dropped>
Source ReadRun(std::span<const Fact> facts, const Dropped& dropped, Counting& counting, uint32_t* items,
               size_t& at, Tally& tally) {
  Source source{static_cast<uint32_t>(at)};
  const uint32_t number = SourceOf(facts[at]);
  uint32_t* to = items + at;
  do {
    const Fact& fact = facts[at];
    const bool product = counting.Name(fact.item), in_range = counting.InRange(fact.time);
    const bool bought = IsBought(fact), counts = in_range && product && bought && !dropped(at);
    *to = fact.item;
    to += counts;
    source.earliest = std::min(source.earliest, counts ? fact.time : kNoNumber);
    source.newest = std::max(source.newest, counts ? fact.time : kNoTime);
    tally.report.non_product_lines += in_range && !product;
    if (in_range && product && !bought) tally.returns.push_back(static_cast<uint32_t>(at));
    ++at;
  } while (at < facts.size() && SourceOf(facts[at]) == number);
  source.lines = static_cast<uint32_t>(to - (items + source.begin));
  return source;
}

// Threads meet on a source only where facts are scattered, and then find out by the number of runs.
void Store(const Source& source, Source& to) {
  std::atomic_ref(to.begin).store(source.begin, std::memory_order_relaxed);
  std::atomic_ref(to.lines).store(source.lines, std::memory_order_relaxed);
  std::atomic_ref(to.earliest).store(source.earliest, std::memory_order_relaxed);
  std::atomic_ref(to.newest).store(source.newest, std::memory_order_relaxed);
}

}  // namespace

template <class Fact>
SourceLines ReadSources(std::span<const Fact> facts, uint32_t sources, Counting& counting) {
  using Range = tbb::blocked_range<size_t>;
  SourceLines reading;
  reading.sources = Buffer<Source>(sources);
  reading.items = Buffer<uint32_t>(facts.size());
  tbb::parallel_for(Range(0, sources, kFactsAtOnce), [&](const Range& range) {
    std::fill(&reading.sources[range.begin()], &reading.sources[range.begin()] + range.size(), Source());
  });
  std::mutex merging;
  std::atomic<bool> scattered = false;
  uint64_t runs = 0;
  const auto none = [](size_t) { return false; };
  tbb::parallel_for(Range(0, facts.size(), kFactsAtOnce), [&](const Range& range) {
    Tally tally;
    const size_t end = RunBegin(facts, range.end());
    for (size_t at = RunBegin(facts, range.begin()); at < end; ++tally.runs) {
      Source& to = reading.sources[SourceOf(facts[at])];
      if (std::atomic_ref(to.begin).load(std::memory_order_relaxed) != kNoNumber) scattered = true;
      if (scattered.load(std::memory_order_relaxed)) return;
      const Source source = ReadRun(facts, none, counting, reading.items.data(), at, tally);
      tally.report.lines += source.lines;
      Store(source, to);
    }
    const std::lock_guard lock(merging);
    runs += tally.runs;
    reading.report.lines += tally.report.lines;
    reading.report.non_product_lines += tally.report.non_product_lines;
    reading.returns.insert(reading.returns.end(), tally.returns.begin(), tally.returns.end());
  });
  reading.report.return_lines = reading.returns.size();
  const uint64_t found = std::count_if(reading.sources.begin(), reading.sources.end(),
                                       [](const Source& source) { return source.begin != kNoNumber; });
  reading.scattered = scattered || runs != found;
  return reading;
}

template SourceLines ReadSources(std::span<const LineFact>, uint32_t, Counting&);
template SourceLines ReadSources(std::span<const ViewFact>, uint32_t, Counting&);

void DropLines(std::span<const LineFact> lines, const Bitset& dropped, Counting& counting,
               SourceLines& reading) {
  Tally unused;
  const auto is_dropped = [&](size_t line) { return dropped.Test(static_cast<uint32_t>(line)); };
  for (uint32_t line = dropped.Next(0); line < dropped.size();) {
    Source& source = reading.sources[lines[line].order];
    size_t at = source.begin;
    source = ReadRun(lines, is_dropped, counting, reading.items.data(), at, unused);
    line = dropped.Next(static_cast<uint32_t>(at));
  }
}

}  // namespace awase
