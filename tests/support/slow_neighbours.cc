#include "tests/support/slow_neighbours.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "engine/kernels/measures.h"
#include "engine/train/population.h"

namespace awase::testing {
namespace {

struct Basket {
  uint32_t owner;
  UnixSeconds time;
  std::set<uint32_t> items;
};

// What is counted as one: its baskets, its weight.
struct Unit {
  std::vector<Basket> baskets;
  uint32_t owner;
  uint32_t size;
  uint32_t weight;
};

struct Joint {
  uint64_t weight = 0;
  uint32_t units = 0;
  std::set<uint32_t> owners;
  std::vector<uint32_t> lags;
};

std::vector<Unit> UnitsThatCount(const History& history, const TrainOptions& options) {
  const Units& units = options.signal == Signal::kOrder ? history.orders() : history.sessions();
  std::map<uint32_t, std::vector<Basket>> by_owner;
  for (uint32_t u = 0; u < units.size(); ++u) {
    Basket basket{units.owner[u], units.time[u], {}};
    for (const ItemId item : units.by_unit[BasketId{u}]) basket.items.insert(Index(item));
    by_owner[units.owner[u]].push_back(basket);
  }
  std::vector<Unit> counted;
  const auto add = [&](std::vector<Basket> baskets, UnixSeconds time) {
    std::set<uint32_t> items;
    for (const Basket& basket : baskets) items.insert(basket.items.begin(), basket.items.end());
    const auto size = static_cast<uint32_t>(items.size());
    if (size > options.max_basket) return;
    const uint32_t age = time == kNoTime ? 0 : history.newest() - time;
    counted.push_back({baskets, baskets[0].owner, size, UnitWeight(options, size, age)});
  };
  for (auto& [owner, baskets] : by_owner) {
    if (options.unit == CountingUnit::kCustomer) {
      add(baskets, baskets.back().time);
      continue;
    }
    const size_t cap = options.max_orders_per_customer;
    const bool capped = cap != 0 && owner < units.known_owners && baskets.size() > cap;
    for (size_t b = capped ? baskets.size() - cap : 0; b < baskets.size(); ++b)
      add({baskets[b]}, baskets[b].time);
  }
  return counted;
}

// Smallest lag of each pair (anchor, candidate) of a unit.
std::map<std::pair<uint32_t, uint32_t>, uint32_t> PairsOf(const Unit& unit, const TrainOptions& options) {
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> pairs;
  for (size_t a = 0; a < unit.baskets.size(); ++a) {
    for (size_t b = 0; b < unit.baskets.size(); ++b) {
      if (options.window_seconds == 0 && a != b) continue;
      const int64_t lag = int64_t{unit.baskets[b].time} - int64_t{unit.baskets[a].time};
      if (options.direction == Direction::kAfter && lag <= 0) continue;
      if (options.direction == Direction::kBefore && lag >= 0) continue;
      if (std::abs(lag) > int64_t{options.window_seconds}) continue;
      const auto length = static_cast<uint32_t>(std::abs(lag));
      for (const uint32_t anchor : unit.baskets[a].items) {
        for (const uint32_t candidate : unit.baskets[b].items) {
          if (anchor == candidate) continue;
          uint32_t& known = pairs.try_emplace({anchor, candidate}, length).first->second;
          known = std::min(known, length);
        }
      }
    }
  }
  return pairs;
}

}  // namespace

ModelDraft SlowTrain(const History& history, const TrainOptions& options) {
  const std::vector<Unit> counted = UnitsThatCount(history, options);
  const uint32_t items = history.items();
  std::vector<uint64_t> weight(items, 0);
  std::vector<uint32_t> support(items, 0);
  std::vector<std::set<uint32_t>> owners(items);
  std::vector<std::map<uint32_t, double>> sizes(items);
  std::map<std::pair<uint32_t, uint32_t>, Joint> joints;
  std::set<uint32_t> all_owners;
  uint64_t all = 0;
  for (const Unit& unit : counted) {
    all += unit.weight;
    all_owners.insert(unit.owner);
    std::set<uint32_t> held;
    for (const Basket& basket : unit.baskets) held.insert(basket.items.begin(), basket.items.end());
    for (const uint32_t item : held) {
      weight[item] += unit.weight;
      ++support[item];
      owners[item].insert(unit.owner);
      sizes[item][unit.size - 1] += unit.weight / kernels::kWeightScale;
    }
    for (const auto& [pair, lag] : PairsOf(unit, options)) {
      Joint& joint = joints[pair];
      joint.weight += unit.weight;
      ++joint.units;
      joint.owners.insert(unit.owner);
      joint.lags.push_back(lag);
    }
  }
  uint64_t purchases = 0;
  for (const uint64_t w : weight) purchases += w;

  const kernels::MeasureSpec spec{static_cast<kernels::Association>(static_cast<int>(options.measure)),
                                  options.power, options.cosine_a, options.cosine_b};
  ModelDraft draft;
  for (uint32_t anchor = 0; anchor < items; ++anchor) {
    std::vector<kernels::SizeClass> classes;
    for (const auto& [others, w] : sizes[anchor]) classes.push_back({others, w});
    const kernels::Anchor row = kernels::AnchorOf(spec, weight[anchor], all, classes);
    std::vector<std::pair<float, uint32_t>> ranked;  // (-rank, item)
    for (uint32_t j = 0; j < items; ++j) {
      const auto joint = joints.find({anchor, j});
      if (joint == joints.end() || joint->second.owners.size() < options.min_support) continue;
      const float rank =
          kernels::Rank(spec, row, joint->second.weight, weight[j], kernels::FactorOf(spec, weight[j]),
                        kernels::TermOf(spec, weight[j], all, purchases));
      if (rank > 0) ranked.emplace_back(-rank, j);
    }
    std::sort(ranked.begin(), ranked.end());
    ranked.resize(std::min<size_t>(ranked.size(), options.top_n));
    for (auto& [rank, item] : ranked) rank = -kernels::Score(spec, row, -rank);
    std::sort(ranked.begin(), ranked.end());
    for (const auto& [negative, item] : ranked) {
      Joint& joint = joints[{anchor, item}];
      std::sort(joint.lags.begin(), joint.lags.end());
      draft.edges.push_back({item, -negative});
      draft.evidence.push_back(
          {joint.units, static_cast<uint32_t>(joint.owners.size()),
           options.window_seconds == 0 ? kNoLag : joint.lags[(joint.lags.size() - 1) / 2], 0});
    }
    draft.edge_offsets.push_back(draft.edges.size());
    draft.items.emplace_back().id = history.item_id(ItemId{anchor});
    draft.support_units.push_back(support[anchor]);
    draft.support_customers.push_back(static_cast<uint32_t>(owners[anchor].size()));
  }
  const Units& sold = history.orders().size() > 0 ? history.orders() : history.sessions();
  draft.recent_sales.assign(items, 0);
  for (uint32_t u = 0; u < sold.size(); ++u) {
    const bool recent =
        sold.time[u] == kNoTime || history.newest() - sold.time[u] < options.popularity_days * kSecondsPerDay;
    for (const ItemId item : sold.by_unit[BasketId{u}]) draft.recent_sales[Index(item)] += recent;
  }
  draft.units = counted.size();
  draft.customers = all_owners.size();
  draft.watermark = history.newest();
  draft.options_json = ToJson(options);
  return draft;
}

}  // namespace awase::testing
