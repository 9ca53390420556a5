// Broken files, full disks, failed syncs, kills.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "engine/ledger/ledger.h"
#include "tests/support/failing_vfs.h"
#include "tests/support/ledger_dump.h"
#include "tests/support/temp_dir.h"

namespace awase {
namespace {

using testing::DumpLedger;
using testing::FailingVfs;
using testing::LedgerFile;
using testing::Query;
using testing::TempDir;

absl::StatusOr<std::unique_ptr<Ledger>> Open(const TempDir& dir, Ledger::Mode mode = Ledger::Mode::kCreate) {
  return Ledger::Open(dir.path(), "shop", mode);
}

absl::Status AppendOne(Ledger& ledger, const std::string& order) {
  return ledger.AppendOrderRows(std::vector<OrderRow>{{order, "ann", 1, "tea"}}).status();
}

TEST(Faults, ANewerLedgerIsRefused) {
  const TempDir dir;
  ASSERT_TRUE(Open(dir).ok());
  Query(LedgerFile(dir.path(), "shop"), "PRAGMA user_version = 99");
  for (const Ledger::Mode mode : {Ledger::Mode::kRead, Ledger::Mode::kWrite, Ledger::Mode::kCreate}) {
    const absl::Status status = Open(dir, mode).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_NE(status.message().find("newer version of Awase (schema 99)"), absl::string_view::npos) << status;
  }
}

TEST(Faults, AForeignDatabaseIsRefused) {
  const TempDir dir;
  std::filesystem::create_directory(dir / "shop");
  std::ofstream(LedgerFile(dir.path(), "shop")).close();
  Query(LedgerFile(dir.path(), "shop"), "CREATE TABLE recipes (name TEXT)");
  EXPECT_EQ(Open(dir).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(Faults, AFileThatIsNoDatabaseIsDataLoss) {
  const TempDir dir;
  std::filesystem::create_directory(dir / "shop");
  std::ofstream(LedgerFile(dir.path(), "shop")) << std::string(8192, 'x');
  EXPECT_EQ(Open(dir).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Open(dir, Ledger::Mode::kRead).status().code(), absl::StatusCode::kDataLoss);
}

TEST(Faults, VerifyFindsDamage) {
  const TempDir dir;
  const std::string path = LedgerFile(dir.path(), "shop");
  {
    const std::unique_ptr<Ledger> ledger = *Open(dir);
    std::vector<std::string> ids;
    for (int i = 0; i < 5000; ++i) ids.push_back("order-" + std::to_string(i));
    std::vector<OrderRow> rows;
    for (const std::string& id : ids) rows.push_back({id, "ann", 1, "tea"});
    ASSERT_TRUE(ledger->AppendOrderRows(rows).ok());
    EXPECT_TRUE(ledger->Verify()->empty());
  }
  const auto damages = {"UPDATE totals SET order_lines = 3",
                        "UPDATE totals SET sequence = 1",
                        "UPDATE item_ids SET ordered = 0",
                        "PRAGMA foreign_keys = OFF; DELETE FROM customers",
                        "INSERT INTO settings VALUES ('min_support', 'x')",
                        "INSERT INTO orders (order_id, kind) VALUES ('empty', 0)"};
  for (const char* damage : damages) {
    const TempDir copy;
    std::filesystem::copy(dir / "shop", copy / "shop", std::filesystem::copy_options::recursive);
    ASSERT_TRUE(Query(LedgerFile(copy.path(), "shop"), damage).empty());
    const auto problems = (*Open(copy, Ledger::Mode::kRead))->Verify();
    ASSERT_TRUE(problems.ok()) << problems.status();
    EXPECT_FALSE(problems->empty()) << damage;
  }
  // Bytes inside pages, too.
  std::mt19937 random(5);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  for (int i = 0; i < 200; ++i) {
    file.seekp(static_cast<std::streamoff>(4096 + random() % (std::filesystem::file_size(path) - 4096)));
    file.put(static_cast<char>(random()));
  }
  file.close();
  const absl::StatusOr<std::unique_ptr<Ledger>> ledger = Open(dir, Ledger::Mode::kRead);
  if (!ledger.ok()) return;
  const auto problems = (*ledger)->Verify();
  EXPECT_TRUE(!problems.ok() || !problems->empty());
}

TEST(Faults, AFullDiskIsACleanErrorAndPasses) {
  const TempDir dir;
  FailingVfs vfs;
  const std::unique_ptr<Ledger> ledger = *Open(dir);
  ASSERT_TRUE(AppendOne(*ledger, "before").ok());
  vfs.FillDisk(true);
  EXPECT_EQ(AppendOne(*ledger, "during").code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ledger->ReadFacts()->lines.size(), 1u) << "reading goes on";
  vfs.FillDisk(false);
  EXPECT_TRUE(AppendOne(*ledger, "after").ok());
  EXPECT_EQ(ledger->ReadFacts()->lines.size(), 2u);
  EXPECT_TRUE(ledger->Verify()->empty());
}

TEST(Faults, AFailedSyncIsFinalUntilTheLedgerIsOpenedAgain) {
  const TempDir dir;
  FailingVfs vfs;
  {
    const std::unique_ptr<Ledger> ledger = *Open(dir);
    ASSERT_TRUE(AppendOne(*ledger, "before").ok());
    const int syncs = vfs.syncs();
    vfs.FailSyncs(true);
    EXPECT_EQ(AppendOne(*ledger, "during").code(), absl::StatusCode::kDataLoss);
    EXPECT_GT(vfs.syncs(), syncs) << "an append does sync";
    vfs.FailSyncs(false);
    const int failed = vfs.syncs();
    EXPECT_EQ(AppendOne(*ledger, "after").code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(vfs.syncs(), failed) << "and a failed one is never tried again";
    EXPECT_EQ(ledger->ReadFacts()->lines.size(), 1u) << "reading goes on";
  }
  const std::unique_ptr<Ledger> again = *Open(dir);
  EXPECT_TRUE(AppendOne(*again, "again").ok());
  EXPECT_TRUE(again->Verify()->empty());
}

TEST(Faults, AnotherProcesssTransactionIsWaitedFor) {
  const TempDir dir;
  const std::unique_ptr<Ledger> ledger = *Open(dir);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(LedgerFile(dir.path(), "shop").c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  std::thread release([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr);
  });
  EXPECT_TRUE(AppendOne(*ledger, "patient").ok());
  release.join();
  sqlite3_close(other);
}

TEST(Faults, ManyCreateOneLedgerAtOnce) {
  const TempDir dir;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      const absl::StatusOr<std::unique_ptr<Ledger>> ledger = Open(dir);
      ASSERT_TRUE(ledger.ok()) << ledger.status();
      EXPECT_TRUE(AppendOne(**ledger, "o" + std::to_string(t)).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ((*Open(dir))->Counts()->orders, 8u);
}

// A shop's file in small batches, as an import does.
void AppendAll(const TempDir& dir, const std::string& store) {
  const absl::StatusOr<std::unique_ptr<Ledger>> ledger =
      Ledger::Open(dir.path(), store, Ledger::Mode::kCreate);
  if (!ledger.ok()) _exit(1);
  for (int batch = 0; batch < 60; ++batch) {
    std::vector<std::string> ids;
    for (int i = 0; i < 20; ++i) ids.push_back(std::to_string((batch * 20 + i) / 3));
    std::vector<OrderRow> rows;
    for (int i = 0; i < 20; ++i) {
      rows.push_back({ids[i], i % 3 == 0 ? "" : "c1", 1000, i % 2 == 0 ? "tea" : "cup", 1, 100});
    }
    if (!(*ledger)->AppendOrderRows(rows).ok()) _exit(1);
  }
}

TEST(Faults, KilledAnywhereAndRunAgainGivesTheSameLedger) {
  const TempDir dir;
  AppendAll(dir, "whole");
  std::mt19937 random(11);
  int killed = 0;
  for (int round = 0; round < 50; ++round) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      AppendAll(dir, "killed");
      _exit(0);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(500 + random() % 15000));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    killed += WIFSIGNALED(status) ? 1 : 0;
    // Start over now and then, so that not only the end of the file is cut.
    if (round % 5 == 4) {
      AppendAll(dir, "killed");
      ASSERT_EQ(DumpLedger(LedgerFile(dir.path(), "killed")), DumpLedger(LedgerFile(dir.path(), "whole")));
      ASSERT_TRUE((*Ledger::Open(dir.path(), "killed", Ledger::Mode::kRead))->Verify()->empty());
      std::filesystem::remove_all(dir / "killed");
    }
  }
  EXPECT_GT(killed, 5) << "the kills came too late to show anything";
}

}  // namespace
}  // namespace awase
