#include "engine/history/sets.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace awase {
namespace {

// Sets up to this size are placed by counting smaller items.
constexpr uint32_t kSmallSet = 64;
constexpr uint32_t kLanes = 4;
constexpr uint32_t kStep = 2 * kLanes;
constexpr uint32_t kAtOnce = 32;  // units
constexpr uint32_t kAhead = 16;   // runs that are fetched before they are needed

// A register of numbers on every machine; the compiler takes wider ones apart.
using Lanes = int32_t __attribute__((vector_size(4 * kLanes)));

// Places each item at the number of smaller ones, and closes the gaps that repeated ones leave. Writes up to
// `size` items to `to`, returns how many stay. No branch depends on the items. Reads kStep behind `items`;
// their numbers are below 2^31, so that signs do not matter.
uint32_t PlaceByRank(const uint32_t* items, uint32_t size, ItemId* to) {
  int32_t sorted[kSmallSet];
  std::fill_n(sorted, size, -1);
  for (uint32_t first = 0; first < size; first += kStep) {
    Lanes low, high, low_rank{}, high_rank{};
    std::memcpy(&low, items + first, sizeof low);
    std::memcpy(&high, items + first + kLanes, sizeof high);
    for (uint32_t other = 0; other < size; ++other) {
      const auto item = static_cast<int32_t>(items[other]);
      low_rank -= item < low;
      high_rank -= item < high;
    }
    int32_t rank[kStep];
    std::memcpy(rank, &low_rank, sizeof low);
    std::memcpy(rank + kLanes, &high_rank, sizeof high);
    const uint32_t end = std::min(kStep, size - first);
    for (uint32_t lane = 0; lane < end; ++lane)
      sorted[rank[lane]] = static_cast<int32_t>(items[first + lane]);
  }
  uint32_t kept = 0;
  for (uint32_t i = 0; i < size; ++i) {
    to[kept] = ItemId{static_cast<uint32_t>(sorted[i])};
    kept += sorted[i] >= 0;
  }
  return kept;
}

uint32_t SortSet(uint32_t* items, uint32_t size, ItemId* to) {
  if (size <= kSmallSet) return PlaceByRank(items, size, to);
  std::sort(items, items + size);
  const auto end = std::unique(items, items + size);
  std::transform(items, end, to, [](uint32_t item) { return ItemId{item}; });
  return static_cast<uint32_t>(end - items);
}

// Units of one piece: their sets are written behind each other from the place of their first line on.
struct Piece {
  uint32_t begin = 0, end = 0;
  uint64_t first_line = 0, first_item = 0, items = 0;
};

// About equal numbers of lines.
std::vector<Piece> CutByLines(const Buffer<Run>& runs, unsigned pieces) {
  uint64_t lines = 0, before = 0;
  for (const Run& run : runs) lines += run.lines;
  std::vector<Piece> cut(1);
  for (uint32_t unit = 0; unit < runs.size(); ++unit) {
    if (before > lines * cut.size() / pieces) cut.push_back({unit, unit, before});
    cut.back().end = unit + 1;
    before += runs[unit].lines;
  }
  return cut;
}

// Some units at once: first all their items are numbered, then each set is sorted. So reads that miss the
// cache do not wait for sets, nor vectors for words that were written just before.
void FillPiece(const Buffer<uint32_t>& items, const Buffer<Run>& runs, std::span<const uint32_t> number_of,
               Piece& piece, Units& units) {
  std::vector<uint32_t> numbers;
  ItemId* const first = units.by_unit.values.data() + piece.first_line;
  ItemId* to = first;
  const auto last = static_cast<uint32_t>(runs.size() - 1);
  for (uint32_t begin = piece.begin; begin < piece.end; begin += kAtOnce) {
    const uint32_t end = std::min(begin + kAtOnce, piece.end);
    size_t lines = 0;
    for (uint32_t unit = begin; unit < end; ++unit) lines += runs[unit].lines;
    if (numbers.size() < lines + kStep) numbers.resize(lines + kStep);
    uint32_t* number = numbers.data();
    for (uint32_t unit = begin; unit < end; ++unit) {
      const Run& ahead = runs[std::min(unit + kAhead, last)];
      __builtin_prefetch(&items[ahead.begin]);
      __builtin_prefetch(&items[ahead.begin + ahead.lines - 1]);
      const uint32_t* item = &items[runs[unit].begin];
      for (uint32_t line = 0; line < runs[unit].lines; ++line) *number++ = number_of[*item++];
    }
    number = numbers.data();
    for (uint32_t unit = begin; unit < end; ++unit) {
      to += SortSet(number, runs[unit].lines, to);
      number += runs[unit].lines;
      units.by_unit.offsets[unit + 1] = static_cast<uint64_t>(to - first);
    }
  }
  piece.items = static_cast<uint64_t>(to - first);
}

}  // namespace

uint64_t FillSets(const Buffer<uint32_t>& items, const Buffer<Run>& runs, std::span<const uint32_t> number_of,
                  unsigned pieces, Units& units) {
  std::vector<Piece> cut = CutByLines(runs, pieces);
  uint64_t lines = 0;
  for (const Run& run : runs) lines += run.lines;
  std::vector<ItemId>& values = units.by_unit.values;
  ReserveHuge(values, lines);
  values.resize(lines);
  units.by_unit.offsets.resize(runs.size() + 1);
  tbb::parallel_for(size_t{0}, cut.size(),
                    [&](size_t p) { FillPiece(items, runs, number_of, cut[p], units); });
  // Forward only, so that no piece is overwritten before it has moved.
  uint64_t end = 0;
  for (Piece& piece : cut) {
    piece.first_item = end;
    if (end != piece.first_line) {
      std::copy_n(values.begin() + static_cast<int64_t>(piece.first_line), piece.items,
                  values.begin() + static_cast<int64_t>(end));
    }
    end += piece.items;
  }
  tbb::parallel_for(size_t{1}, cut.size(), [&](size_t p) {
    for (uint32_t unit = cut[p].begin; unit < cut[p].end; ++unit)
      units.by_unit.offsets[unit + 1] += cut[p].first_item;
  });
  values.resize(end);
  return lines - end;
}

}  // namespace awase
