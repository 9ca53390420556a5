// What a ledger says, as text: two ledgers are the same when their dumps are.
#ifndef AWASE_TESTS_SUPPORT_LEDGER_DUMP_H_
#define AWASE_TESTS_SUPPORT_LEDGER_DUMP_H_

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <string>
#include <vector>

namespace awase::testing {

// Rows of a query as text, columns parted by '|'; "error: ..." where it cannot be run.
inline std::vector<std::string> Query(const std::string& path, const std::string& sql) {
  sqlite3* db = nullptr;
  std::vector<std::string> rows;
  sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr);
  char* error = nullptr;
  const auto take = [](void* into, int columns, char** texts, char**) {
    std::string row;
    for (int i = 0; i < columns; ++i)
      row += std::string(i == 0 ? "" : "|") + (texts[i] == nullptr ? "" : texts[i]);
    static_cast<std::vector<std::string>*>(into)->push_back(row);
    return 0;
  };
  if (sqlite3_exec(db, sql.c_str(), take, &rows, &error) != SQLITE_OK) {
    rows.push_back(std::string("error: ") + (error == nullptr ? "" : error));
  }
  sqlite3_free(error);
  sqlite3_close(db);
  return rows;
}

inline std::string LedgerFile(const std::string& data_dir, const std::string& store) {
  return data_dir + "/" + store + "/ledger.sqlite3";
}

// Every fact and catalogue entry by its ids, sorted: the order of arrival and the numbers inside do not show.
inline std::vector<std::string> DumpLedger(const std::string& path) {
  std::vector<std::string> dump;
  for (const char* sql :
       {"SELECT 'line', order_id, return_event, customer_id, s.time, item_id, s.quantity, unit_price, "
        "occurrence "
        "FROM sales s JOIN order_lines USING (sequence)",
        "SELECT 'view', session_id, customer_id, b.time, item_id, occurrence "
        "FROM browsing b JOIN page_views USING (sequence)",
        "SELECT 'item', * FROM catalogue", "SELECT 'event', event_id, hex(content_hash) FROM events",
        "SELECT 'customer', customer_id FROM customers", "SELECT 'setting', * FROM settings",
        "SELECT 'totals', order_lines, return_lines, page_views, first_time, last_time FROM totals"}) {
    for (std::string& row : Query(path, sql)) {
      EXPECT_NE(row.substr(0, 6), "error:") << row;
      dump.push_back(std::move(row));
    }
  }
  std::sort(dump.begin(), dump.end());
  return dump;
}

}  // namespace awase::testing

#endif  // AWASE_TESTS_SUPPORT_LEDGER_DUMP_H_
