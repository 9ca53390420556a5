#include "engine/train/pairs.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <span>
#include <utility>

#include "engine/kernels/measures.h"
#include "engine/train/bitmaps.h"
#include "engine/train/memory.h"

namespace awase {
namespace {

constexpr uint64_t kMostTable = 1 << 20;  // bytes: half of a second-level cache
constexpr uint32_t kMostBaskets = uint32_t{1} << (64 - kernels::kUnitShift);

uint64_t CellBytes(const TrainOptions& options) {
  return Weighs(options) ? sizeof(uint64_t) : sizeof(uint32_t);
}

uint64_t Cells(const Population& population) { return kernels::CellsOfPairs(population.label_of.size()); }

// What one thread adds up, by pair of items.
template <class Cell>
struct Sums {
  Buffer<Cell> cells;
  Buffer<uint32_t> stamps, repeats;  // empty where no owner comes twice

  Sums() = default;
  Sums(size_t size, bool owners_repeat)
      : cells(Buffer<Cell>::Zeros(size)),
        stamps(Buffer<uint32_t>::Zeros(owners_repeat ? size : 0)),
        repeats(Buffer<uint32_t>::Zeros(owners_repeat ? size : 0)) {}
};

// Number and weight of a basket as a cell has them.
template <class Cell>
Cell AmountOf(const SmallBaskets::Basket& basket) {
  if constexpr (sizeof(Cell) == sizeof(uint32_t)) {
    return 1;
  } else {
    return uint64_t{1} << kernels::kUnitShift | basket.weight;
  }
}

// One of `shares` parts of a list.
std::pair<size_t, size_t> ShareOf(size_t begin, size_t end, unsigned share, unsigned shares) {
  return {begin + (end - begin) * share / shares, begin + (end - begin) * (share + 1) / shares};
}

// Calls visit(set, amount) for a share of the baskets of one size.
template <class Cell, class Visit>
void ForShare(const SmallBaskets& small, uint32_t size, unsigned share, unsigned shares, const Visit& visit) {
  static_assert(sizeof(ItemId) == sizeof(uint32_t));
  const auto* const values = reinterpret_cast<const uint32_t*>(small.units->by_unit.values.data());
  const uint64_t* const offsets = small.units->by_unit.offsets.data();
  const auto [begin, end] = ShareOf(small.begins[size], small.begins[size + 1], share, shares);
  for (size_t b = begin; b < end; ++b)
    visit(values + offsets[small.baskets[b].unit], AmountOf<Cell>(small.baskets[b]));
}

// Baskets of owners who have several, cut at owners.
template <class Cell>
void AddSharedOwners(const Population& population, unsigned share, unsigned shares, Sums<Cell>& sums) {
  const SmallBaskets& small = population.small;
  const auto items = static_cast<uint32_t>(population.label_of.size());
  const Units& units = *small.units;
  const auto owner_of = [&](size_t b) { return units.owner[small.baskets[b].unit]; };
  const size_t first = small.begins.back(), last = small.baskets.size();
  auto [b, end] = ShareOf(first, last, share, shares);
  for (size_t* const cut : {&b, &end}) {
    while (*cut > first && *cut < last && owner_of(*cut) == owner_of(*cut - 1)) ++*cut;
  }
  for (; b < end; ++b) {
    const SmallBaskets::Basket& basket = small.baskets[b];
    const auto set = units.by_unit[BasketId{basket.unit}];
    kernels::AddRepeatedPairs(reinterpret_cast<const uint32_t*>(set.data()),
                              static_cast<uint32_t>(set.size()), AmountOf<Cell>(basket), owner_of(b) + 1,
                              items, sums.cells.data(), sums.stamps.data(), sums.repeats.data());
  }
}

// Baskets of one size follow each other, so that the ends of the loops over them are guessed right.
template <class Cell>
void AddShare(const Population& population, unsigned share, unsigned shares, Sums<Cell>& sums) {
  const SmallBaskets& small = population.small;
  const auto items = static_cast<uint32_t>(population.label_of.size());
  Cell* const cells = sums.cells.data();
  const auto add_known = [&]<uint32_t... kLess>(std::integer_sequence<uint32_t, kLess...>) {
    const auto add = [&]<uint32_t kSize>() {
      if (kSize + 1 >= small.begins.size()) return;
      ForShare<Cell>(small, kSize, share, shares, [=](const uint32_t* set, Cell amount) {
        kernels::AddPairsOf<kSize>(set, amount, items, cells);
      });
    };
    (add.template operator()<kLess + 2>(), ...);
  };
  constexpr uint32_t kKnown = 7;  // sizes 2 to 8
  add_known(std::make_integer_sequence<uint32_t, kKnown>());
  for (uint32_t size = kKnown + 2; size + 1 < small.begins.size(); ++size) {
    ForShare<Cell>(small, size, share, shares, [=](const uint32_t* set, Cell amount) {
      kernels::AddPairs(set, size, amount, items, cells);
    });
  }
  AddSharedOwners(population, share, shares, sums);
}

// Adds a part of the sums of all threads to the first one's, which it returns.
template <class Cell, class Of>
Buffer<Cell> Merge(std::vector<Sums<Of>>& sums, Buffer<Cell> Sums<Of>::*part) {
  Buffer<Cell>& first = sums[0].*part;
  if (sums.size() > 1) {
    tbb::parallel_for(tbb::blocked_range<size_t>(0, first.size(), 16384), [&](const auto& range) {
      for (size_t thread = 1; thread < sums.size(); ++thread) {
        const Cell* const other = (sums[thread].*part).data();
        for (size_t cell = range.begin(); cell < range.end(); ++cell) first[cell] += other[cell];
      }
    });
  }
  return std::move(first);
}

template <class Cell>
kernels::PairTable CountCells(const Population& population, unsigned threads,
                              Buffer<Cell> kernels::PairTable::*table) {
  const bool owners_repeat = population.owners < population.baskets;
  std::vector<Sums<Cell>> sums(threads);
  tbb::parallel_for(0u, threads, [&](unsigned thread) {
    sums[thread] = Sums<Cell>(Cells(population), owners_repeat);
    AddShare(population, thread, threads, sums[thread]);
  });
  kernels::PairTable pairs;
  pairs.items = static_cast<uint32_t>(population.label_of.size());
  pairs.*table = Merge(sums, &Sums<Cell>::cells);
  if (owners_repeat) pairs.repeats = Merge(sums, &Sums<Cell>::repeats);
  return pairs;
}

// Weights, units and customers of each label.
void TallySmall(const Units& units, const TrainOptions& options, const LargeVector<Selected>& selected,
                Population& p) {
  p.weight_of.assign(p.columns(), 0);
  p.units_of.resize(p.columns());
  for (uint32_t label = 0; label < p.columns(); ++label) {
    p.units_of[label] = static_cast<uint32_t>(p.visit_offsets[label + 1] - p.visit_offsets[label]);
    if (!Weighs(options))
      p.weight_of[label] = p.units_of[label] * static_cast<uint64_t>(kernels::kWeightScale);
  }
  p.customers_of = p.units_of;
  const bool weighs = Weighs(options), owners_repeat = p.owners < p.baskets;
  if (!weighs && !owners_repeat) return;
  std::vector<uint32_t> last_owner(p.columns(), kNoLabel);
  for (const Selected& s : selected) {
    const uint32_t owner = units.owner[s.unit];
    for (const ItemId item : units.by_unit[BasketId{s.unit}]) {
      const uint32_t label = p.label_of[Index(item)];
      if (weighs) p.weight_of[label] += s.less + 1u;
      p.customers_of[label] -= last_owner[label] == owner;
      last_owner[label] = owner;
    }
  }
}

}  // namespace

uint64_t PairBytes(const Population& population, const TrainOptions& options, unsigned threads) {
  return threads * Cells(population) * (CellBytes(options) + 8) +
         population.baskets * sizeof(SmallBaskets::Basket);
}

bool PairsPay(const Population& population, const TrainOptions& options, unsigned threads) {
  // In the time of one label that is added, measured: a pair, in a table of the first-level cache and beyond;
  // an item and a basket on their way; a cell when rows take it. Row by row, a visit that is written and one
  // that is made.
  constexpr double kPairNear = 2, kPairFar = 6, kOfRepeated = 3, kItem = 3, kBasket = 10, kCell = 4;
  constexpr double kVisitWritten = 30, kVisit = 10;
  constexpr uint64_t kNearTable = 128 << 10;
  if (!options.tables || population.by_customer || options.ease != 0) return false;
  if (options.measure == Measure::kExpected || population.baskets >= kMostBaskets) return false;
  const uint64_t items = population.label_of.size(), bytes = Cells(population) * CellBytes(options);
  if (items < 2 || items > 65'535 || bytes > kMostTable) return false;
  const auto purchases = static_cast<double>(population.visit_offsets.back());
  const double pairs = (static_cast<double>(population.pairs) - purchases) / 2;
  const double pair = (bytes <= kNearTable ? kPairNear : kPairFar) *
                      (population.owners < population.baskets ? kOfRepeated : 1);
  const double cost = pairs * pair + purchases * kItem + population.baskets * kBasket +
                      static_cast<double>(items * items) * kCell;
  double by_rows = purchases * (population.pairs_per_visit + kVisit);
  if (!Weighs(options)) by_rows = std::min(by_rows, BitsCost(population));
  if (cost > by_rows + purchases * kVisitWritten) return false;
  const TrainSize size{population.visit_offsets.back(), population.baskets, items};
  return FitsBeside(PairBytes(population, options, threads), size, options, threads);
}

void ListSmall(const Units& units, const TrainOptions& options, const LargeVector<Selected>& selected,
               Population& p) {
  const auto owner = [&](size_t s) { return units.owner[selected[s].unit]; };
  const auto shares = [&](size_t s) {
    return (s > 0 && owner(s - 1) == owner(s)) || (s + 1 < selected.size() && owner(s + 1) == owner(s));
  };
  SmallBaskets& small = p.small;
  small.units = &units;
  uint32_t largest = 0, alone = 0;
  for (const Selected& s : selected) largest = std::max<uint32_t>(largest, s.size);
  small.begins.assign(size_t{largest} + 2, 0);
  for (size_t s = 0; s < selected.size(); ++s) {
    if (shares(s)) continue;
    ++small.begins[selected[s].size + 1];
    ++alone;
  }
  for (size_t size = 1; size < small.begins.size(); ++size) small.begins[size] += small.begins[size - 1];
  std::vector<uint32_t> next(small.begins.begin(), small.begins.end());
  small.baskets.resize(selected.size());
  for (size_t s = 0; s < selected.size(); ++s) {
    const uint32_t place = shares(s) ? alone++ : next[selected[s].size]++;
    small.baskets[place] = {selected[s].unit, selected[s].less + 1u};
  }
  TallySmall(units, options, selected, p);
}

kernels::PairTable CountPairs(const Population& population, const TrainOptions& options, unsigned threads) {
  return Weighs(options) ? CountCells(population, threads, &kernels::PairTable::sums)
                         : CountCells(population, threads, &kernels::PairTable::units);
}

}  // namespace awase
