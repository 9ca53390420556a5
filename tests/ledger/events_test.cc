// Events of the API: exactly once, whatever the network does.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <thread>

#include "engine/ledger/ledger.h"
#include "tests/support/ledger_dump.h"
#include "tests/support/temp_dir.h"

namespace awase {
namespace {

using testing::DumpLedger;
using testing::LedgerFile;
using testing::TempDir;
using Kind = EventOutcome::Kind;

std::unique_ptr<Ledger> Create(const TempDir& dir, const std::string& store = "shop") {
  absl::StatusOr<std::unique_ptr<Ledger>> ledger = Ledger::Open(dir.path(), store, Ledger::Mode::kCreate);
  EXPECT_TRUE(ledger.ok()) << ledger.status();
  return *std::move(ledger);
}

EventOutcome Append(Ledger& ledger, const Event& event) {
  absl::StatusOr<std::vector<EventOutcome>> outcomes = ledger.AppendEvents({&event, 1});
  EXPECT_TRUE(outcomes.ok()) << outcomes.status();
  return (*outcomes)[0];
}

Event OrderEvent(const std::string& id, const std::string& customer, const std::string& order,
                 std::vector<OrderLine> lines) {
  return {id, 1'600'000'000, customer, Order{order, std::move(lines)}};
}

TEST(Events, OfOneIdCountOnce) {
  const TempDir dir;
  const std::unique_ptr<Ledger> ledger = Create(dir);
  const Event event = OrderEvent("e1", "ann", "o1", {{"tea", 2, 100}, {"tea", 2, 100}});
  EXPECT_EQ(Append(*ledger, event).kind, Kind::kAccepted);
  EXPECT_EQ(Append(*ledger, event).kind, Kind::kDuplicate);
  EXPECT_EQ(ledger->Counts()->order_lines, 2u) << "equal lines of one order are two lines";
  // Every field is part of the content.
  Event other = event;
  other.time += 1;
  EXPECT_EQ(Append(*ledger, other).reason, "EVENT_ID_REUSED");
  EXPECT_EQ(Append(*ledger, other).status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(Append(*ledger, OrderEvent("e1", "bob", "o1", {{"tea", 2, 100}, {"tea", 2, 100}})).kind,
            Kind::kRefused);
  EXPECT_EQ(Append(*ledger, OrderEvent("e1", "ann", "o1", {{"tea", 2, 100}})).kind, Kind::kRefused);
  EXPECT_EQ(Append(*ledger, OrderEvent("e1", "ann", "o1", {{"tea", 2, 100}, {"tea", 2, kNoPrice}})).kind,
            Kind::kRefused);
  EXPECT_EQ(ledger->Counts()->order_lines, 2u);
}

TEST(Events, OfAnOrderThatAFileBroughtAddNothing) {
  const TempDir dir;
  const std::unique_ptr<Ledger> ledger = Create(dir);
  ASSERT_TRUE(
      ledger->AppendOrderRows(std::vector<OrderRow>{{"o1", "ann", 1'600'000'000, "tea", 2, 100}}).ok());
  EXPECT_EQ(Append(*ledger, OrderEvent("e1", "", "o1", {{"tea", 2, 100}, {"cup", 1, 5}})).kind,
            Kind::kAccepted);
  EXPECT_EQ(ledger->Counts()->order_lines, 2u);
  EXPECT_EQ(Append(*ledger, OrderEvent("e2", "bob", "o1", {{"tea", 1, 1}})).reason,
            "ORDER_CUSTOMER_CONFLICT");
}

TEST(Events, ReturnsTakeBackFromTheOrderThatTheyName) {
  const TempDir dir;
  const std::unique_ptr<Ledger> ledger = Create(dir);
  const Event missing{"r0", 1'600'000'100, "", Return{"o1", {}}};
  EXPECT_EQ(Append(*ledger, missing).reason, "ORDER_NOT_FOUND");
  EXPECT_EQ(Append(*ledger, missing).status.code(), absl::StatusCode::kNotFound);
  ASSERT_EQ(Append(*ledger, OrderEvent("e1", "ann", "o1", {{"tea", 3, 100}, {"cup", 1, 5}})).kind,
            Kind::kAccepted);
  EXPECT_EQ(Append(*ledger, {"r1", 1'600'000'200, "", Return{"o1", {{"tea", 1, 100}}}}).kind,
            Kind::kAccepted);
  EXPECT_EQ(Append(*ledger, {"r2", 1'600'000'300, "bob", Return{"o1", {}}}).reason,
            "ORDER_CUSTOMER_CONFLICT");
  // The rest of the order: two teas and the cup.
  EXPECT_EQ(Append(*ledger, {"r3", 1'600'000'300, "ann", Return{"o1", {}}}).kind, Kind::kAccepted);
  const FactTable facts = *ledger->ReadFacts();
  std::map<std::string, int> left;
  for (const LineFact& line : facts.lines) left[std::string(facts.items[line.item])] += line.quantity;
  EXPECT_EQ(left, (std::map<std::string, int>{{"cup", 0}, {"tea", 0}}));
  EXPECT_EQ(facts.return_of.size(), 2u);
  for (const auto& [back, of] : facts.return_of) {
    EXPECT_EQ(facts.orders[of], "o1");
    EXPECT_EQ(facts.customers[facts.order_customer[back]], "ann") << "inherited from the order";
  }
  // Nothing is left to take back.
  EXPECT_EQ(Append(*ledger, {"r4", 1'600'000'400, "ann", Return{"o1", {}}}).kind, Kind::kAccepted);
  EXPECT_EQ(ledger->Counts()->return_lines, 3u);
  EXPECT_TRUE(ledger->Verify()->empty());
}

TEST(Events, ThatAreOnlyValidatedLeaveNoTrace) {
  const TempDir dir;
  const std::unique_ptr<Ledger> ledger = Create(dir);
  const std::vector<Event> events = {OrderEvent("e1", "ann", "o1", {{"tea"}}),
                                     OrderEvent("e1", "bob", "o1", {{"tea"}}),
                                     OrderEvent("", "ann", "o1", {{"tea"}}),
                                     {"r1", 5, "", Return{"o1", {}}}};
  const auto outcomes = ledger->AppendEvents(events, /*validate_only=*/true);
  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  EXPECT_EQ((*outcomes)[0].kind, Kind::kAccepted);
  EXPECT_EQ((*outcomes)[1].reason, "EVENT_ID_REUSED");
  EXPECT_EQ((*outcomes)[2].reason, "INVALID_EVENT");
  EXPECT_EQ((*outcomes)[3].kind, Kind::kAccepted) << "events of one batch see each other";
  EXPECT_EQ(*ledger->ReadWatermark(), Watermark{});
  EXPECT_EQ(Append(*ledger, events[1]).kind, Kind::kAccepted);
}

std::vector<Event> RandomEvents(std::mt19937& random) {
  std::vector<Event> events;
  for (int i = 0; i < 300; ++i) {
    Event event{"e" + std::to_string(i), static_cast<UnixSeconds>(1'600'000'000 + random() % 1000), "", {}};
    const int customer = static_cast<int>(random() % 20);
    event.customer_id = "c" + std::to_string(customer);
    const std::string item = "i" + std::to_string(random() % 30);
    switch (random() % 3) {
      case 0:
        event.payload = Order{"o" + std::to_string(i), {{item, 2, 100}, {"i1", 1, kNoPrice}}};
        break;
      case 1:  // of what was bought before, whichever order that was
        event.payload = Return{"", {{item, 1, kNoPrice}}};
        break;
      default:
        event.payload = View{"s" + std::to_string(customer), {item, "i2", item}};
    }
    events.push_back(std::move(event));
  }
  return events;
}

TEST(Events, ThreeTimesShuffledOverReopeningsEqualOnce) {
  const TempDir dir;
  for (const unsigned seed : {1u, 2u, 3u}) {
    std::mt19937 random(seed);
    const std::vector<Event> events = RandomEvents(random);
    const std::string once = "once" + std::to_string(seed), thrice = "thrice" + std::to_string(seed);
    ASSERT_TRUE(Create(dir, once)->AppendEvents(events).ok());
    std::vector<Event> sent;
    for (int copy = 0; copy < 3; ++copy) sent.insert(sent.end(), events.begin(), events.end());
    std::shuffle(sent.begin(), sent.end(), random);
    uint64_t accepted = 0;
    for (size_t begin = 0; begin < sent.size();) {
      const size_t count = std::min<size_t>(1 + random() % 120, sent.size() - begin);
      const std::unique_ptr<Ledger> ledger = Create(dir, thrice);
      const auto outcomes = ledger->AppendEvents(std::span(sent).subspan(begin, count));
      ASSERT_TRUE(outcomes.ok()) << outcomes.status();
      for (const EventOutcome& outcome : *outcomes) accepted += outcome.kind == Kind::kAccepted;
      begin += count;
    }
    EXPECT_EQ(accepted, events.size()) << "seed " << seed;
    EXPECT_EQ(DumpLedger(LedgerFile(dir.path(), thrice)), DumpLedger(LedgerFile(dir.path(), once)))
        << "seed " << seed;
  }
}

TEST(Events, OfManyThreadsAreAllKept) {
  const TempDir dir;
  const std::unique_ptr<Ledger> ledger = Create(dir);
  constexpr int kThreads = 8, kEach = 100;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string id = std::to_string(t) + "-" + std::to_string(i);
        // Each tenth event is sent by two threads at once.
        const std::string shared =
            i % 10 == 0 ? "shared" + std::to_string(i) + "-" + std::to_string(t / 2) : id;
        EXPECT_NE(Append(*ledger, OrderEvent(shared, "c", "o" + shared, {{"tea"}})).kind, Kind::kRefused);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ledger->Counts()->order_lines, kThreads * kEach * 9 / 10 + kThreads * kEach / 20u);
  EXPECT_TRUE(ledger->Verify()->empty());
}

}  // namespace
}  // namespace awase
