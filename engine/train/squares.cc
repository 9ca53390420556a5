#include "engine/train/squares.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <span>
#include <utility>
#include <vector>

#include "engine/base/buffer.h"
#include "engine/kernels/row.h"
#include "engine/kernels/square.h"
#include "engine/train/bitmaps.h"
#include "engine/train/memory.h"
#include "engine/train/mirror.h"

namespace awase {
namespace {

using kernels::kChunkLabels;
using kernels::kLineLongs;

uint32_t Chunks(const Population& population) {
  return (population.columns() + kChunkLabels - 1) / kChunkLabels;
}

// Labels that are counted in squares.
uint32_t SquareLabels(const Population& population) {
  return std::min(population.columns(), population.square_chunks * kChunkLabels);
}

// Labels of a chunk: from the first to behind the last.
std::pair<uint32_t, uint32_t> LabelsOf(const Population& population, uint32_t chunk) {
  return {chunk * kChunkLabels, std::min(population.columns(), (chunk + 1) * kChunkLabels)};
}

// Calls visit(label, thread) for the labels from `first` to before `end`, the frequent ones first, on
// `threads` threads.
template <class Visit>
void ForLabels(uint32_t first, uint32_t end, unsigned threads, const Visit& visit) {
  constexpr uint32_t kAtOnce = 8;
  std::atomic<uint32_t> next = first;
  tbb::parallel_for(0u, threads, [&](unsigned thread) {
    for (uint32_t label; (label = next.fetch_add(kAtOnce)) < end;) {
      for (const uint32_t last = std::min(end, label + kAtOnce); label < last; ++label) visit(label, thread);
    }
  });
}

uint64_t UpToSixteens(uint64_t size) { return (size + 15) / 16 * 16; }

// Whether a visit is of the same owner as the one before it.
bool SameOwner(std::span<const uint32_t> visits, size_t v) {
  return v < visits.size() && (visits[v] & kernels::kSameOwner) != 0;
}

// Visits that are their owner's only one, and owners who have more.
void CountGroups(std::span<const uint32_t> visits, uint32_t& alone, uint32_t& groups) {
  alone = groups = 0;
  for (size_t v = 0; v < visits.size(); ++v) {
    alone += !SameOwner(visits, v) & !SameOwner(visits, v + 1);
    groups += !SameOwner(visits, v) & SameOwner(visits, v + 1);
  }
}

// The visits of every label that is counted in squares, as lists of lines.
class LineLists {
 public:
  LineLists(const Population& population, bool weighs, unsigned threads);
  kernels::LineList Of(uint32_t label) const {
    const auto visits = population_.VisitsOf(label);
    kernels::LineList list;
    list.units = static_cast<uint32_t>(visits.size());
    list.zero = population_.baskets;
    if (as_they_are_) {
      list.numbers = visits;
      list.alone = list.units;
      return list;
    }
    const uint64_t begin = begins_[label], size = begins_[label + 1] - begin, groups = groups_[label];
    list.numbers = {numbers_.data() + begin, size};
    list.alone = alone_[label];
    if (groups > 0) list.group_ends = {ends_.data() + EndsAt(label), groups};
    if (less_.size() > 0) list.less = {less_.data() + begin, size};
    return list;
  }
  // At most.
  static uint64_t Bytes(const Population& population, uint32_t labels, bool weighs) {
    const uint64_t visits = population.visit_offsets[labels];
    // And while they are made the number of each basket by its position: as many bytes as there are words.
    const uint64_t labels_at_most =
        (population.columns() > kernels::kHeadLabels ? 2 : 1) * population.visit_offsets.back();
    const uint64_t words = 2 * (kernels::HeaderWords(false) * uint64_t{population.baskets} + labels_at_most);
    return (visits + 32 * labels) * (weighs ? 6 : 4) + visits * 2 + 16 * labels + words;
  }

 private:
  // A group has at least two visits.
  uint64_t EndsAt(uint32_t label) const { return population_.visit_offsets[label] / 2; }
  void Fill(uint32_t label, const Buffer<uint32_t>& number_at);

  const Population& population_;
  bool as_they_are_;                      // visits need no list of their own
  std::vector<uint64_t> begins_;          // by label, of numbers
  std::vector<uint32_t> alone_, groups_;  // by label: how many
  Buffer<uint32_t> numbers_, ends_;
  Buffer<uint16_t> less_;
};

LineLists::LineLists(const Population& population, bool weighs, unsigned threads)
    : population_(population), begins_{0} {
  const bool owners_repeat = population.owners < population.baskets;
  as_they_are_ = population.numbered && !weighs && !owners_repeat;
  if (as_they_are_) return;
  const uint32_t labels = SquareLabels(population);
  begins_.reserve(labels + 1);
  alone_.resize(labels);
  groups_.resize(labels);
  ForLabels(0, labels, threads, [&](uint32_t label, unsigned) {
    const auto visits = population.VisitsOf(label);
    alone_[label] = static_cast<uint32_t>(visits.size());
    if (owners_repeat) CountGroups(visits, alone_[label], groups_[label]);
  });
  for (uint32_t label = 0; label < labels; ++label) {
    const uint64_t grouped = population.VisitsOf(label).size() - alone_[label];
    alone_[label] = static_cast<uint32_t>(UpToSixteens(alone_[label]));
    begins_.push_back(begins_.back() + alone_[label] + UpToSixteens(grouped));
  }
  numbers_ = Buffer<uint32_t>(begins_.back());
  if (weighs) less_ = Buffer<uint16_t>(begins_.back());
  if (owners_repeat) ends_ = Buffer<uint32_t>(population.visit_offsets[labels] / 2 + 1);
  // What says where a basket is: its number, else its position.
  Buffer<uint32_t> number_at;
  if (!population.numbered) {
    number_at = Buffer<uint32_t>(population.words / kernels::kLeastBasket + 1);
    uint32_t baskets = 0;
    kernels::ForEachBasket(
        population.stream.data(), population.words, population.hot,
        [&](uint64_t at, kernels::BasketView) { number_at[at / kernels::kLeastBasket] = baskets++; });
  }
  ForLabels(0, labels, threads, [&](uint32_t label, unsigned) { Fill(label, number_at); });
}

void LineLists::Fill(uint32_t label, const Buffer<uint32_t>& number_at) {
  const auto visits = population_.VisitsOf(label);
  const auto number_of = [&](uint32_t visit) {
    return population_.numbered ? visit : number_at[visit / kernels::kLeastBasket];
  };
  const uint64_t begin = begins_[label], grouped_begin = begin + alone_[label], end = begins_[label + 1];
  const bool weighs = less_.size() > 0;
  uint64_t alone = begin, grouped = grouped_begin, ends = EndsAt(label);
  const auto put = [&](uint64_t at, uint32_t visit) {
    numbers_[at] = number_of(visit);
    if (weighs) less_[at] = static_cast<uint16_t>(population_.BasketAt(visit).weight() - 1);
  };
  if (groups_[label] == 0) {
    for (const uint32_t visit : visits) put(alone++, visit);
  } else {
    for (size_t v = 0; v < visits.size(); ++v) {
      const bool is_alone = !SameOwner(visits, v) && !SameOwner(visits, v + 1);
      put(is_alone ? alone++ : grouped++, visits[v] & ~kernels::kSameOwner);
      if (!is_alone && !SameOwner(visits, v + 1))
        ends_[ends++] = static_cast<uint32_t>(grouped - grouped_begin);
    }
  }
  const auto fill = [&](uint64_t from, uint64_t to) {
    std::fill(numbers_.begin() + from, numbers_.begin() + to, population_.baskets);
    if (weighs) std::fill(less_.begin() + from, less_.begin() + to, uint16_t{0});
  };
  fill(alone, grouped_begin);
  fill(grouped, end);
}

// The lines of one chunk. A thread has a range of baskets, which stays in its cache.
void FillLines(const Population& population, const LineLists& lists, uint32_t chunk, unsigned threads,
               Buffer<uint64_t>& lines) {
  const auto [first_label, end_label] = LabelsOf(population, chunk);
  tbb::parallel_for(0u, threads, [&, first_label = first_label, end_label = end_label](unsigned thread) {
    const uint64_t baskets = uint64_t{population.baskets} + 1;
    const auto begin = static_cast<uint32_t>(baskets * thread / threads);
    const auto end = static_cast<uint32_t>(baskets * (thread + 1) / threads);
    std::fill(lines.begin() + size_t{begin} * kLineLongs, lines.begin() + size_t{end} * kLineLongs,
              uint64_t{0});
    const uint32_t zero = population.baskets, last = std::min(end, zero);
    for (uint32_t label = first_label; label < end_label; ++label) {
      const kernels::LineList list = lists.Of(label);
      uint64_t* const words = lines.data() + label % kChunkLabels / 64;
      const uint64_t bit = uint64_t{1} << label % 64;
      for (const auto part : {list.numbers.first(list.alone), list.numbers.subspan(list.alone)}) {
        auto at = threads == 1 ? part.begin() : std::lower_bound(part.begin(), part.end(), begin);
        for (; at != part.end() && *at < last; ++at) words[size_t{*at} * kLineLongs] |= bit;
      }
    }
  });
}

// What counting the rows up to a chunk in its squares saves, in the time of one label that is added;
// measured.
double SavedByChunk(const Population& population, const TrainOptions& options, uint32_t chunk) {
  // A line, while those of a chunk stay in a second-level cache and beyond; each digit of a weight; a row of
  // a square; a cell and its bytes; each basket's line; each purchase.
  constexpr uint64_t kNearBytes = 2 << 20;
  constexpr double kNearLine = 3, kFarLine = 6, kDigits = 24, kRow = 100, kWeightRow = 500;
  constexpr double kCell = 0.4, kByte = 0.3, kLineMade = 8, kPurchaseMade = 4;
  const bool near = uint64_t{population.baskets} * kLineLongs * sizeof(uint64_t) <= kNearBytes,
             weighs = Weighs(options);
  const double passes = kernels::SquarePasses();
  const double line = ((near ? kNearLine : kFarLine) + (weighs ? kDigits : 0)) * passes;
  const auto [first, end] = LabelsOf(population, chunk);
  const auto visits = static_cast<double>(population.visit_offsets[end] - population.visit_offsets[first]);
  double cells = 0;
  const auto layouts = LayoutsOf(population, options, kChunkLabels);
  for (size_t row = chunk; row < layouts.size(); ++row)
    cells += (kCell + kByte * layouts[row].bytes()) * kChunkLabels * kChunkLabels;
  return visits * (population.pairs_per_visit - kPurchaseMade - (chunk + 1) * line) -
         (end - first) * (chunk + 1) * (weighs ? kWeightRow : kRow) * passes - cells -
         population.baskets * kLineMade;
}

constexpr uint64_t kFewBytes = 32 << 20, kMostBytesAPurchase = 12;

}  // namespace

uint64_t SquareBytes(const Population& population, const TrainOptions& options, uint32_t chunks,
                     unsigned threads) {
  if (chunks == 0) return 0;
  const uint64_t cells =
      kernels::Mirror::Bytes(kChunkLabels, chunks, LayoutsOf(population, options, kChunkLabels));
  const uint32_t labels = std::min(population.columns(), chunks * kChunkLabels);
  return cells + (uint64_t{population.baskets} + 1) * kLineLongs * sizeof(uint64_t) +
         LineLists::Bytes(population, labels, Weighs(options)) +
         threads * (population.visit_offsets[1] * (8 + 32) + 1024);
}

uint32_t SquareChunks(const Population& population, const TrainOptions& options, unsigned threads) {
  if (population.by_customer || CellsOverflow(population, options)) return 0;
  const bool weighs = Weighs(options);
  // The sixteen digits of a weight pay where a vector is a line.
  const uint32_t passes = kernels::SquarePasses();
  if (weighs && passes > 1) return 0;
  const uint32_t all = Chunks(population);
  const uint64_t purchases = population.visit_offsets.back();
  const TrainSize size{purchases, population.baskets, population.label_of.size()};
  // Each weight takes a row several times as long, so later chunks may be too dear; without, rows that are
  // counted label by label would be. They take more memory than bits, so they have to be a good deal faster.
  constexpr double kShareOfBits = 0.7;
  const double by_label = static_cast<double>(purchases) * population.pairs_per_visit;
  double saved = weighs ? 0 : std::min(by_label, kShareOfBits * passes * BitsCost(population)) - by_label,
         most = 0;
  uint32_t best = 0;
  for (uint32_t chunk = 0; chunk < all; ++chunk) {
    const uint64_t bytes = SquareBytes(population, options, chunk + 1, threads);
    if (bytes > kFewBytes && bytes > kMostBytesAPurchase * purchases) break;
    if (!FitsBeside(bytes, size, options, threads)) break;
    saved += SavedByChunk(population, options, chunk);
    if (saved <= most || (!weighs && chunk + 1 < all)) continue;
    best = chunk + 1;
    most = saved;
  }
  return best;
}

bool VisitsAreNumbers(const Population& population, const TrainOptions& options) {
  // Rows that are counted label by label look their baskets up, and so do weights and the sizes that a
  // measure asks for.
  return population.square_chunks > 0 && population.square_chunks == Chunks(population) && !Weighs(options) &&
         options.measure != Measure::kExpected;
}

kernels::Mirror CountSquares(const Population& population, const TrainOptions& options, unsigned threads) {
  const bool weighs = Weighs(options);
  kernels::Mirror mirror(kChunkLabels, population.square_chunks,
                         LayoutsOf(population, options, kChunkLabels));
  tbb::parallel_for(size_t{0}, mirror.pages(), [&](size_t page) { mirror.TouchPage(page); });
  const LineLists lists(population, weighs, threads);
  Buffer<uint64_t> lines((size_t{population.baskets} + 1) * kLineLongs);
  std::vector<kernels::SquareScratch> scratch(threads);
  for (uint32_t chunk = 0; chunk < population.square_chunks; ++chunk) {
    FillLines(population, lists, chunk, threads, lines);
    ForLabels(chunk * kChunkLabels, SquareLabels(population), threads, [&](uint32_t label, unsigned thread) {
      if (population.customers_of[label] >= options.min_support) {
        kernels::CountSquare(lines.data(), lists.Of(label), label, chunk, !weighs, scratch[thread], mirror);
      } else if (chunk == 0) {
        mirror.Skip(label);
      }
    });
  }
  return mirror;
}

}  // namespace awase
