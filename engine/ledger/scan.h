// Rows of the big tables into a FactTable.
#ifndef AWASE_ENGINE_LEDGER_SCAN_H_
#define AWASE_ENGINE_LEDGER_SCAN_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/facts/fact_table.h"
#include "engine/ledger/sqlite.h"

namespace awase {

// Numbers by ref, in pages: reading the newest rows of a large ledger costs what those rows cost.
class RefMap {
 public:
  static constexpr uint32_t kNone = ~uint32_t{0};
  // kNone where nothing was set. The reference is good until the next call.
  uint32_t& At(int64_t ref) {
    const auto page = static_cast<size_t>(ref) / kPage;
    if (page >= pages_.size()) pages_.resize(page + 1);
    if (pages_[page].empty()) pages_[page].assign(kPage, kNone);
    return pages_[page][static_cast<size_t>(ref) % kPage];
  }

 private:
  static constexpr size_t kPage = 1024;
  std::vector<std::vector<uint32_t>> pages_;
};

// Rows of a table by ref. Lines were written in the order in which their orders, customers and items came, so
// that the next row asked for mostly stands a few further on: stepping there is cheaper than a search.
class Follower {
 public:
  // `select` yields rows with the ref in column 0, from the ref bound to ?1 on, ascending.
  Follower(Connection& db, const char* select) : db_(db), select_(select) {}
  ~Follower() {
    if (rows_ != nullptr) rows_->Reset();
  }
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  // The row of `ref`, good until the next call. DATA_LOSS where there is none.
  absl::StatusOr<const Statement*> RowOf(int64_t ref);

 private:
  Connection& db_;
  const char* select_;
  Statement* rows_ = nullptr;
  int64_t at_ = 0;  // ref of the row that rows_ stands on; 0: on none
};

// Refs of one dictionary as numbers in a pool; each ref is looked up once, when it is first met.
class Numbers {
 public:
  // `select` as a Follower's, with the id in column 1.
  Numbers(Connection& db, const char* select, StringPool& pool) : rows_(db, select), pool_(pool) {}
  absl::StatusOr<uint32_t> Of(int64_t ref);

 private:
  Follower rows_;
  StringPool& pool_;
  RefMap numbers_;
};

// Appends rows to a table that may hold earlier ones. One use, inside one snapshot.
class Scan {
 public:
  Scan(Connection& db, FactTable& facts);

  // Columns order_ref, item_ref, quantity, time.
  absl::Status AddLine(const Statement& row);
  // Columns session_ref, item_ref, time.
  absl::Status AddView(const Statement& row);
  // Brings a document's customer up to date.
  absl::Status RefreshOrder(int64_t order_ref);

 private:
  absl::StatusOr<uint32_t> OrderOf(int64_t ref);
  absl::StatusOr<uint32_t> ReadOrder(int64_t ref);

  FactTable& facts_;
  Numbers items_, customers_, sessions_;
  Follower order_rows_;
  RefMap orders_;  // numbers in facts_.orders
};

}  // namespace awase

#endif  // AWASE_ENGINE_LEDGER_SCAN_H_
