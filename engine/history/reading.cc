#include "engine/history/reading.h"

#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_reduce.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <type_traits>
#include <utility>

#include "engine/kernels/plain_lines.h"

namespace awase {
namespace {

constexpr size_t kStretch = 1 << 16;  // facts
constexpr size_t kSourcesAtOnce = 1 << 16;

bool IsBought(const LineFact& line) { return line.quantity > 0; }
bool IsBought(const ViewFact&) { return true; }

// What one thread finds.
struct Tally {
  HistoryReport report;
  std::vector<uint32_t> returns;
  UnixSeconds newest = kNoTime;
  uint64_t runs = 0;
};

// First fact at or after `at` that does not continue its predecessor's source.
template <class Fact>
size_t RunBegin(std::span<const Fact> facts, size_t at) {
  while (at > 0 && at < facts.size() && SourceOf(facts[at]) == SourceOf(facts[at - 1])) ++at;
  return at;
}

struct RunOfFacts {
  uint32_t counted;  // of which the ranks are written
  UnixSeconds earliest;
};

// Reads facts of one source from `at` on, as far as they stand together and are not dropped(position); writes
// the ranks of the items of those that count, in any order. Moves `at` behind them. Without branches on what
// counts: a coin's toss costs more than the line.
template <class Fact, class Dropped>
RunOfFacts ReadRun(std::span<const Fact> facts, const Dropped& dropped, Counting& counting, uint32_t* items,
                   size_t& at, Tally& tally) {
  const uint32_t number = SourceOf(facts[at]);
  uint32_t* to = items;
  UnixSeconds earliest = kNoNumber, newest = kNoTime;
  do {
    const Fact& fact = facts[at];
    const uint32_t rank = counting.Name(fact.item);
    const bool product = rank != kNoRank, in_range = counting.InRange(fact.time);
    const bool bought = IsBought(fact), counts = in_range && product && bought && !dropped(at);
    *to = rank;
    to += counts;
    earliest = std::min(earliest, counts ? fact.time : kNoNumber);
    newest = std::max(newest, counts ? fact.time : kNoTime);
    tally.report.non_product_lines += in_range && !product;
    if (in_range && product && !bought) tally.returns.push_back(static_cast<uint32_t>(at));
    ++at;
  } while (at < facts.size() && SourceOf(facts[at]) == number);
  tally.newest = std::max(tally.newest, newest);
  return {static_cast<uint32_t>(to - items), earliest};
}

// What one thread reads, stretch by stretch.
template <class Fact>
class Reader {
 public:
  Reader(std::span<const Fact> facts, Counting& counting, SourceLines& reading,
         std::atomic<uint32_t>& staged_sources, std::atomic<bool>& scattered)
      : facts_(facts),
        counting_(counting),
        reading_(reading),
        staged_sources_(staged_sources),
        scattered_(scattered) {}

  // From the first source that begins in the stretch to the end of the last. Stops where some source was read
  // before.
  void Read(uint32_t stretch) {
    begin_ = RunBegin(facts_, stretch * kStretch);
    const size_t end = RunBegin(facts_, std::min((stretch + 1) * kStretch, facts_.size()));
    if (ranks_.size() < end - begin_) ranks_.resize(end - begin_);
    for (size_t at = begin_; at < end && !scattered_.load(std::memory_order_relaxed);) {
      if (ReadPlain(at, end)) continue;
      const size_t first = at;
      const auto none = [](size_t) { return false; };
      const RunOfFacts run = ReadRun(facts_, none, counting_, &ranks_[first - begin_], at, tally_);
      Add(first, run.counted, run.earliest);
    }
    // More sources than there are have been read only where one was read twice.
    const auto first_source = staged_sources_.fetch_add(static_cast<uint32_t>(stage_.size()));
    if (first_source + stage_.size() > reading_.begins.size()) scattered_ = true;
    if (scattered_) return;
    stage_.Write(ranks_.data(), stretch, first_source, static_cast<uint32_t>(begin_), reading_.staged);
  }
  const Tally& tally() const { return tally_; }

 private:
  static constexpr size_t kLinesAtOnce = 1024;
  static constexpr uint32_t kMostRefused = 32;

  // A source of which `counted` facts from `first` on count.
  void Add(size_t first, uint32_t counted, UnixSeconds earliest) {
    const uint32_t number = SourceOf(facts_[first]);
    const std::atomic_ref begin(reading_.begins[number]);
    // Threads meet on a source only where facts are scattered, and then find out by the number of runs.
    if (begin.load(std::memory_order_relaxed) != kNoNumber) scattered_ = true;
    begin.store(static_cast<uint32_t>(first), std::memory_order_relaxed);
    tally_.report.lines += counted;
    ++tally_.runs;
    if (counted > 0) stage_.Add(number, {static_cast<uint32_t>(first - begin_), counted}, earliest);
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
                                  &ranks_[at - begin_], begins_.data());
      if (plain.orders < 2) {
        refused_ = next_refused_ = std::min(2 * next_refused_ + 1, kMostRefused);
        return false;
      }
      next_refused_ = 0;
      for (uint32_t k = 0; k + 1 < plain.orders; ++k) {
        const UnixSeconds time = lines[begins_[k]].time;
        tally_.newest = std::max(tally_.newest, time);
        Add(at + begins_[k], begins_[k + 1] - begins_[k], time);
      }
      at += begins_[plain.orders - 1];
      return true;
    }
    return false;
  }

  const std::span<const Fact> facts_;
  Counting& counting_;
  SourceLines& reading_;
  std::atomic<uint32_t>& staged_sources_;
  std::atomic<bool>& scattered_;
  size_t begin_ = 0;             // of the stretch
  std::vector<uint32_t> ranks_;  // of its facts
  Stage stage_;
  Tally tally_;
  uint32_t refused_ = 0, next_refused_ = 0;  // sources that are read without a look whether they are plain
  std::array<uint32_t, kLinesAtOnce + kernels::kBeginSlack> begins_;
};

// Takes dropped lines out of what is staged.
struct Dropping {
  std::span<const LineFact> lines;
  const Bitset& dropped;
  const Bitset& orders;  // of those lines
  Counting& counting;
  SourceLines& reading;

  // Makes the sets of such orders anew and moves the others up to them. `ranks`: keeps its memory.
  void ReadAgain(Group& group, std::vector<uint32_t>& ranks) const {
    Source* const sources = reading.staged.sources.data() + group.first_source;
    uint32_t *from = reading.staged.items.data() + group.first_item, *to = from;
    uint32_t kept = 0;
    for (uint32_t s = 0; s < group.sources; ++s) {
      Source source = sources[s];
      const uint32_t* const set = std::exchange(from, from + source.size);
      to = orders.Test(source.number) ? ReadOrder(source, ranks, to) : std::copy(set, set + source.size, to);
      if (source.size > 0) sources[kept++] = source;
    }
    group.sources = kept;
  }

 private:
  // Returns the end of its set.
  uint32_t* ReadOrder(Source& source, std::vector<uint32_t>& ranks, uint32_t* to) const {
    Tally unused;
    size_t at = reading.begins[source.number], end = at + 1;
    while (end < lines.size() && lines[end].order == source.number) ++end;
    ranks.resize(2 * (end - at));
    uint32_t* const set = ranks.data() + (end - at);
    const auto is_dropped = [this](size_t line) { return dropped.Test(static_cast<uint32_t>(line)); };
    const RunOfFacts run = ReadRun(lines, is_dropped, counting, ranks.data(), at, unused);
    kernels::Set unsorted{0, run.counted};
    const uint32_t* const set_end = kernels::SortSets({&unsorted, 1}, ranks.data(), set);
    source.size = unsorted.size;
    source.earliest = run.earliest;
    // Not sorted where it goes: what stood there may have been smaller than the lines that are left.
    return std::copy(static_cast<const uint32_t*>(set), set_end, to);
  }
};

// Newest line that counts and is not dropped.
UnixSeconds NewestOf(std::span<const LineFact> lines, const Bitset& dropped, const Counting& counting) {
  using Range = tbb::blocked_range<size_t>;
  const auto newest_of = [&](const Range& range, UnixSeconds newest) {
    for (size_t l = range.begin(); l < range.end(); ++l) {
      const LineFact& line = lines[l];
      if (line.time <= newest || !IsBought(line) || dropped.Test(static_cast<uint32_t>(l))) continue;
      if (counting.IsProduct(line.item) && counting.InRange(line.time)) newest = line.time;
    }
    return newest;
  };
  return tbb::parallel_reduce(Range(0, lines.size(), kStretch), kNoTime, newest_of,
                              [](UnixSeconds a, UnixSeconds b) { return std::max(a, b); });
}

}  // namespace

template <class Fact>
SourceLines ReadSources(std::span<const Fact> facts, uint32_t sources, const OwnerBlocks& blocks,
                        Counting& counting) {
  const auto stretches = static_cast<uint32_t>((facts.size() + kStretch - 1) / kStretch);
  SourceLines reading{{blocks, Buffer<Source>(sources), Buffer<uint32_t>(facts.size()), {}},
                      Buffer<uint32_t>(sources),
                      {},
                      {}};
  reading.staged.groups.resize(size_t{stretches} * blocks.size());
  tbb::parallel_for(tbb::blocked_range<size_t>(0, sources, kSourcesAtOnce), [&](const auto& range) {
    std::fill_n(reading.begins.data() + range.begin(), range.size(), kNoNumber);
  });
  std::atomic<uint32_t> staged_sources = 0;
  std::atomic<bool> scattered = false;
  tbb::enumerable_thread_specific<Reader<Fact>> readers(
      [&] { return Reader<Fact>(facts, counting, reading, staged_sources, scattered); });
  tbb::parallel_for(uint32_t{0}, stretches, [&](uint32_t stretch) { readers.local().Read(stretch); });
  uint64_t runs = 0;
  for (const Reader<Fact>& reader : readers) {
    const Tally& tally = reader.tally();
    runs += tally.runs;
    reading.report.lines += tally.report.lines;
    reading.report.non_product_lines += tally.report.non_product_lines;
    reading.newest = std::max(reading.newest, tally.newest);
    reading.returns.insert(reading.returns.end(), tally.returns.begin(), tally.returns.end());
  }
  reading.report.return_lines = reading.returns.size();
  const auto empty = std::count(reading.begins.begin(), reading.begins.end(), kNoNumber);
  reading.scattered = scattered || runs != sources - static_cast<uint64_t>(empty);
  return reading;
}

template SourceLines ReadSources(std::span<const LineFact>, uint32_t, const OwnerBlocks&, Counting&);
template SourceLines ReadSources(std::span<const ViewFact>, uint32_t, const OwnerBlocks&, Counting&);

void DropLines(std::span<const LineFact> lines, const Bitset& dropped, Counting& counting,
               SourceLines& reading) {
  Bitset orders(static_cast<uint32_t>(reading.begins.size()));
  bool newest = false;
  for (uint32_t line = dropped.Next(0); line < dropped.size(); line = dropped.Next(line + 1)) {
    orders.Set(lines[line].order);
    newest = newest || lines[line].time == reading.newest;
  }
  const Dropping dropping{lines, dropped, orders, counting, reading};
  const uint32_t stretches = reading.staged.stretches();
  tbb::parallel_for(uint32_t{0}, stretches, [&](uint32_t stretch) {
    std::vector<uint32_t> ranks;
    for (uint32_t block = 0; block < reading.staged.blocks.size(); ++block)
      dropping.ReadAgain(reading.staged.At(stretch, block), ranks);
  });
  if (newest) reading.newest = NewestOf(lines, dropped, counting);
}

}  // namespace awase
