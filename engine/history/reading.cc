#include "engine/history/reading.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <type_traits>

#include "engine/kernels/plain_lines.h"
#include "engine/kernels/small_sets.h"

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
// stages the ranks of their items, `size` of them, in any order. Moves `at` behind them. Without branches on
// what counts: a coin's toss costs more than the line.
template <class Fact, class Dropped>
Source ReadRun(std::span<const Fact> facts, const Dropped& dropped, Counting& counting, uint32_t* items,
               size_t& at, Tally& tally) {
  Source source{static_cast<uint32_t>(at)};
  const uint32_t number = SourceOf(facts[at]);
  uint32_t* to = items + at;
  do {
    const Fact& fact = facts[at];
    const uint32_t rank = counting.Name(fact.item);
    const bool product = rank != kNoRank, in_range = counting.InRange(fact.time);
    const bool bought = IsBought(fact), counts = in_range && product && bought && !dropped(at);
    *to = rank;
    to += counts;
    source.earliest = std::min(source.earliest, counts ? fact.time : kNoNumber);
    source.newest = std::max(source.newest, counts ? fact.time : kNoTime);
    tally.report.non_product_lines += in_range && !product;
    if (in_range && product && !bought) tally.returns.push_back(static_cast<uint32_t>(at));
    ++at;
  } while (at < facts.size() && SourceOf(facts[at]) == number);
  source.size = static_cast<uint32_t>(to - (items + source.begin));
  return source;
}

// Threads meet on a source only where facts are scattered, and then find out by the number of runs.
void Store(const Source& source, Source& to) {
  std::atomic_ref(to.begin).store(source.begin, std::memory_order_relaxed);
  std::atomic_ref(to.size).store(source.size, std::memory_order_relaxed);
  std::atomic_ref(to.earliest).store(source.earliest, std::memory_order_relaxed);
  std::atomic_ref(to.newest).store(source.newest, std::memory_order_relaxed);
}

// Sources whose items wait to become sets, some at once: vectors would wait for words written just before.
class Unsorted {
 public:
  explicit Unsorted(SourceLines& reading) : reading_(reading) {}
  void Add(uint32_t number, const Source& source) {
    numbers_[waiting_] = number;
    sources_[waiting_] = source;
    sets_[waiting_] = {source.begin, source.size};
    if (++waiting_ == kAtOnce) Sort();
  }
  void Sort() {
    kernels::SortSets({sets_.data(), waiting_}, reading_.items.data());
    for (uint32_t s = 0; s < waiting_; ++s) {
      sources_[s].size = sets_[s].size;
      Store(sources_[s], reading_.sources[numbers_[s]]);
    }
    waiting_ = 0;
  }

 private:
  static constexpr uint32_t kAtOnce = 32;
  SourceLines& reading_;
  uint32_t waiting_ = 0;
  std::array<uint32_t, kAtOnce> numbers_;
  std::array<Source, kAtOnce> sources_;
  std::array<kernels::Set, kAtOnce> sets_;
};

// What one thread reads.
template <class Fact>
class Reader {
 public:
  Reader(std::span<const Fact> facts, Counting& counting, std::atomic<bool>& scattered, SourceLines& reading)
      : facts_(facts), counting_(counting), scattered_(scattered), reading_(reading), unsorted_(reading) {}

  // From the first fact of a source to the last one of another. Stops where some source was read before.
  void Read(size_t begin, size_t end) {
    const auto none = [](size_t) { return false; };
    for (size_t at = begin; at < end && !scattered_.load(std::memory_order_relaxed);) {
      if (ReadPlain(at, end)) continue;
      const uint32_t number = SourceOf(facts_[at]);
      Add(number, ReadRun(facts_, none, counting_, reading_.items.data(), at, tally_));
    }
    unsorted_.Sort();
  }
  const Tally& tally() const { return tally_; }

 private:
  static constexpr size_t kLinesAtOnce = 1024;
  static constexpr uint32_t kMostRefused = 32;

  void Add(uint32_t number, const Source& source) {
    const std::atomic_ref begin(reading_.sources[number].begin);
    if (begin.load(std::memory_order_relaxed) != kNoNumber) scattered_ = true;
    tally_.report.lines += source.size;
    ++tally_.runs;
    unsorted_.Add(number, source);
  }

  // Orders of lines that are plain, but the last one: it may go on. Moves `at` behind them; false where there
  // are none, and then for some time not even looked for.
  bool ReadPlain(size_t& at, size_t end) {
    if constexpr (std::is_same_v<Fact, LineFact>) {
      if (refused_ > 0) return --refused_, false;
      static_assert(sizeof(LineFact) == 4 * sizeof(uint32_t));
      const auto lines = facts_.subspan(at, std::min(kLinesAtOnce, end - at));
      const std::span words(&lines[0].order, 4 * lines.size());
      const kernels::PlainLines plain =
          kernels::ReadPlainLines(words, counting_.first(), counting_.last(), counting_.entries(),
                                  &reading_.items[at], begins_.data());
      if (plain.orders < 2) {
        refused_ = next_refused_ = std::min(2 * next_refused_ + 1, kMostRefused);
        return false;
      }
      next_refused_ = 0;
      for (uint32_t k = 0; k + 1 < plain.orders; ++k) {
        const LineFact& first = lines[begins_[k]];
        Add(first.order,
            {static_cast<uint32_t>(at) + begins_[k], begins_[k + 1] - begins_[k], first.time, first.time});
      }
      at += begins_[plain.orders - 1];
      return true;
    }
    return false;
  }

  const std::span<const Fact> facts_;
  Counting& counting_;
  std::atomic<bool>& scattered_;
  SourceLines& reading_;
  Unsorted unsorted_;
  Tally tally_;
  uint32_t refused_ = 0, next_refused_ = 0;  // sources that are read without a look whether they are plain
  std::array<uint32_t, kLinesAtOnce + kernels::kBeginSlack> begins_;
};

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
  tbb::parallel_for(Range(0, facts.size(), kFactsAtOnce), [&](const Range& range) {
    Reader<Fact> reader(facts, counting, scattered, reading);
    reader.Read(RunBegin(facts, range.begin()), RunBegin(facts, range.end()));
    const Tally& tally = reader.tally();
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
    kernels::Set set{source.begin, source.size};
    kernels::SortSets({&set, 1}, reading.items.data());
    source.size = set.size;
    line = dropped.Next(static_cast<uint32_t>(at));
  }
}

}  // namespace awase
