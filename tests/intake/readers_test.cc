// Files to orders, views and items.
#include <gtest/gtest.h>

#include <fstream>

#include "engine/intake/intake.h"
#include "tests/support/data_dir.h"
#include "tests/support/temp_dir.h"

namespace awase {
namespace {

using testing::TempDir;

// What a reading gave, as text.
struct Reading {
  absl::Status status;
  IntakeReport report;
  std::vector<std::string> rows;
  std::vector<std::string> errors;  // "line reason: message" without the file's name
  std::vector<std::string> titles;
};

std::string ToText(const OrderRow& row) {
  return std::string(row.order_id) + "|" + std::string(row.customer_id) + "|" + FormatTime(row.time) + "|" +
         std::string(row.item_id) + "|" + std::to_string(row.quantity) + "|" + FormatPrice(row.unit_price) +
         "|" + std::to_string(row.occurrence);
}

std::string ToText(const ViewRow& row) {
  return std::string(row.session_id) + "|" + std::string(row.customer_id) + "|" + FormatTime(row.time) + "|" +
         std::string(row.item_id) + "|" + std::to_string(row.occurrence);
}

std::string ToText(const Item& item) {
  std::string text = item.id;
  for (const auto& [language, title] : item.titles) text += "|" + language + "=" + title;
  text += "|" + item.category + "|" + FormatPrice(item.price) + "|" + item.group;
  text += item.available ? "|on" : "|off";
  text += item.repeatable ? "|again" : "|once";
  for (const auto& [name, value] : item.attributes) text += "|" + name + ":" + value;
  return text;
}

template <class Row, class Read>
Reading Run(const std::string& text, IntakeOptions options, const Read& read) {
  const TempDir dir;
  const std::string path = dir / "file.csv";
  std::ofstream(path, std::ios::binary) << text;
  Reading reading;
  options.on_error = [&](const LineError& error) {
    EXPECT_EQ(error.message.substr(0, path.size() + 1), path + ":");
    reading.errors.push_back(std::to_string(error.line) + " " + error.reason + ": " +
                             error.message.substr(error.message.find(": ") + 2));
  };
  options.on_title = [&](std::string_view item, std::string_view title) {
    reading.titles.push_back(std::string(item) + "=" + std::string(title));
  };
  const absl::StatusOr<IntakeReport> report = read(path, options, [&](std::span<const Row> rows) {
    for (const Row& row : rows) reading.rows.push_back(ToText(row));
    return absl::OkStatus();
  });
  reading.status = report.status();
  if (report.ok()) reading.report = *report;
  return reading;
}

Reading Orders(const std::string& text, const IntakeOptions& options = {}) {
  return Run<OrderRow>(text, options, ReadOrders);
}
Reading Views(const std::string& text, const IntakeOptions& options = {}) {
  return Run<ViewRow>(text, options, ReadViews);
}
Reading Items(const std::string& text, const IntakeOptions& options = {}) {
  return Run<Item>(text, options, ReadItems);
}

using Texts = std::vector<std::string>;

TEST(Orders, FindsColumnsByNameAndTrims) {
  const Reading reading = Orders(
      "Item_ID, quantity ,order_id,unit_price,timestamp,customer_id,note\n"
      " tea ,2,o1,1.5,2020-01-02T03:04:05, ann,x\n"
      "tea,,o1,,,,\n");
  EXPECT_TRUE(reading.errors.empty());
  EXPECT_EQ(reading.rows, (Texts{"o1|ann|2020-01-02T03:04:05Z|tea|2|1.5|0", "o1|||tea|1||0"}));
  EXPECT_EQ(reading.report.trimmed, 2u);
}

TEST(Orders, SaysWhatIsWrongWithALine) {
  const Reading reading = Orders(
      "order_id,customer_id,timestamp,item_id,quantity,unit_price\n"
      ",c,,tea,1,\n"
      "o,c,,,1,\n"
      "o,c,yesterday,tea,1,\n"
      "o,c,1969-12-31,tea,1,\n"
      "o,c,,tea,one,\n"
      "o,c,,tea,0,\n"
      "o,c,,tea,99999999999,\n"
      "o,c,,tea,1.5,\n"
      "o,c,,tea,1,cheap\n"
      "o,c,,tea,1,-2.5\n"
      "o,c,,tea,1,NaN\n"
      "o,c,,te\xff,1,\n"
      "o,c\x01,,tea,1,\n" +
      std::string(129, 'o') +
      ",c,,tea,1,\n"
      "o,c,,tea\n"
      "o,c,,tea,1,\"2\n"
      "o,c,,tea,-3,0\n");
  EXPECT_EQ(
      reading.errors,
      (Texts{"2 missing_order: order_id: is empty", "3 missing_item: item_id: is empty",
             "4 bad_time: timestamp: not a time, got 'yesterday'",
             "5 bad_time: timestamp: time lies outside 1970..2106, got '1969-12-31'",
             "6 bad_quantity: quantity: is not a whole number, got 'one'",
             "7 bad_quantity: quantity: must lie in 1..1000000, or below 0 for a return, got '0'",
             "8 bad_quantity: quantity: must lie in 1..1000000, or below 0 for a return, got '99999999999'",
             "9 bad_quantity: quantity: is not a whole number, got '1.5'",
             "10 bad_price: unit_price: not a price, got 'cheap'",
             "11 bad_price: unit_price: is negative, got '-2.5'",
             "12 bad_price: unit_price: not a price, got 'NaN'",
             "13 bad_item_id: item_id: is not valid UTF-8",
             "14 bad_customer_id: customer_id: holds a control character",
             "15 bad_order_id: order_id: is longer than 128 bytes, got '" + std::string(129, 'o') + "'",
             "16 field_count: has another number of fields than the header's 6, got 4",
             "17 unclosed_quote: a quote is not closed"}));
  EXPECT_EQ(reading.rows, (Texts{"o|c||tea|-3|0|0"}));
  EXPECT_EQ(reading.report.rows, 17u);
  EXPECT_EQ(reading.report.rejected, 16u);
  EXPECT_EQ(reading.report.returns, 1u);
  EXPECT_EQ(reading.report.reasons.at("bad_quantity"), 4u);
}

TEST(Orders, StrictStopsAtTheFirstBadLineAndKeepsWhatStandsBefore) {
  const Reading reading = Orders("order_id,item_id,quantity\no,tea,1\no,tea,x\no,cup,1\n", {.strict = true});
  EXPECT_EQ(reading.status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(reading.status.message().find("file.csv:3: quantity: is not a whole number, got 'x'"),
            absl::string_view::npos);
  EXPECT_EQ(reading.rows, (Texts{"o|||tea|1||0"}));
}

TEST(Orders, NumbersExactCopiesWithinAnOrder) {
  const Reading reading = Orders(
      "order_id,item_id,quantity,timestamp\n"
      "o,tea,1,5\no,tea,1,5\no,tea,2,5\np,tea,1,5\no,tea,1,6\no,tea,1,5\n");
  Texts occurrences;
  for (const std::string& row : reading.rows) occurrences.push_back(row.substr(row.rfind('|') + 1));
  EXPECT_EQ(occurrences, (Texts{"0", "1", "0", "0", "0", "2"}));
}

TEST(Orders, TimesWithoutAZoneAreTheStores) {
  IntakeOptions options;
  ASSERT_TRUE(absl::LoadTimeZone("Asia/Tokyo", &options.zone));
  const Reading reading =
      Orders("order_id,item_id,timestamp\n1,a,2020-01-01 09:00\n2,a,2020-01-01T09:00:00Z\n3,a,1577836800\n",
             options);
  EXPECT_EQ(reading.rows, (Texts{"1||2020-01-01T00:00:00Z|a|1||0", "2||2020-01-01T09:00:00Z|a|1||0",
                                 "3||2020-01-01T00:00:00Z|a|1||0"}));
}

TEST(Orders, NameTheColumnThatIsMissing) {
  EXPECT_NE(Orders("order_id,product\n")
                .status.message()
                .find(":1: column 'item_id' is missing, got header 'order_id,product'"),
            absl::string_view::npos);
  EXPECT_NE(Orders("InvoiceNo,StockCode\n").status.message().find("--format uci-online-retail"),
            absl::string_view::npos);
}

TEST(Uci, FormIsReadByItsOwnRules) {
  const Reading reading = Orders(
      "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
      "536365,85123A,\"HOLDER, WHITE\",6,12/1/2010 8:26,2.55,17850,United Kingdom\n"
      "C536379,D,Caf\xe9,-1,2010-12-01 09:41:00,27.5,14527.0,United Kingdom\n"
      "C536380,D,,1,13/1/2010 9:41,27.5,,United Kingdom\n"
      "536589,21777,lost,-10,12/1/2010 16:50,0,,United Kingdom\n",
      {.format = OrdersFormat::kUciOnlineRetail});
  EXPECT_EQ(reading.rows, (Texts{"536365|17850|2010-12-01T08:26:00Z|85123A|6|2.55|0",
                                 "C536379|14527|2010-12-01T09:41:00Z|D|-1|27.5|0"}));
  EXPECT_EQ(reading.errors,
            (Texts{"4 bad_time: timestamp: not a time as in 12/31/2010 8:26, got '13/1/2010 9:41'",
                   "5 adjustment: quantity: is below 0 in an invoice that is no cancellation, got '-10'"}));
  EXPECT_EQ(reading.titles, (Texts{"85123A=HOLDER, WHITE", "D=Caf\xc3\xa9"}));
  EXPECT_EQ(reading.report.returns, 1u);
}

TEST(JsonLines, HoldRowsOrWholeOrders) {
  const Reading reading = Orders(
      R"({"order_id":"o1","item_id":"tea","quantity":2,"unit_price":1.5,"timestamp":"2020-01-01"})"
      "\n"
      R"({"order_id":7,"customer_id":"ann","timestamp":1577836800,"lines":[{"item_id":"a"},{"item_id":"b","quantity":-1}]})"
      "\r\n\n"
      R"({"order_id":"o2","item_id":["x"]})"
      "\n"
      R"({"order_id":"o2",)"
      "\n"
      R"([1,2])"
      "\n"
      R"({"order_id":"o3","lines":[{"item_id":"c"},5]})"
      "\n"
      R"({"order_id":"o4","item_id":"tea","quantity":2.5})",
      {.format = OrdersFormat::kJsonLines});
  EXPECT_EQ(reading.rows, (Texts{"o1||2020-01-01T00:00:00Z|tea|2|1.5|0", "7|ann|2020-01-01T00:00:00Z|a|1||0",
                                 "7|ann|2020-01-01T00:00:00Z|b|-1||0", "o3|||c|1||0"}));
  EXPECT_EQ(reading.errors,
            (Texts{"4 bad_json: item_id: is neither a text nor a number", "5 bad_json: is not a JSON object",
                   "6 bad_json: is not a JSON object", "7 bad_json: lines: an element is not a JSON object",
                   "8 bad_quantity: quantity: is not a whole number, got '2.5'"}));
}

TEST(JsonLines, SurviveNestingAndLongLines) {
  std::string bomb = "{\"order_id\":";
  for (int i = 0; i < 200'000; ++i) bomb += "[";
  const std::string huge = "{\"order_id\":\"" + std::string(5 << 20, 'x') + "\"}";
  const Reading reading = Orders(bomb + "\n" + huge + "\n{\"order_id\":\"o\",\"item_id\":\"tea\"}\n",
                                 {.format = OrdersFormat::kJsonLines});
  EXPECT_EQ(reading.rows, (Texts{"o|||tea|1||0"}));
  EXPECT_EQ(reading.errors,
            (Texts{"1 bad_json: is not a JSON object", "2 record_too_long: is longer than 1048576 bytes"}));
}

TEST(Views, TakeSessionsOrOrdersAsSessions) {
  EXPECT_EQ(Views("session_id,customer_id,timestamp,item_id\ns,ann,5,tea\ns,,5,tea\n").rows,
            (Texts{"s|ann|1970-01-01T00:00:05Z|tea|0", "s||1970-01-01T00:00:05Z|tea|1"}));
  EXPECT_EQ(Views("order_id,customer_id,timestamp,item_id,quantity,unit_price\ntrain-1,1,5,tea,1,\n").rows,
            (Texts{"train-1|1|1970-01-01T00:00:05Z|tea|0"}));
  EXPECT_EQ(
      Views(R"({"session_id":"s","timestamp":5,"item_ids":["a",3]})", {.format = OrdersFormat::kJsonLines})
          .rows,
      (Texts{"s||1970-01-01T00:00:05Z|a|0", "s||1970-01-01T00:00:05Z|3|0"}));
  EXPECT_EQ(Views("session_id,item_id\n,tea\n").errors, (Texts{"2 missing_session: session_id: is empty"}));
}

TEST(Items, TakeFurtherColumnsAsTitlesAndAttributes) {
  const Reading reading = Items(
      "item_id,title,title_ja,category,price,group,available,repeatable,size,colour\n"
      "tea,Tea,茶,drinks,1980,g,no,0,,green\n"
      "cup,,,,,,,yes,L,\n"
      "x,,,,cheap,,,,,\n"
      "y,,,,-1,,,,,\n"
      "z,,,,,,perhaps,,,\n"
      ",,,,,,,,,\n");
  EXPECT_EQ(reading.rows,
            (Texts{"tea|=Tea|ja=茶|drinks|1980|g|off|once|colour:green", "cup||||on|again|size:L"}));
  EXPECT_EQ(reading.errors, (Texts{"4 bad_price: price: not a price, got 'cheap'",
                                   "5 bad_price: price: is negative, got '-1'",
                                   "6 bad_available: available: is neither true nor false, got 'perhaps'",
                                   "7 missing_item: item_id: is empty"}));
}

TEST(Items, OfJsonLinesMayNest) {
  const Reading reading = Items(
      R"({"item_id":"tea","title":"Tea","titles":{"ja":"茶"},"price":2.5,"available":false,"attributes":{"size":5},"lines":3})"
      "\n"
      R"({"item_id":"cup","tags":["a"]})"
      "\n",
      {.format = OrdersFormat::kJsonLines});
  EXPECT_EQ(reading.rows, (Texts{"tea|=Tea|ja=茶||2.5||off|again|lines:3|size:5"}));
  EXPECT_EQ(reading.errors, (Texts{"2 bad_json: tags: is neither a text nor a number"}));
}

TEST(OrdersAsFacts, SettleCustomersAsTheLedgerDoes) {
  const TempDir dir;
  std::ofstream(dir / "o.csv")
      << "order_id,customer_id,item_id\no1,,tea\no1,ann,cup\no1,bob,pot\no2,,tea\no1,,jar\n";
  IntakeReport report;
  const absl::StatusOr<FactTable> facts = ReadOrdersAsFacts(dir / "o.csv", {}, &report);
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->lines.size(), 4u);
  EXPECT_EQ(facts->customers[facts->order_customer[0]], "ann");
  EXPECT_EQ(facts->order_customer[1], kAnonymous);
  EXPECT_EQ(report.reasons.at("order_customer_conflict"), 1u);
}

TEST(Sinks, ErrorsStopTheReading) {
  const TempDir dir;
  std::ofstream(dir / "o.csv") << "order_id,item_id\no1,tea\n";
  EXPECT_EQ(ReadOrders(dir / "o.csv", {}, [](auto) { return absl::ResourceExhaustedError("full"); })
                .status()
                .code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(RealData, OnlineRetailHasItsPublishedCounts) {
  AWASE_NEED_REAL_DATA(path, "online_retail.csv.gz");
  IntakeReport report;
  const absl::StatusOr<FactTable> facts = ReadOrdersAsFacts(path, {}, &report);
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(report.rows, 541'909u);
  EXPECT_EQ(report.reasons, (std::map<std::string, uint64_t>{{"bad_price", 2}}));
  EXPECT_EQ(facts->items.size(), 4'070u);
  // Two of the 25,900 invoices hold nothing but a line with a negative price.
  EXPECT_EQ(facts->orders.size(), 25'898u);
  EXPECT_EQ(facts->customers.size(), 4'372u);
  uint64_t anonymous = 0;
  for (const LineFact& line : facts->lines) anonymous += facts->order_customer[line.order] == kAnonymous;
  EXPECT_EQ(anonymous, 135'080u - 2);

  const absl::StatusOr<FactTable> uci =
      ReadOrdersAsFacts(path, {.format = OrdersFormat::kUciOnlineRetail}, &report);
  ASSERT_TRUE(uci.ok()) << uci.status();
  EXPECT_EQ(report.returns, 9'288u);
  EXPECT_EQ(report.reasons, (std::map<std::string, uint64_t>{{"adjustment", 1'336}, {"bad_price", 2}}));
}

}  // namespace
}  // namespace awase
