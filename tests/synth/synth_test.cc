#include "engine/synth/synth.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace awase {
namespace {

SynthOptions Small(uint64_t seed = 7) {
  return {.items = 300, .customers = 800, .orders = 6000, .seed = seed};
}

// FNV-1a over every field that a file would show.
uint64_t Fingerprint(const SyntheticShop& shop) {
  uint64_t hash = 0xcbf29ce484222325ull;
  const auto add = [&hash](uint64_t value) {
    for (int byte = 0; byte < 8; ++byte) hash = (hash ^ (value >> (8 * byte) & 255)) * 0x100000001b3ull;
  };
  for (const Item& item : shop.items) {
    for (const char c : item.id + item.titles[0].second + item.titles[1].second + item.group)
      add(static_cast<unsigned char>(c));
    add(static_cast<uint64_t>(item.price));
    add(item.available);
  }
  for (const SynthLine& l : shop.lines) {
    for (const uint64_t v : {uint64_t{l.order}, uint64_t{l.customer}, uint64_t{l.time}, uint64_t{l.item},
                             static_cast<uint64_t>(l.quantity), static_cast<uint64_t>(l.unit_price)}) {
      add(v);
    }
  }
  for (const SynthView& v : shop.views) add(uint64_t{v.item} << 32 | v.time);
  for (const PlantedPair& p : shop.planted) add(uint64_t{p.anchor} << 32 | p.companion);
  return hash;
}

// Distinct items of each order, postage left out.
std::vector<std::set<uint32_t>> Baskets(const SyntheticShop& shop) {
  std::vector<std::set<uint32_t>> baskets(shop.orders);
  for (const SynthLine& l : shop.lines) {
    if (l.order < shop.orders && l.item != kPostage) baskets[l.order].insert(l.item);
  }
  return baskets;
}

struct PairCounts {
  std::vector<uint32_t> support;
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> together;

  explicit PairCounts(const SyntheticShop& shop) : support(shop.items.size()) {
    for (const std::set<uint32_t>& basket : Baskets(shop)) {
      for (const uint32_t a : basket) {
        ++support[a];
        for (const uint32_t b : basket) {
          if (a != b) ++together[{a, b}];
        }
      }
    }
  }
  uint32_t Both(uint32_t a, uint32_t b) const {
    const auto found = together.find({a, b});
    return found == together.end() ? 0 : found->second;
  }
};

TEST(Synth, SameOptionsGiveTheSameShopOnEveryMachine) {
  EXPECT_EQ(Fingerprint(Generate(Small())), Fingerprint(Generate(Small())));
  EXPECT_NE(Fingerprint(Generate(Small(7))), Fingerprint(Generate(Small(8))));
  // Pinned: another compiler, library or processor must get there too. A deliberate change of the shop
  // changes it.
  EXPECT_EQ(Fingerprint(Generate(Small())), 6167469918367127487u);
}

TEST(Synth, HoldsWhatWasAskedFor) {
  const SyntheticShop shop = Generate(Small());
  EXPECT_EQ(shop.items.size(), 300u);
  EXPECT_EQ(shop.orders, 6000u);
  std::set<uint32_t> orders, customers;
  for (const SynthLine& l : shop.lines) {
    if (l.order < shop.orders) orders.insert(l.order);
    if (l.customer != kAnonymous) customers.insert(l.customer);
  }
  EXPECT_EQ(orders.size(), 6000u) << "no order is empty";
  EXPECT_LE(*customers.rbegin(), 799u);
  EXPECT_GT(customers.size(), 600u);
}

TEST(Synth, SmallestShopsAreShops) {
  for (const uint32_t items : {1u, 2u, 5u, 64u}) {
    for (const uint32_t orders : {1u, 3u, 100u}) {
      const SyntheticShop shop = Generate({.items = items, .customers = 1, .orders = orders, .seed = 3});
      EXPECT_EQ(shop.items.size(), items);
      EXPECT_EQ(shop.orders, orders);
      for (const SynthLine& l : shop.lines) EXPECT_TRUE(l.item < items || l.item == kPostage);
      for (const SynthView& v : shop.views) EXPECT_LT(v.item, items);
    }
  }
}

TEST(Synth, CatalogueIsValidAndBilingual) {
  const SyntheticShop shop = Generate({.items = 3000, .customers = 10, .orders = 10, .seed = 5});
  std::set<std::string> ids;
  for (const Item& item : shop.items) {
    EXPECT_TRUE(ValidateItem(item).ok()) << item.id << ": " << ValidateItem(item).message();
    EXPECT_TRUE(ids.insert(item.id).second) << item.id << " twice";
    EXPECT_EQ(item.titles[0].first, "");
    EXPECT_EQ(item.titles[1].first, "ja");
    EXPECT_NE(item.titles[0].second, item.titles[1].second);
    // The writer does not quote.
    for (const auto& [tag, title] : item.titles)
      EXPECT_EQ(title.find_first_of(",\"\n"), std::string::npos) << title;
    EXPECT_GT(item.price, 0);
  }
}

TEST(Synth, LaddersRiseInPrice) {
  const SyntheticShop shop = Generate(Small());
  ASSERT_GT(shop.ladders.size(), 10u);
  for (const std::vector<uint32_t>& ladder : shop.ladders) {
    ASSERT_GE(ladder.size(), 2u);
    for (size_t step = 1; step < ladder.size(); ++step) {
      EXPECT_GT(shop.items[ladder[step]].price, shop.items[ladder[step - 1]].price);
      EXPECT_EQ(shop.items[ladder[step]].group, shop.items[ladder[0]].group);
    }
  }
}

TEST(Synth, ReturnsTakeBackWhatWasBoughtBefore) {
  const SyntheticShop shop = Generate(Small());
  std::map<std::pair<uint32_t, uint32_t>, std::vector<std::pair<UnixSeconds, int32_t>>> bought;
  uint32_t returns = 0;
  for (const SynthLine& l : shop.lines) {
    if (l.order < shop.orders) {
      EXPECT_GT(l.quantity, 0);
      bought[{l.customer, l.item}].emplace_back(l.time, l.quantity);
      continue;
    }
    ++returns;
    EXPECT_LT(l.quantity, 0);
    int32_t earlier = 0;
    for (const auto& [time, quantity] : bought[{l.customer, l.item}]) earlier += time < l.time ? quantity : 0;
    EXPECT_GE(earlier, -l.quantity);
  }
  EXPECT_GT(returns, 100u);
}

TEST(Synth, PlantedPairsStandOutAndOnlyWherePlanted) {
  SynthOptions options = Small();
  const SyntheticShop shop = Generate(options);
  options.companions = false;
  const SyntheticShop control = Generate(options);
  ASSERT_GT(shop.planted.size(), 20u);
  ASSERT_EQ(control.planted.size(), shop.planted.size()) << "the same pairs, not acted on";

  const PairCounts with(shop), without(control);
  uint32_t loud = 0, loud_in_control = 0;
  const auto stands_out = [&](const PairCounts& counts, const PlantedPair& p) {
    const double expected =
        double{1} * counts.support[p.anchor] * counts.support[p.companion] / options.orders;
    return counts.Both(p.anchor, p.companion) > 3 * expected + 3;
  };
  for (const PlantedPair& p : shop.planted) {
    const double share = double{1} * with.Both(p.anchor, p.companion) / with.support[p.anchor];
    EXPECT_NEAR(share, p.per_thousand / 1000.0, 0.3)
        << shop.items[p.anchor].id << " with " << shop.items[p.companion].id;
    loud += stands_out(with, p);
    loud_in_control += stands_out(without, p);
  }
  EXPECT_GE(loud, shop.planted.size() * 95 / 100);
  EXPECT_LE(loud_in_control, shop.planted.size() * 5 / 100);
}

TEST(Synth, RefusesWhatItCannotMake) {
  EXPECT_TRUE(ValidateSynth({}).ok());
  EXPECT_EQ(ValidateSynth({.items = 0}).message(), "items: must lie in 1..1000000, got 0");
  EXPECT_FALSE(ValidateSynth({.customers = 0}).ok());
  EXPECT_FALSE(ValidateSynth({.orders = 50'000'001}).ok());
}

}  // namespace
}  // namespace awase
