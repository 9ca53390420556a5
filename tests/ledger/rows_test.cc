// Lines of files: each counts once.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "engine/ledger/ledger.h"
#include "tests/support/ledger_dump.h"
#include "tests/support/temp_dir.h"

namespace awase {
namespace {

using testing::DumpLedger;
using testing::LedgerFile;
using testing::Query;
using testing::TempDir;

std::unique_ptr<Ledger> Create(const TempDir& dir) {
  absl::StatusOr<std::unique_ptr<Ledger>> ledger = Ledger::Open(dir.path(), "shop", Ledger::Mode::kCreate);
  EXPECT_TRUE(ledger.ok()) << ledger.status();
  return *std::move(ledger);
}

const std::vector<OrderRow> kRows = {
    {"o1", "ann", 1000, "tea", 2, 1'500'000},
    {"o1", "ann", 1000, "cup", 1, kNoPrice},
    {"o1", "ann", 1000, "tea", 2, 1'500'000, 1},  // an exact copy
    {"o2", "", 2000, "tea", 1, 0},
    {"o3", "bob", kNoTime, "pot", -1, 9'990'000},
};

TEST(Rows, CountOnceHoweverOftenTheyCome) {
  const TempDir dir;
  std::vector<std::string> dump;
  for (int round = 0; round < 3; ++round) {
    const std::unique_ptr<Ledger> ledger = Create(dir);
    const absl::StatusOr<RowOutcome> outcome = ledger->AppendOrderRows(kRows);
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    EXPECT_EQ(outcome->accepted, round == 0 ? 5u : 0u);
    EXPECT_EQ(outcome->duplicates, round == 0 ? 0u : 5u);
    const Watermark at = *ledger->ReadWatermark();
    EXPECT_EQ(at, (Watermark{5, 5})) << "a repetition is no change";
    if (round == 0) dump = DumpLedger(LedgerFile(dir.path(), "shop"));
    EXPECT_EQ(DumpLedger(LedgerFile(dir.path(), "shop")), dump);
  }
  // The dump does see a line more.
  const std::vector<OrderRow> more = {{"o1", "ann", 1000, "tea", 2, 1'500'000, 2}};
  ASSERT_TRUE(Create(dir)->AppendOrderRows(more).ok());
  EXPECT_NE(DumpLedger(LedgerFile(dir.path(), "shop")), dump);
}

TEST(Rows, AreReadBackAsTheyWereGiven) {
  const TempDir dir;
  const std::unique_ptr<Ledger> ledger = Create(dir);
  ASSERT_TRUE(ledger->AppendOrderRows(kRows).ok());
  Watermark at;
  const absl::StatusOr<FactTable> facts = ledger->ReadFacts(&at);
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(at.facts, 5u);
  ASSERT_EQ(facts->lines.size(), kRows.size());
  for (size_t i = 0; i < kRows.size(); ++i) {
    const LineFact& line = facts->lines[i];
    EXPECT_EQ(facts->orders[line.order], kRows[i].order_id);
    EXPECT_EQ(facts->items[line.item], kRows[i].item_id);
    EXPECT_EQ(line.quantity, kRows[i].quantity);
    EXPECT_EQ(line.time, kRows[i].time);
    const uint32_t customer = facts->order_customer[line.order];
    EXPECT_EQ(customer == kAnonymous ? "" : facts->customers[customer], kRows[i].customer_id);
  }
  const LedgerCounts counts = *ledger->Counts();
  EXPECT_EQ(counts.orders, 3u);
  EXPECT_EQ(counts.order_lines, 4u);
  EXPECT_EQ(counts.return_lines, 1u);
  EXPECT_EQ(counts.customers, 2u);
  EXPECT_EQ(counts.ordered_items, 3u);
  EXPECT_EQ(counts.first_time, 1000u);
  EXPECT_EQ(counts.last_time, 2000u);
}

TEST(Rows, AnOrderHasOneCustomer) {
  const TempDir dir;
  const std::unique_ptr<Ledger> ledger = Create(dir);
  const std::vector<OrderRow> rows = {{"o1", "", 1, "tea"},    {"o1", "ann", 1, "cup"},
                                      {"o1", "bob", 1, "pot"}, {"o1", "", 1, "spoon"},
                                      {"o1", "ann", 1, "jar"}, {"o2", "", 1, "tea"}};
  const absl::StatusOr<RowOutcome> outcome = ledger->AppendOrderRows(rows);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->accepted, 5u);
  ASSERT_EQ(outcome->refused.size(), 1u);
  EXPECT_EQ(outcome->refused[0].row, 2u);
  EXPECT_EQ(outcome->refused[0].reason, "order_customer_conflict");
  EXPECT_EQ(outcome->refused[0].message, "customer_id: order 'o1' belongs to another customer, got 'bob'");
  const FactTable facts = *ledger->ReadFacts();
  EXPECT_EQ(facts.customers[facts.order_customer[*facts.orders.Find("o1")]], "ann");
  EXPECT_EQ(facts.order_customer[*facts.orders.Find("o2")], kAnonymous);
  EXPECT_EQ(ledger->Counts()->customers, 1u) << "a refused line leaves no customer behind";
}

TEST(Rows, ThatAreNotValidAreRefusedAlone) {
  const TempDir dir;
  const std::unique_ptr<Ledger> ledger = Create(dir);
  const std::string long_id(129, 'x');
  const std::vector<OrderRow> rows = {
      {"", "", 1, "tea"},           {"o", "", 1, ""},       {"o", "", 1, long_id},
      {"o", "\xff", 1, "tea"},      {"o", "", 1, "tea", 0}, {"o", "", 1, "tea", 1, -1},
      {"o", "", 1, "tea", 1000001}, {"o", "", 1, "a\nb"},   {"o", "", 1, "tea", 1, 1}};
  const absl::StatusOr<RowOutcome> outcome = ledger->AppendOrderRows(rows);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->refused.size(), 8u);
  EXPECT_EQ(outcome->accepted, 1u);
  EXPECT_EQ(ledger->Counts()->order_lines, 1u);
}

TEST(Views, CountOnceAndKeepTheirOrder) {
  const TempDir dir;
  const std::unique_ptr<Ledger> ledger = Create(dir);
  const std::vector<ViewRow> rows = {
      {"s1", "", 10, "b"}, {"s1", "", 10, "a"}, {"s1", "ann", 10, "b", 1}, {"s2", "", 9, "a"}};
  EXPECT_EQ(ledger->AppendViewRows(rows)->accepted, 4u);
  EXPECT_EQ(ledger->AppendViewRows(rows)->duplicates, 4u);
  const FactTable facts = *ledger->ReadFacts();
  std::string seen;
  for (const ViewFact& view : facts.views) {
    seen += std::string(facts.sessions[view.session]) + std::string(facts.items[view.item]) + " ";
  }
  EXPECT_EQ(seen, "s1b s1a s1b s2a ");
  EXPECT_EQ(ledger->ReadCustomer("ann")->views.size(), 3u);
}

// Facts by their ids, so that tables with other numbers can be compared.
std::multiset<std::string> ById(const FactTable& facts) {
  std::multiset<std::string> rows;
  for (const LineFact& line : facts.lines) {
    const uint32_t customer = facts.order_customer[line.order];
    rows.insert(std::string(facts.orders[line.order]) + "|" +
                std::string(customer == kAnonymous ? "" : facts.customers[customer]) + "|" +
                std::string(facts.items[line.item]) + "|" + std::to_string(line.quantity) + "|" +
                std::to_string(line.time));
  }
  for (const ViewFact& view : facts.views) {
    rows.insert(std::string(facts.sessions[view.session]) + "|" + std::string(facts.items[view.item]));
  }
  for (const auto& [back, of] : facts.return_of) {
    rows.insert(std::string(facts.orders[back]) + " takes back from " + std::string(facts.orders[of]));
  }
  return rows;
}

TEST(ReadFactsSince, EqualsReadingAllAtOnce) {
  const TempDir dir;
  const std::unique_ptr<Ledger> ledger = Create(dir);
  std::mt19937 random(7);
  Watermark from;
  FactTable grown;
  for (int round = 0; round < 60; ++round) {
    std::vector<std::string> texts;
    std::vector<OrderRow> rows;
    texts.reserve(100);
    for (int i = 0; i < 8; ++i) {
      const uint64_t order = random() % 60;
      // Half of the lines do not say whose the order is; the customer of an order is a function of it.
      const std::string& id = texts.emplace_back("o" + std::to_string(order));
      const std::string& customer =
          texts.emplace_back(random() % 2 == 0 ? "" : "c" + std::to_string(order % 7));
      const std::string& item = texts.emplace_back("i" + std::to_string(random() % 9));
      rows.push_back({id, customer, static_cast<UnixSeconds>(100 + random() % 5), item, 1});
    }
    ASSERT_TRUE(ledger->AppendOrderRows(rows)->refused.empty());
    const std::string event_id = "e" + std::to_string(round);
    const Event back{event_id, 500, "", Return{std::string(rows[0].order_id), {}}};
    const Event view{event_id + "v", 500, "c1", View{"s" + std::to_string(round % 5), {"i1", "i2", "i1"}}};
    ASSERT_TRUE(ledger->AppendEvents(std::vector<Event>{back, view}).ok());
    if (random() % 3 != 0) continue;
    ASSERT_TRUE(ledger->ReadFactsSince(from, grown).ok());
    Watermark at;
    const FactTable whole = *ledger->ReadFacts(&at);
    EXPECT_EQ(from, at);
    ASSERT_EQ(ById(grown), ById(whole)) << "round " << round;
    EXPECT_EQ(grown.order_customer.size(), grown.orders.size());
  }
  EXPECT_GT(grown.return_of.size(), 10u);
}

// Orders, customers and items are mostly met in the order in which they came first; here they are not.
TEST(ReadFactsSince, FindsOrdersThatWereMadeLongBefore) {
  const TempDir dir;
  const std::unique_ptr<Ledger> ledger = Create(dir);
  std::mt19937 random(1);
  std::vector<std::string> ids;
  for (int i = 0; i < 300; ++i) ids.push_back(std::to_string(i));
  const auto row = [&](size_t order, UnixSeconds time) {
    return OrderRow{ids[order], ids[order * 7 % 40], time, ids[order * 3 % 100], 1};
  };
  std::vector<OrderRow> first, later;
  for (size_t order = 0; order < ids.size(); ++order) first.push_back(row(order, 1000));
  ASSERT_EQ(ledger->AppendOrderRows(first)->accepted, first.size());
  Watermark at = *ledger->ReadWatermark();
  // Steps on, near and far, and steps back.
  for (size_t order = 0; order < ids.size(); order += 1 + random() % 20) later.push_back(row(order, 2000));
  for (int i = 0; i < 100; ++i) later.push_back(row(random() % ids.size(), 3000 + i));
  ASSERT_EQ(ledger->AppendOrderRows(later)->accepted, later.size());
  FactTable facts;
  ASSERT_TRUE(ledger->ReadFactsSince(at, facts).ok());
  ASSERT_EQ(facts.lines.size(), later.size());
  for (size_t i = 0; i < later.size(); ++i) {
    const LineFact& line = facts.lines[i];
    ASSERT_EQ(facts.orders[line.order], later[i].order_id) << i;
    ASSERT_EQ(facts.items[line.item], later[i].item_id) << i;
    ASSERT_EQ(facts.customers[facts.order_customer[line.order]], later[i].customer_id) << i;
    ASSERT_EQ(line.time, later[i].time) << i;
  }
  EXPECT_EQ(ledger->ReadFacts()->lines.size(), first.size() + later.size());
}

TEST(CustomersChangedSince, NamesThoseWithNewFacts) {
  const TempDir dir;
  const std::unique_ptr<Ledger> ledger = Create(dir);
  ASSERT_TRUE(
      ledger->AppendOrderRows(std::vector<OrderRow>{{"o1", "ann", 1, "tea"}, {"o2", "bob", 1, "tea"}}).ok());
  const Watermark since = *ledger->ReadWatermark();
  EXPECT_TRUE(ledger->CustomersChangedSince(since)->empty());
  ASSERT_TRUE(
      ledger->AppendOrderRows(std::vector<OrderRow>{{"o2", "bob", 1, "cup"}, {"o9", "", 1, "tea"}}).ok());
  ASSERT_TRUE(ledger->AppendViewRows(std::vector<ViewRow>{{"s", "cat", 1, "tea"}}).ok());
  EXPECT_EQ(*ledger->CustomersChangedSince(since), (std::vector<std::string>{"bob", "cat"}));
  EXPECT_EQ(*ledger->CustomersChangedSince({}), (std::vector<std::string>{"ann", "bob", "cat"}));
  EXPECT_EQ(ledger->ReadCustomer("bob")->lines.size(), 2u);
  EXPECT_TRUE(ledger->ReadCustomer("nobody")->lines.empty());
}

TEST(Ledger, TwoOfOneFileSeeEachOthersAppends) {
  const TempDir dir;
  const std::unique_ptr<Ledger> one = Create(dir), other = Create(dir);
  // The other knows the order as anonymous before the first settles its customer.
  ASSERT_EQ(other->AppendOrderRows(std::vector<OrderRow>{{"o1", "", 1, "tea"}})->accepted, 1u);
  ASSERT_EQ(one->AppendOrderRows(std::vector<OrderRow>{{"o1", "ann", 1, "cup"}})->accepted, 1u);
  const absl::StatusOr<RowOutcome> outcome =
      other->AppendOrderRows(std::vector<OrderRow>{{"o1", "bob", 1, "pot"}});
  ASSERT_EQ(outcome->refused.size(), 1u);
  EXPECT_EQ(other->ReadWatermark()->facts, 3u) << "two lines and a customer who became known";
  EXPECT_TRUE(one->Verify()->empty());
}

TEST(Ledger, CanBeReadWithASqlShell) {
  const TempDir dir;
  const std::unique_ptr<Ledger> ledger = Create(dir);
  ASSERT_TRUE(ledger->AppendOrderRows(kRows).ok());
  ASSERT_TRUE(ledger->UpsertItems(std::vector<Item>{{.id = "tea", .titles = {{"", "Green tea"}}}}).ok());
  const std::string path = LedgerFile(dir.path(), "shop");
  EXPECT_EQ(
      Query(path,
            "SELECT order_id, customer_id, time, item_id, title, quantity, unit_price FROM sales LIMIT 2"),
      (std::vector<std::string>{"o1|ann|1970-01-01 00:16:40|tea|Green tea|2|1.5",
                                "o1|ann|1970-01-01 00:16:40|cup||1|"}));
}

}  // namespace
}  // namespace awase
