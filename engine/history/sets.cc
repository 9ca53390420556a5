#include "engine/history/sets.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <span>
#include <vector>

#include "engine/kernels/small_sets.h"

namespace awase {
namespace {

constexpr uint32_t kAtOnce = 32;  // units
constexpr uint32_t kAhead = 16;   // runs that are fetched before they are needed

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
  uint64_t ends = 0;
  uint32_t sizes[kAtOnce], kept[kAtOnce];
  const auto last = static_cast<uint32_t>(runs.size() - 1);
  for (uint32_t begin = piece.begin; begin < piece.end; begin += kAtOnce) {
    const uint32_t end = std::min(begin + kAtOnce, piece.end);
    size_t lines = 0;
    for (uint32_t unit = begin; unit < end; ++unit) lines += sizes[unit - begin] = runs[unit].lines;
    if (numbers.size() < lines + kernels::kSetSlack) numbers.resize(lines + kernels::kSetSlack);
    uint32_t* number = numbers.data();
    for (uint32_t unit = begin; unit < end; ++unit) {
      const Run& ahead = runs[std::min(unit + kAhead, last)];
      __builtin_prefetch(&items[ahead.begin]);
      __builtin_prefetch(&items[ahead.begin + ahead.lines - 1]);
      const uint32_t* item = &items[runs[unit].begin];
      for (uint32_t line = 0; line < runs[unit].lines; ++line) *number++ = number_of[*item++];
    }
    const std::span all(sizes, end - begin);
    to += kernels::SortSets(numbers.data(), all, reinterpret_cast<kernels::Counter<4>::Word*>(to), kept);
    for (uint32_t unit = begin; unit < end; ++unit)
      units.by_unit.offsets[unit + 1] = ends += kept[unit - begin];
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
