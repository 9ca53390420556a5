#include "engine/evaluate/probe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/evaluate/tiny_facts.h"

namespace awase {
namespace {

using testing::FactsOf;
using testing::IdsOf;
using testing::kDay;
using testing::kStart;
using Ids = std::vector<std::string>;

constexpr UnixSeconds kNewest = kStart + 100 * kDay;

World WorldOf(const FactTable& facts, SplitKind kind = SplitKind::kTime) {
  const auto split = MakeSplit(facts, {.kind = kind});
  EXPECT_TRUE(split.ok()) << split.status();
  auto world = MakeWorld(facts, *split, Role::kTest, {});
  EXPECT_TRUE(world.ok()) << world.status();
  return *std::move(world);
}

// Training with items a to e; one customer with two earlier orders and two in the test.
FactTable Shop() {
  return FactsOf({
      {"t1", "kim", kStart, {"a", "b", "c"}},
      {"t2", "", kStart + kDay, {"c", "d", "e"}},
      {"q1", "kim", kNewest - 2 * kDay, {"a", "d", "new", "a"}},
      {"q2", "kim", kNewest - kDay, {"b", "c", "d", "e"}},
      {"q3", "", kNewest, {"e", "new"}},
      {"q4", "lee", kNewest, {"new", "newer"}},
  });
}

TEST(Probes, CartHidesEachDrawnItemAndDropsUnknownOnes) {
  const FactTable facts = Shop();
  const World world = WorldOf(facts);
  const ProbeSet set = MakeProbes(world, facts, {});
  // q3 and q4 have fewer than two items known from training.
  ASSERT_EQ(set.baskets.size(), 2u);
  EXPECT_EQ(set.baskets[0].items, 2u);
  EXPECT_EQ(set.baskets[0].probes, 2u) << "never more positions than items";
  EXPECT_EQ(set.baskets[1].probes, 3u);
  const Ids whole[] = {{"a", "d"}, {"b", "c", "d", "e"}};
  for (const Probe& probe : set.probes) {
    EXPECT_EQ(probe.anchors, probe.excluded);
    ASSERT_EQ(probe.relevant.size(), 1u);
    std::vector<ItemId> together = probe.anchors;
    together.push_back(probe.relevant[0]);
    std::sort(together.begin(), together.end());
    EXPECT_EQ(IdsOf(world, together), whole[probe.basket]);
  }
  std::set<ItemId> hidden;
  for (uint32_t p = 2; p < 5; ++p) hidden.insert(set.probes[p].relevant[0]);
  EXPECT_EQ(hidden.size(), 3u) << "drawn without replacement";
}

TEST(Probes, PastIsWhatTheCustomerBoughtStrictlyBefore) {
  const FactTable facts = Shop();
  const World world = WorldOf(facts);
  const ProbeSet set = MakeProbes(world, facts, {});
  const auto past = [&](const Probe& probe) {
    std::vector<Ids> orders;
    for (const auto order : set.PastOf(probe)) orders.push_back(IdsOf(world, {order.begin(), order.end()}));
    return orders;
  };
  EXPECT_EQ(past(set.probes[0]), (std::vector<Ids>{{"a", "b", "c"}}));
  // The earlier test basket is included, with what it holds that training never saw.
  EXPECT_EQ(past(set.probes[2]), (std::vector<Ids>{{"a", "b", "c"}, {"a", "d", "new"}}));
}

TEST(Probes, OrdersOfTheSameSecondAreNotThePastOfEachOther) {
  const FactTable facts = FactsOf({{"t", "", kStart, {"a", "b"}},
                                   {"q1", "kim", kNewest, {"a", "b"}},
                                   {"q2", "kim", kNewest, {"a", "b"}}});
  const World world = WorldOf(facts);
  const ProbeSet set = MakeProbes(world, facts, {});
  ASSERT_EQ(set.baskets.size(), 2u);
  for (const Probe& probe : set.probes) EXPECT_TRUE(set.PastOf(probe).empty());
}

TEST(Probes, CartHalfHidesHalfRoundedDown) {
  const FactTable facts = Shop();
  const World world = WorldOf(facts);
  const ProbeSet set = MakeProbes(world, facts, {.protocol = Protocol::kCartHalf});
  ASSERT_EQ(set.probes.size(), 2u);
  EXPECT_EQ(set.probes[1].relevant.size(), 2u);
  EXPECT_EQ(set.probes[1].anchors.size(), 2u);
  EXPECT_EQ(set.probes[1].hits_among, 2u);
}

TEST(Probes, ItemPageShowsOneItem) {
  const FactTable facts = Shop();
  const World world = WorldOf(facts);
  const ProbeSet set = MakeProbes(world, facts, {.protocol = Protocol::kItemPage});
  for (const Probe& probe : set.probes) {
    EXPECT_EQ(probe.anchors.size(), 1u);
    EXPECT_EQ(probe.relevant.size(), set.baskets[probe.basket].items - 1);
  }
}

TEST(Probes, NextBasketAsksKnownCustomersWithAPast) {
  const FactTable facts = Shop();
  const World world = WorldOf(facts);
  const ProbeSet set = MakeProbes(world, facts, {.protocol = Protocol::kNextBasket});
  ASSERT_EQ(set.probes.size(), 2u);
  EXPECT_TRUE(set.probes[0].excluded.empty()) << "nothing is in the cart yet";
  EXPECT_EQ(IdsOf(world, set.probes[0].anchors), (Ids{"a", "b", "c"}));
  EXPECT_EQ(IdsOf(world, set.probes[1].anchors), (Ids{"a", "d"})) << "what training never saw is no anchor";
  EXPECT_EQ(IdsOf(world, set.probes[0].relevant), (Ids{"a", "d"}));
}

TEST(Probes, SessionIsRevealedStepByStep) {
  const FactTable facts = FactsOf({{"train-1", "", 10, {"a", "b", "c"}},
                                   {"test-1", "", 40, {"a"}},
                                   {"test-1", "", 20, {"b"}},
                                   {"test-1", "", 30, {"c"}},
                                   {"test-1", "", 25, {"a"}},
                                   {"test-2", "", 50, {"a"}}});
  const World world = WorldOf(facts, SplitKind::kPrefix);
  const ProbeSet set = MakeProbes(world, facts, {.protocol = Protocol::kSession});
  ASSERT_EQ(set.probes.size(), 3u) << "b a c a has three steps, a single view none";
  const Probe& second = set.probes[1];
  EXPECT_EQ(IdsOf(world, second.anchors), (Ids{"a"}));
  EXPECT_EQ(IdsOf(world, second.relevant), (Ids{"c", "a"}));
  EXPECT_EQ(second.hits_among, 1u);
  ASSERT_EQ(set.PastOf(second).size(), 1u);
  EXPECT_EQ(world.all.item_id(set.PastOf(second)[0][0]), "b");
  EXPECT_EQ(set.baskets.size(), 3u) << "every step weighs 1";
  EXPECT_EQ(set.baskets[0].owner, set.baskets[2].owner);
}

TEST(Probes, DependOnTheSeedAndTheOrderIdAlone) {
  const FactTable facts = testing::CoupleShop(600, 1);
  const World world = WorldOf(facts);
  const auto hidden = [&](uint64_t seed) {
    std::vector<std::string> ids;
    const ProbeSet set = MakeProbes(world, facts, {.seed = seed});
    for (const Probe& probe : set.probes) ids.push_back(world.all.item_id(probe.relevant[0]));
    return ids;
  };
  EXPECT_EQ(hidden(1), hidden(1));
  EXPECT_NE(hidden(1), hidden(2));
}

TEST(Probes, MaxBasketsDrawsSomeOfThem) {
  const FactTable facts = testing::CoupleShop(600, 1);
  const World world = WorldOf(facts);
  EXPECT_EQ(MakeProbes(world, facts, {.max_baskets = 10}).baskets.size(), 10u);
}

}  // namespace
}  // namespace awase
