#include "engine/train/population.h"

#include <algorithm>
#include <cmath>

#include "engine/kernels/elementary.h"
#include "engine/kernels/measures.h"

namespace awase {
namespace {

// Distinct items of an owner's units; `stamp` by item holds the last owner that had it.
uint32_t DistinctItems(const Units& units, uint32_t begin, uint32_t end, std::vector<uint32_t>& stamp) {
  uint32_t distinct = 0;
  for (uint32_t u = begin; u < end; ++u) {
    for (const ItemId item : units.by_unit[BasketId{u}]) {
      distinct += stamp[Index(item)] != units.owner[u];
      stamp[Index(item)] = units.owner[u];
    }
  }
  return distinct;
}

uint32_t AgeOf(UnixSeconds newest, UnixSeconds time) {
  return time == kNoTime || time > newest ? 0 : newest - time;
}

// Baskets that count, with owners, weights, sizes and times.
void SelectBaskets(const Units& units, uint32_t items, UnixSeconds newest, const TrainOptions& options,
                   Population& p, std::vector<uint32_t>& unit_of_basket) {
  const bool by_customer = options.unit == CountingUnit::kCustomer;
  std::vector<uint32_t> stamp(by_customer ? items : 0, kNoLabel);
  for (uint32_t begin = 0, end = 0; begin < units.size(); begin = end) {
    const uint32_t owner = units.owner[begin];
    while (end < units.size() && units.owner[end] == owner) ++end;
    const auto size_of = [&](uint32_t u) { return static_cast<uint32_t>(units.by_unit[BasketId{u}].size()); };
    uint32_t distinct = 0;
    if (by_customer) {
      distinct = DistinctItems(units, begin, end, stamp);
      if (distinct > options.max_basket) {
        ++p.skipped_units;
        continue;
      }
      ++p.units;
    }
    uint32_t first = begin;
    const uint32_t cap = options.max_orders_per_customer;
    if (!by_customer && cap != 0 && owner < units.known_owners && end - begin > cap) {
      first = end - cap;
      p.capped_orders += first - begin;
    }
    const auto baskets_before = unit_of_basket.size();
    for (uint32_t u = first; u < end; ++u) {
      const uint32_t size = by_customer ? distinct : size_of(u);
      if (!by_customer && size > options.max_basket) {
        ++p.skipped_units;
        continue;
      }
      const uint32_t weight = UnitWeight(options, size, AgeOf(newest, units.time[by_customer ? end - 1 : u]));
      if (!by_customer || u == first) p.all_weight += weight;
      p.units += !by_customer;
      p.weights.push_back(weight);
      p.owners.push_back(p.owner_count());
      p.times.push_back(units.time[u]);
      p.sizes.push_back(size);
      unit_of_basket.push_back(u);
    }
    if (unit_of_basket.size() > baskets_before)
      p.first_basket.push_back(static_cast<uint32_t>(unit_of_basket.size()));
  }
}

// Labels by the number of baskets, most first.
void NumberLabels(const Units& units, uint32_t items, const std::vector<uint32_t>& unit_of_basket,
                  Population& p) {
  std::vector<uint32_t> frequency(items, 0);
  uint32_t highest = 0;
  for (const uint32_t u : unit_of_basket) {
    for (const ItemId item : units.by_unit[BasketId{u}])
      highest = std::max(highest, ++frequency[Index(item)]);
  }
  // Counting sort, stable in the item.
  std::vector<uint64_t> starts(size_t{highest} + 2, 0);
  for (const uint32_t f : frequency) ++starts[highest - f + 1];
  for (size_t s = 1; s < starts.size(); ++s) starts[s] += starts[s - 1];
  p.label_of.assign(items, kNoLabel);
  p.item_of.resize(items - (starts[size_t{highest} + 1] - starts[highest]));
  for (uint32_t item = 0; item < items; ++item) {
    if (frequency[item] == 0) continue;
    p.label_of[item] = static_cast<uint32_t>(starts[highest - frequency[item]]++);
    p.item_of[p.label_of[item]] = item;
  }
  p.visit_offsets.assign(size_t{p.columns()} + 1, 0);
  for (uint32_t label = 0; label < p.columns(); ++label) {
    p.visit_offsets[label + 1] = p.visit_offsets[label] + frequency[p.item_of[label]];
  }
}

// Relabelled baskets, the lists of baskets by label, and supports.
void FillBothOrientations(const Units& units, const TrainOptions& options,
                          const std::vector<uint32_t>& unit_of_basket, Population& p) {
  const bool by_customer = options.unit == CountingUnit::kCustomer;
  p.offsets.resize(unit_of_basket.size() + 1);
  p.labels.reserve(p.visit_offsets.back());
  p.visits.resize(p.visit_offsets.back());
  p.weight_of.assign(p.columns(), 0);
  p.units_of.assign(p.columns(), 0);
  p.customers_of.assign(p.columns(), 0);
  std::vector<uint64_t> next(p.visit_offsets.begin(), p.visit_offsets.end() - 1);
  std::vector<uint32_t> last_owner(p.columns(), kNoLabel);
  for (uint32_t b = 0; b < p.baskets(); ++b) {
    for (const ItemId item : units.by_unit[BasketId{unit_of_basket[b]}]) {
      const uint32_t label = p.label_of[Index(item)];
      p.labels.push_back(label);
      p.visits[next[label]++] = b;
      const bool first_of_owner = last_owner[label] != p.owners[b];
      last_owner[label] = p.owners[b];
      p.customers_of[label] += first_of_owner;
      if (by_customer && !first_of_owner) continue;
      p.weight_of[label] += p.weights[b];
      ++p.units_of[label];
    }
    p.offsets[b + 1] = p.labels.size();
  }
}

}  // namespace

uint32_t UnitWeight(const TrainOptions& options, uint32_t size, uint32_t age_seconds) {
  double weight = kernels::kWeightScale;
  if (options.damping != 0 && size > 2)
    weight *= kernels::Pow(static_cast<double>(size - 1), -options.damping);
  if (options.half_life_days > 0) {
    const double half_lives = static_cast<double>(age_seconds) / (options.half_life_days * kSecondsPerDay);
    weight *= half_lives > 100 ? 0.0 : kernels::Exp(-half_lives * 0.6931471805599453);
  }
  return std::max<uint32_t>(1, static_cast<uint32_t>(weight + 0.5));
}

Population BuildPopulation(const Units& units, uint32_t items, UnixSeconds newest,
                           const TrainOptions& options) {
  Population p;
  std::vector<uint32_t> unit_of_basket;
  SelectBaskets(units, items, newest, options, p, unit_of_basket);
  NumberLabels(units, items, unit_of_basket, p);
  FillBothOrientations(units, options, unit_of_basket, p);
  return p;
}

}  // namespace awase
