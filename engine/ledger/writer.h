// Group commit: what several threads want to write shares one transaction and one sync.
#ifndef AWASE_ENGINE_LEDGER_WRITER_H_
#define AWASE_ENGINE_LEDGER_WRITER_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/base/time.h"
#include "engine/ledger/names.h"
#include "engine/ledger/sqlite.h"

namespace awase {

// The row of table `totals`.
struct Totals {
  uint64_t sequence = 0, facts = 0, order_lines = 0, return_lines = 0, page_views = 0;
  UnixSeconds first_time = kNoTime, last_time = kNoTime;

  // The number of the next change.
  uint64_t Next() { return ++sequence; }
  void AddTime(UnixSeconds time);
};
absl::StatusOr<Totals> ReadTotals(Connection& db);

// What a piece of work sees of the transaction that it is part of.
struct Page {
  Connection& db;
  Names& names;
  Totals& totals;
};

// Threads: Write may be called from any. The first to come leads: it writes for all that queue behind it.
class Writer {
 public:
  // Decides before it writes: an error means that the database failed, and takes the whole transaction back.
  // It may be run twice (when another piece of its group failed), so it starts from clean results.
  using Work = std::function<absl::Status(Page&)>;

  explicit Writer(std::unique_ptr<Connection> db);

  // The work is on disk when it returns OK. With `keep` false it is done and taken back.
  absl::Status Write(const Work& work, bool keep = true);

 private:
  struct Ticket {
    const Work* work;
    bool keep;
    bool done = false;
    absl::Status status;
    std::condition_variable turn;
  };

  void Lead(std::unique_lock<std::mutex>& lock);
  std::vector<Ticket*> TakeGroup();
  absl::Status RunTransaction(const std::vector<Ticket*>& group);
  absl::Status Begin(Totals& totals);
  absl::Status Commit(const Totals& before, const Totals& after);
  void TakeBack();
  void Checkpoint();

  std::mutex mutex_;
  std::deque<Ticket*> queue_;  // guarded by mutex_
  bool leading_ = false;       // guarded by mutex_

  // Touched by the leader alone.
  std::unique_ptr<Connection> db_;
  Names names_;
  int64_t data_version_ = 0;  // changes when another connection wrote
  int log_pages_ = 0;         // in the write-ahead log
  absl::Status broken_;       // not OK after a failed sync: final
};

}  // namespace awase

#endif  // AWASE_ENGINE_LEDGER_WRITER_H_
