#include "engine/train/population.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "engine/kernels/elementary.h"
#include "engine/kernels/measures.h"
#include "engine/train/transpose.h"

namespace awase {
namespace {

// Weights without a power per unit; of sizes that occur only, since most baskets are far below max_basket.
class Weights {
 public:
  Weights(const TrainOptions& options, UnixSeconds newest) : options_(options), newest_(newest) {}
  uint32_t Of(uint32_t size, UnixSeconds time) {
    if (options_.half_life_days != 0) {
      return UnitWeight(options_, size, time == kNoTime || time > newest_ ? 0 : newest_ - time);
    }
    while (by_size_.size() <= size)
      by_size_.push_back(UnitWeight(options_, static_cast<uint32_t>(by_size_.size()), 0));
    return by_size_[size];
  }

 private:
  const TrainOptions& options_;
  const UnixSeconds newest_;
  std::vector<uint32_t> by_size_;
};

uint32_t SizeOf(const Units& units, uint32_t u) {
  return static_cast<uint32_t>(units.by_unit.offsets[u + 1] - units.by_unit.offsets[u]);
}

// Adds a basket that counts, of a unit of `weight`.
void Select(uint32_t basket, uint32_t size, uint32_t weight, LargeVector<Selected>& selected, Population& p) {
  p.pairs += uint64_t{size} * size;
  selected.push_back({basket, static_cast<uint16_t>(size), static_cast<uint16_t>(weight - 1)});
}

LargeVector<Selected> SelectOrders(const Units& units, Weights& weights, const TrainOptions& options,
                                   Population& p) {
  LargeVector<Selected> selected;
  selected.reserve(units.size());
  const uint32_t cap = options.max_orders_per_customer;
  uint32_t last_owner = kNoLabel;
  for (uint32_t u = 0; u < units.size(); ++u) {
    const uint32_t owner = units.owner[u];
    // Not one of the owner's newest.
    if (cap != 0 && owner < units.known_owners && units.size() - u > cap && units.owner[u + cap] == owner) {
      ++p.capped_orders;
      continue;
    }
    const uint32_t size = SizeOf(units, u);
    if (size > options.max_basket) {
      ++p.skipped_units;
      continue;
    }
    const uint32_t weight = weights.Of(size, units.time[u]);
    p.all_weight += weight;
    Select(u, size, weight, selected, p);
    p.owners += owner != last_owner;
    last_owner = owner;
  }
  p.units = selected.size();
  return selected;
}

LargeVector<Selected> SelectCustomers(const Units& units, uint32_t items, Weights& weights,
                                      const TrainOptions& options, Population& p) {
  LargeVector<Selected> selected;
  std::vector<uint32_t> stamp(items, kNoLabel);
  for (uint32_t begin = 0, end = 0; begin < units.size(); begin = end) {
    const uint32_t owner = units.owner[begin];
    uint32_t distinct = 0;
    for (; end < units.size() && units.owner[end] == owner; ++end) {
      for (const ItemId item : units.by_unit[BasketId{end}]) {
        distinct += stamp[Index(item)] != owner;
        stamp[Index(item)] = owner;
      }
    }
    if (distinct > options.max_basket) {
      ++p.skipped_units;
      continue;
    }
    const uint32_t weight = weights.Of(distinct, units.time[end - 1]);
    p.all_weight += weight;
    for (uint32_t u = begin; u < end; ++u) {
      Select(u, SizeOf(units, u), weight, selected, p);
      p.dated.push_back({0, p.owners, SizeOf(units, u), units.time[u]});
    }
    ++p.owners;
    p.sizes.push_back(distinct);
  }
  p.units = p.owners;
  return selected;
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

absl::StatusOr<Population> BuildPopulation(const Units& units, uint32_t items, UnixSeconds newest,
                                           const TrainOptions& options, unsigned threads) {
  Population p;
  p.by_customer = options.unit == CountingUnit::kCustomer;
  Weights weights(options, newest);
  LargeVector<Selected> selected = p.by_customer ? SelectCustomers(units, items, weights, options, p)
                                                 : SelectOrders(units, weights, options, p);
  if (absl::Status status = Transpose(units, items, options, selected, threads, p); !status.ok())
    return status;
  for (uint32_t label = 0; label < p.columns(); ++label) {
    if (std::bit_width(p.weight_of[label]) + std::bit_width(p.units_of[label]) <= 64) continue;
    return absl::ResourceExhaustedError(
        absl::StrCat("training: an item stands in more units than a counter holds, got ", p.units_of[label],
                     "; lower max_orders_per_customer or the period"));
  }
  return p;
}

}  // namespace awase
