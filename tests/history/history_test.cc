#include "engine/history/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/support/slow_history.h"
#include "tests/support/worlds.h"

namespace awase {
namespace {

using testing::BuildSlowHistory;
using ::testing::ElementsAre;
using testing::InWords;
using testing::RandomFacts;
using testing::SlowHistory;
using testing::World;

// Facts by hand: (order, customer or "", item, quantity, time).
struct Hand {
  FactTable facts;
  Hand& Line(const std::string& order, const std::string& customer, const std::string& item, int quantity,
             UnixSeconds time) {
    const uint32_t o = facts.orders.Intern(order);
    if (o == facts.order_customer.size()) {
      facts.order_customer.push_back(customer.empty() ? kAnonymous : facts.customers.Intern(customer));
    }
    facts.lines.push_back({o, facts.items.Intern(item), quantity, time});
    return *this;
  }
  Hand& Names(const std::string& document, const std::string& order) {
    facts.return_of.emplace_back(*facts.orders.Find(document), *facts.orders.Find(order));
    return *this;
  }
  std::vector<testing::SlowUnit> Orders(const HistoryOptions& options = {}) {
    built = History::Build(facts, options).value();
    return InWords(built, built.orders(), facts.orders);
  }
  History built;
};

std::vector<std::string> ItemsOf(const std::vector<testing::SlowUnit>& units) {
  std::vector<std::string> all;
  for (const auto& unit : units) {
    for (const auto& item : unit.items) all.push_back(unit.id + ":" + item);
  }
  return all;
}

void ExpectSame(const FactTable& facts, const HistoryOptions& options, const std::vector<std::string>& also) {
  const SlowHistory slow = BuildSlowHistory(facts, options, also);
  const auto fast = History::Build(facts, options, also);
  ASSERT_TRUE(fast.ok()) << fast.status();
  std::vector<std::string> ids;
  for (uint32_t i = 0; i < fast->items(); ++i) ids.push_back(fast->item_id(ItemId{i}));
  ASSERT_EQ(ids, slow.item_ids);
  ASSERT_EQ(InWords(*fast, fast->orders(), facts.orders), slow.orders);
  ASSERT_EQ(InWords(*fast, fast->sessions(), facts.sessions), slow.sessions);
  ASSERT_EQ(fast->report().unmatched_returns, slow.unmatched_returns);
}

TEST(History, EqualsItsSlowTwinOnRandomWorlds) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    World world;
    world.with_time = seed % 5 != 0;
    world.returns = seed % 3 == 0 ? 0 : 250;
    world.days = seed % 7 == 0 ? 2 : 120;  // many equal times
    world.customers = seed % 11 == 0 ? 0 : 6;
    HistoryOptions options;
    options.returns = seed % 2 ? HistoryOptions::Returns::kNet : HistoryOptions::Returns::kIgnore;
    if (seed % 4 == 0) options.non_product_patterns = {"i1", "i?1"};
    if (seed % 6 == 1) {
      options.from = world.start + 20 * 86400;
      options.until = world.start + 70 * 86400;
    }
    options.threads = 1 + static_cast<unsigned>(seed % 3);
    FactTable facts = RandomFacts(seed, world);
    if (seed % 4 == 2) facts.items.Intern("i1-that-no-fact-names");
    ExpectSame(facts, options,
               seed % 3 == 1 ? std::vector<std::string>{"a", "i3", "zz", "a"} : std::vector<std::string>{});
  }
}

void Shuffle(std::vector<LineFact>& lines, uint64_t seed) {
  testing::Dice dice(seed);
  for (size_t l = lines.size(); l > 1; --l)
    std::swap(lines[l - 1], lines[dice.Below(static_cast<uint32_t>(l))]);
}

void ExpectSameOrders(const History& a, const History& b) {
  EXPECT_EQ(a.orders().by_unit.values, b.orders().by_unit.values);
  EXPECT_EQ(a.orders().by_unit.offsets, b.orders().by_unit.offsets);
  EXPECT_EQ(a.orders().owner, b.orders().owner);
  EXPECT_EQ(a.orders().time, b.orders().time);
  EXPECT_EQ(a.orders().source, b.orders().source);
  EXPECT_EQ(a.newest(), b.newest());
  EXPECT_EQ(a.report().returned_lines, b.report().returned_lines);
  EXPECT_EQ(a.report().repeated_lines, b.report().repeated_lines);
}

TEST(History, ManyLinesOnSeveralThreadsEqualOneThreadScatteredOrNot) {
  World world;
  world.items = 500;
  world.customers = 3000;
  world.orders = 60'000;
  FactTable facts = RandomFacts(7, world);
  HistoryOptions options;
  const History one = History::Build(facts, options).value();
  ASSERT_GT(one.orders().purchases(), 100'000u);
  ASSERT_GT(one.report().returned_lines, 1'000u);
  options.threads = 4;
  ExpectSameOrders(one, History::Build(facts, options).value());
  // One order alone whose lines do not stand together, then all of them.
  std::swap(facts.lines.front(), facts.lines.back());
  ExpectSameOrders(one, History::Build(facts, options).value());
  Shuffle(facts.lines, 3);
  ExpectSameOrders(one, History::Build(facts, options).value());
  options.threads = 1;
  ExpectSameOrders(one, History::Build(facts, options).value());
}

// A line sent back may stand in the order that bought it, or in another one of the same customer.
TEST(History, ReturnsWithinOrdersEqualTheSlowTwin) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    World world;
    world.customers = seed % 4 == 0 ? 0 : 6;
    world.returns = seed % 3 == 0 ? 100 : 0;
    world.repeated = 200;
    world.days = seed % 5 == 0 ? 1 : 30;
    FactTable facts = RandomFacts(seed, world);
    testing::Dice dice(seed);
    std::vector<LineFact> lines;
    for (const LineFact& line : facts.lines) {
      lines.push_back(line);
      if (dice.Chance(100)) lines.push_back({line.order, line.item, -1, line.time});
    }
    facts.lines = lines;
    if (seed % 2 == 0) Shuffle(facts.lines, seed);
    ExpectSame(facts, {}, {});
    if (HasFailure()) return;
  }
}

TEST(History, AnAnonymousReturnTakesFromItsOwnOrderAlone) {
  Hand hand;
  hand.Line("o1", "", "a", 2, 100).Line("o1", "", "b", 1, 100).Line("o1", "", "a", -2, 100);
  hand.Line("o2", "", "a", 1, 100).Line("o3", "", "a", -1, 200);
  EXPECT_EQ(ItemsOf(hand.Orders()), (std::vector<std::string>{"o1:b", "o2:a"}));
  EXPECT_EQ(hand.built.report().unmatched_returns, 1u);
}

// Nothing sent back, nothing left out, one time an order: what is read in vectors, on several threads; and
// with an order here and there that is not so.
TEST(History, PlainOrdersEqualTheSlowTwin) {
  World world;
  world.items = 300;
  world.orders = 4'000;
  world.customers = 700;
  world.returns = 0;
  world.largest_basket = 70;
  FactTable facts = RandomFacts(11, world);
  HistoryOptions options;
  options.threads = 3;
  ExpectSame(facts, options, {});
  for (size_t l = 5; l < facts.lines.size(); l += 1 + l / 3) {
    if (l % 2 == 0) facts.lines[l].time += 60;
    if (l % 2 == 1) facts.lines[l].quantity = -1;
  }
  ExpectSame(facts, options, {});
  options.from = world.start + 30 * 86400;
  options.until = world.start + 90 * 86400;
  options.non_product_patterns = {"i77"};
  ExpectSame(facts, options, {"i78", "zz"});
}

TEST(History, SetsOfEverySizeAreAscendingAndWithoutRepetitions) {
  for (uint32_t size = 1; size <= 200; ++size) {
    SCOPED_TRACE(size);
    testing::Dice dice(size);
    FactTable facts;
    for (uint32_t item = 0; item < 1000; ++item) facts.items.Intern("i" + std::to_string(item));
    facts.orders.Intern("o");
    facts.order_customer.push_back(kAnonymous);
    std::set<std::string> bought;
    const uint32_t drawn_from = size % 2 == 0 ? 1000 : size;  // with few items, many repetitions
    for (uint32_t l = 0; l < size; ++l) {
      const uint32_t item = dice.Below(drawn_from);
      facts.lines.push_back({0, item, 1, 100});
      bought.insert("i" + std::to_string(item));
    }
    const History history = History::Build(facts, {}).value();
    std::vector<std::string> found;
    for (const ItemId item : history.orders().by_unit[BasketId{0}]) found.push_back(history.item_id(item));
    EXPECT_EQ(found, std::vector<std::string>(bought.begin(), bought.end()));
    EXPECT_EQ(history.report().repeated_lines, size - bought.size());
  }
}

TEST(History, ArrivalOrderDoesNotMatter) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    FactTable facts = RandomFacts(seed);
    const History before = History::Build(facts, {}).value();
    Shuffle(facts.lines, seed);
    const History after = History::Build(facts, {}).value();
    EXPECT_EQ(InWords(before, before.orders(), facts.orders), InWords(after, after.orders(), facts.orders));
    EXPECT_EQ(before.report().unmatched_returns, after.report().unmatched_returns);
  }
}

TEST(Returns, TakeTheLatestEarlierPurchaseAndThenTheOneBefore) {
  Hand hand;
  hand.Line("o1", "c", "a", 2, 100).Line("o2", "c", "a", 1, 200).Line("o3", "c", "a", 1, 400);
  hand.Line("o1", "c", "b", 1, 100).Line("o2", "c", "b", 1, 200);
  hand.Line("r", "c", "a", -2, 300);  // all of o2, one of two in o1; o3 comes later
  EXPECT_THAT(ItemsOf(hand.Orders()), ElementsAre("o1:a", "o1:b", "o2:b", "o3:a"));
  EXPECT_EQ(hand.built.report().returned_lines, 1u);
  EXPECT_EQ(hand.built.report().unmatched_returns, 0u);
}

TEST(Returns, OfAnotherCustomerOrItemOrBeforeThePurchaseFindNothing) {
  Hand hand;
  hand.Line("o1", "c", "a", 1, 100)
      .Line("r1", "d", "a", -1, 200)
      .Line("r2", "c", "b", -1, 200)
      .Line("r3", "c", "a", -1, 50);
  EXPECT_THAT(ItemsOf(hand.Orders()), ElementsAre("o1:a"));
  EXPECT_EQ(hand.built.report().unmatched_returns, 3u);
}

TEST(Returns, ThatNameTheirOrderTakeFromItAlone) {
  Hand hand;
  hand.Line("o1", "c", "a", 1, 100).Line("o2", "c", "a", 1, 200).Line("o9", "", "a", 1, 200);
  hand.Line("r1", "c", "a", -2, 300).Names("r1", "o1");  // one piece of it finds nothing
  hand.Line("r2", "", "a", -1, 300).Names("r2", "o9");   // anonymous, but named
  EXPECT_THAT(ItemsOf(hand.Orders()), ElementsAre("o2:a"));
  EXPECT_EQ(hand.built.report().unmatched_returns, 1u);
}

TEST(Returns, AreDroppedWhenIgnored) {
  Hand hand;
  hand.Line("o1", "c", "a", 1, 100).Line("r", "c", "a", -1, 200);
  HistoryOptions options;
  options.returns = HistoryOptions::Returns::kIgnore;
  EXPECT_THAT(ItemsOf(hand.Orders(options)), ElementsAre("o1:a"));
  EXPECT_EQ(hand.built.report().return_lines, 1u);
}

TEST(Returns, MakeTheDataAsOldAsTheNewestLineThatIsLeft) {
  Hand hand;
  hand.Line("o1", "c", "a", 1, 100).Line("o2", "c", "b", 1, 300).Line("o2", "c", "d", 1, 200);
  hand.Line("r", "c", "b", -1, 400);
  EXPECT_THAT(ItemsOf(hand.Orders()), ElementsAre("o1:a", "o2:d"));
  EXPECT_EQ(hand.built.newest(), 200u);
}

// More lines than one block of owners has: of one customer half of what is of any, some of nobody.
FactTable ManyBlocks(size_t lines) {
  testing::Dice dice(5);
  FactTable facts;
  for (uint32_t item = 0; item < 3'000; ++item) facts.items.Intern("i" + std::to_string(item));
  for (uint32_t customer = 0; customer < 5'000; ++customer)
    facts.customers.Intern("c" + std::to_string(customer));
  for (uint32_t order = 0; facts.lines.size() < lines; ++order) {
    facts.orders.Intern("o" + std::to_string(order));
    facts.order_customer.push_back(dice.Chance(300) ? kAnonymous : dice.Below(2) * dice.Below(5'000));
    const uint32_t time = 1'000'000 + order / 3, largest = order % 1'000 == 0 ? 100 : 8;
    for (uint32_t l = dice.Below(largest) + 1; l > 0; --l)
      facts.lines.push_back({order, dice.Below(3'000), 1, time});
  }
  return facts;
}

TEST(History, OfManyBlocksOfOwnersEqualsItsSlowTwin) {
  const FactTable facts = ManyBlocks(300'000);
  HistoryOptions options;
  options.threads = 3;
  ExpectSame(facts, options, {});
}

TEST(History, KnownOwnersComeFirstByTheBytesOfTheirIds) {
  Hand hand;
  hand.Line("o1", "", "a", 1, 50)
      .Line("o2", "b", "a", 1, 10)
      .Line("o3", "B", "a", 1, 90)
      .Line("o4", "B", "a", 1, 20);
  const auto units = hand.Orders();
  std::vector<std::string> ids;
  for (const auto& unit : units) ids.push_back(unit.id);
  EXPECT_THAT(ids, ElementsAre("o4", "o3", "o2", "o1"));
  EXPECT_THAT(hand.built.orders().owner, ElementsAre(0, 0, 1, 2));
  EXPECT_EQ(hand.built.orders().known_owners, 2u);
  EXPECT_EQ(hand.built.newest(), 90u);
}

TEST(History, RefusesAnEmptyRangeOfTime) {
  HistoryOptions options;
  options.from = 100;
  options.until = 100;
  const auto built = History::Build(FactTable{}, options);
  EXPECT_EQ(built.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(built.status().message()), ::testing::HasSubstr("until: must lie after"));
}

TEST(History, OfNothingIsEmpty) {
  const History empty = History::Build(FactTable{}, {}).value();
  EXPECT_EQ(empty.items(), 0u);
  EXPECT_EQ(empty.orders().size(), 0u);
  EXPECT_EQ(empty.newest(), kNoTime);
}

}  // namespace
}  // namespace awase
