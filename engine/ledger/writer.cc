#include "engine/ledger/writer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace awase {
namespace {

// More waiters than this come in the next transaction: it bounds how long the first of them waits.
constexpr size_t kMaxGroup = 512;
// 16 MB: large enough that a checkpoint writes most pages once, small enough to take milliseconds.
constexpr int kCheckpointPages = 4000;

bool IsFinal(const absl::Status& status) { return status.code() == absl::StatusCode::kDataLoss; }

}  // namespace

void Totals::AddTime(UnixSeconds time) {
  if (time == kNoTime) return;
  first_time = first_time == kNoTime ? time : std::min(first_time, time);
  last_time = std::max(last_time, time);
}

absl::StatusOr<Totals> ReadTotals(Connection& db) {
  absl::StatusOr<Statement*> read = db.Prepare(
      "SELECT sequence, facts, order_lines, return_lines, page_views, first_time, last_time FROM totals");
  if (!read.ok()) return read.status();
  const absl::StatusOr<bool> row = (*read)->Step();
  if (!row.ok()) return row.status();
  if (!*row) return absl::DataLossError(db.path() + ": table totals is empty");
  const auto count = [&](int column) { return static_cast<uint64_t>((*read)->Int(column)); };
  const Totals totals{count(0),
                      count(1),
                      count(2),
                      count(3),
                      count(4),
                      static_cast<UnixSeconds>(count(5)),
                      static_cast<UnixSeconds>(count(6))};
  (*read)->Reset();
  return totals;
}

Writer::Writer(std::unique_ptr<Connection> db) : db_(std::move(db)) {
  sqlite3_wal_hook(
      db_->handle(),
      [](void* pages, sqlite3*, const char*, int count) {
        *static_cast<int*>(pages) = count;
        return SQLITE_OK;
      },
      &log_pages_);
}

absl::Status Writer::Write(const Work& work, bool keep) {
  Ticket ticket{&work, keep, false, absl::OkStatus(), {}};
  std::unique_lock lock(mutex_);
  queue_.push_back(&ticket);
  ticket.turn.wait(lock, [&] { return ticket.done || (!leading_ && queue_.front() == &ticket); });
  if (!ticket.done) Lead(lock);
  return ticket.status;
}

void Writer::Lead(std::unique_lock<std::mutex>& lock) {
  leading_ = true;
  const std::vector<Ticket*> group = TakeGroup();
  lock.unlock();
  absl::Status status = RunTransaction(group);
  // One bad piece must not take the others down: each alone, unless the file itself is lost.
  std::vector<absl::Status> statuses(group.size(), status);
  if (!status.ok() && !IsFinal(status) && group.size() > 1) {
    for (size_t i = 0; i < group.size(); ++i) statuses[i] = RunTransaction({group[i]});
  }
  lock.lock();
  for (size_t i = 0; i < group.size(); ++i) {
    group[i]->status = statuses[i];
    group[i]->done = true;
    group[i]->turn.notify_one();
  }
  if (log_pages_ >= kCheckpointPages && broken_.ok()) {
    // Those whose work is kept need not wait for it.
    lock.unlock();
    Checkpoint();
    lock.lock();
  }
  leading_ = false;
  if (!queue_.empty()) queue_.front()->turn.notify_one();
}

std::vector<Writer::Ticket*> Writer::TakeGroup() {
  std::vector<Ticket*> group;
  // Work that is to be taken back goes alone.
  while (!queue_.empty() && group.size() < kMaxGroup &&
         (group.empty() || (group.front()->keep && queue_.front()->keep))) {
    group.push_back(queue_.front());
    queue_.pop_front();
  }
  return group;
}

absl::Status Writer::RunTransaction(const std::vector<Ticket*>& group) {
  if (!broken_.ok()) return broken_;
  Totals totals;
  absl::Status status = Begin(totals);
  const Totals before = totals;
  for (size_t i = 0; i < group.size() && status.ok(); ++i) {
    Page page{*db_, names_, totals};
    status = (*group[i]->work)(page);
  }
  if (status.ok() && group.front()->keep) {
    status = Commit(before, totals);
    if (status.ok()) return status;
  }
  TakeBack();
  if (IsFinal(status)) {
    broken_ = absl::DataLossError(absl::StrCat(std::string(status.message()),
                                               "; nothing more is written until the ledger is opened again"));
  }
  return status;
}

absl::Status Writer::Begin(Totals& totals) {
  if (absl::Status status = db_->Run("BEGIN IMMEDIATE"); !status.ok()) return status;
  const absl::StatusOr<int64_t> version = db_->ReadInt("PRAGMA data_version");
  if (!version.ok()) return version.status();
  if (*version != data_version_) names_.Forget();
  data_version_ = *version;
  absl::StatusOr<Totals> read = ReadTotals(*db_);
  if (!read.ok()) return read.status();
  totals = *read;
  return absl::OkStatus();
}

absl::Status Writer::Commit(const Totals& before, const Totals& after) {
  if (before.sequence != after.sequence) {
    absl::StatusOr<Statement*> update = db_->Prepare(
        "UPDATE totals SET sequence = ?1, facts = ?2, order_lines = ?3, return_lines = ?4, page_views = ?5, "
        "first_time = ?6, "
        "last_time = ?7");
    if (!update.ok()) return update.status();
    (*update)->BindAll(after.sequence, after.facts, after.order_lines, after.return_lines, after.page_views,
                       after.first_time, after.last_time);
    if (absl::Status status = (*update)->Run(); !status.ok()) return status;
  }
  return db_->Run("COMMIT");
}

void Writer::TakeBack() {
  names_.Forget();
  // SQLite may have rolled back already (full disk, failed write); what is not committed is gone either way.
  if (db_->in_transaction()) db_->Run("ROLLBACK").IgnoreError();
}

void Writer::Checkpoint() {
  const int code =
      sqlite3_wal_checkpoint_v2(db_->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  const absl::Status status =
      code == SQLITE_OK
          ? absl::OkStatus()
          : SqliteError(code, absl::StrCat(db_->path(), ": checkpoint: ", sqlite3_errmsg(db_->handle())));
  if (IsFinal(status)) broken_ = status;
}

}  // namespace awase
