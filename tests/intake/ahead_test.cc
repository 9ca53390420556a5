// Reading ahead makes the same calls in the same order as reading in step.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "engine/intake/intake.h"
#include "tests/support/temp_dir.h"

namespace awase {
namespace {

struct Calls {
  std::vector<std::string> made;  // batches, row by row, and bad lines, as they came
  std::vector<std::string> titles;
  absl::Status status;
  IntakeReport report;
};

// The sink fails at batch `fail_at`, counted from 1.
Calls Read(const std::string& text, IntakeOptions options, size_t fail_at = 0) {
  const testing::TempDir dir;
  const std::string path = dir / "orders.csv";
  std::ofstream(path, std::ios::binary) << text;
  Calls calls;
  options.on_error = [&](const LineError& error) {
    calls.made.push_back("bad " + std::to_string(error.line) + " " + error.reason + " " + error.text);
  };
  options.on_title = [&](std::string_view item, std::string_view title) {
    calls.titles.push_back(std::string(item) + "=" + std::string(title));
  };
  size_t batches = 0;
  const auto report = ReadOrders(path, options, [&](std::span<const OrderRow> rows) {
    calls.made.push_back("batch of " + std::to_string(rows.size()));
    for (const OrderRow& row : rows) {
      calls.made.push_back(std::string(row.order_id) + "|" + std::string(row.customer_id) + "|" +
                           std::to_string(row.time) + "|" + std::string(row.item_id) + "|" +
                           std::to_string(row.quantity) + "|" + std::to_string(row.unit_price) + "|" +
                           std::to_string(row.occurrence) + "|" + std::to_string(row.line));
    }
    return ++batches == fail_at ? absl::ResourceExhaustedError("no room") : absl::OkStatus();
  });
  // Without the folder, which is another one each time.
  const std::string message(report.status().message());
  const size_t file = message.find("orders.csv");
  calls.status = {report.status().code(), message.substr(file == std::string::npos ? 0 : file)};
  if (report.ok()) calls.report = *report;
  return calls;
}

void ExpectSame(const std::string& text, IntakeOptions options, size_t fail_at = 0) {
  options.ahead = false;
  const Calls in_step = Read(text, options, fail_at);
  options.ahead = true;
  const Calls ahead = Read(text, options, fail_at);
  EXPECT_FALSE(in_step.made.empty());
  EXPECT_TRUE(ahead.made == in_step.made);
  EXPECT_EQ(ahead.status, in_step.status);
  EXPECT_EQ(ahead.report.rows, in_step.report.rows);
  EXPECT_EQ(ahead.report.reasons, in_step.report.reasons);
  if (in_step.status.ok()) {
    EXPECT_EQ(ahead.titles, in_step.titles);
  }
}

// Every seventh line is bad, lines repeat.
std::string Lines(int lines) {
  std::string text = "order_id,customer_id,timestamp,item_id,quantity,unit_price\n";
  for (int i = 0; i < lines; ++i) {
    text += std::to_string(i / 6) + ",c" + std::to_string(i / 12) + ",2024-01-02T03:04:05Z,i" +
            std::to_string(i % 3) + "," + (i % 7 == 3 ? "x" : "2") + ",\"1.50\"\n";
  }
  return text;
}

TEST(ReadAhead, MakesTheSameCalls) {
  for (const size_t batch : {1u, 7u, 1000u}) ExpectSame(Lines(5000), {.batch_rows = batch});
}

TEST(ReadAhead, EndsWhereReadingInStepEnds) {
  const std::string text = Lines(5000);
  for (const size_t batch : {1u, 100u}) {
    for (const size_t fail_at : {1u, 2u, 9u}) ExpectSame(text, {.batch_rows = batch}, fail_at);
    ExpectSame(text, {.strict = true, .batch_rows = batch});
  }
  const Calls failed = Read(text, {.batch_rows = 100, .ahead = true}, 3);
  EXPECT_EQ(failed.status.code(), absl::StatusCode::kResourceExhausted);
}

TEST(ReadAhead, OfBadLinesAlone) {
  std::string text = "order_id,item_id\n";
  for (int i = 0; i < 5000; ++i) text += ",x\n";
  ExpectSame(text, {});
}

TEST(ReadAhead, HandsOverTitles) {
  std::string text = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
  for (int i = 0; i < 300; ++i)
    text += std::to_string(i) + ",A,T" + std::to_string(i) + ",1,12/1/2010 8:26,2,1,UK\n";
  ExpectSame(text, {.format = OrdersFormat::kUciOnlineRetail, .batch_rows = 10});
}

TEST(ReadAhead, OfAFileThatIsNotThere) {
  IntakeOptions options;
  options.ahead = true;
  EXPECT_EQ(ReadOrders("/nowhere.csv", options, [](auto) { return absl::OkStatus(); }).status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace awase
