// Files into a ledger and out again.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "engine/intake/intake.h"
#include "engine/ledger/ledger.h"
#include "tests/support/data_dir.h"
#include "tests/support/ledger_dump.h"
#include "tests/support/temp_dir.h"

namespace awase {
namespace {

using testing::TempDir;

// Reads a file into a store; rows that were new.
uint64_t Import(const TempDir& dir, const std::string& store, const std::string& path,
                size_t batch_rows = 50'000) {
  const std::unique_ptr<Ledger> ledger = *Ledger::Open(dir.path(), store, Ledger::Mode::kCreate);
  uint64_t accepted = 0;
  const auto report = ReadOrders(path, {.batch_rows = batch_rows}, [&](std::span<const OrderRow> rows) {
    const absl::StatusOr<RowOutcome> outcome = ledger->AppendOrderRows(rows);
    if (outcome.ok()) accepted += outcome->accepted;
    return outcome.status();
  });
  EXPECT_TRUE(report.ok()) << report.status();
  return accepted;
}

// Lines by their ids, sorted.
std::vector<std::string> Lines(const FactTable& facts) {
  std::vector<std::string> lines;
  for (const LineFact& line : facts.lines) {
    const uint32_t customer = facts.order_customer[line.order];
    lines.push_back(std::string(facts.orders[line.order]) + "|" +
                    std::string(customer == kAnonymous ? "" : facts.customers[customer]) + "|" +
                    std::string(facts.items[line.item]) + "|" + std::to_string(line.quantity) + "|" +
                    std::to_string(line.time));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

TEST(Import, OfARealFileTwiceChangesNothing) {
  AWASE_NEED_REAL_DATA(path, "groceries.csv.gz");
  const TempDir dir;
  EXPECT_EQ(Import(dir, "shop", path), 43'367u);
  const std::string file = testing::LedgerFile(dir.path(), "shop");
  const std::vector<std::string> dump = testing::DumpLedger(file);
  EXPECT_GT(dump.size(), 43'367u);
  EXPECT_EQ(Import(dir, "shop", path), 0u);
  EXPECT_TRUE(testing::DumpLedger(file) == dump);
  // Nor does the size of a batch matter.
  EXPECT_EQ(Import(dir, "other", path, 1'013), 43'367u);
  EXPECT_TRUE(testing::DumpLedger(testing::LedgerFile(dir.path(), "other")) == dump);
}

TEST(Import, OfOnlineRetailGivesItsPublishedCounts) {
  AWASE_NEED_REAL_DATA(path, "online_retail.csv.gz");
  const TempDir dir;
  EXPECT_EQ(Import(dir, "shop", path), 541'907u);
  const std::unique_ptr<Ledger> ledger = *Ledger::Open(dir.path(), "shop", Ledger::Mode::kRead);
  const LedgerCounts counts = *ledger->Counts();
  EXPECT_EQ(counts.orders, 25'898u);
  EXPECT_EQ(counts.customers, 4'372u);
  EXPECT_EQ(counts.ordered_items, 4'070u) << "85123A and 85123a are two";
  EXPECT_EQ(counts.order_lines + counts.return_lines, 541'907u);
  EXPECT_EQ(FormatTime(counts.first_time), "2010-12-01T08:26:00Z");
  EXPECT_EQ(FormatTime(counts.last_time), "2011-12-09T12:50:00Z");
  // The ledger says what the file says.
  const absl::StatusOr<FactTable> direct = ReadOrdersAsFacts(path, {}, nullptr);
  ASSERT_TRUE(direct.ok());
  EXPECT_TRUE(Lines(*ledger->ReadFacts()) == Lines(*direct));
}

TEST(Import, OfSessionsKeepsEveryView) {
  AWASE_NEED_REAL_DATA(path, "serenade_example.csv.gz");
  const TempDir dir;
  const std::unique_ptr<Ledger> ledger = *Ledger::Open(dir.path(), "shop", Ledger::Mode::kCreate);
  for (const uint64_t expected : {116'285u, 0u}) {
    uint64_t accepted = 0;
    const auto report = ReadViews(path, {}, [&](std::span<const ViewRow> rows) {
      const absl::StatusOr<RowOutcome> outcome = ledger->AppendViewRows(rows);
      if (outcome.ok()) accepted += outcome->accepted;
      return outcome.status();
    });
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(accepted, expected);
  }
  EXPECT_EQ(ledger->ReadFacts()->views.size(), 116'285u);
  EXPECT_TRUE(ledger->Verify()->empty());
}

}  // namespace
}  // namespace awase
