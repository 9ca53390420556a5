#include "engine/ledger/sqlite.h"

#include <utility>

namespace awase {
namespace {

constexpr int kBusyTimeoutMs = 10'000;

}  // namespace

absl::Status SqliteError(int code, const std::string& text) {
  // The index of the log could not grow: a full disk, not a broken one.
  if (code == SQLITE_IOERR_SHMSIZE) return absl::ResourceExhaustedError(text);
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return absl::ResourceExhaustedError(text);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return absl::UnavailableError(text);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return absl::PermissionDeniedError(text);
    case SQLITE_CANTOPEN:
      return absl::UnavailableError(text);
    case SQLITE_NOMEM:
      return absl::ResourceExhaustedError(text);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_IOERR:
      return absl::DataLossError(text);
    default:
      return absl::InternalError(text);
  }
}

absl::Status Statement::Error(int code) const {
  sqlite3* db = sqlite3_db_handle(statement_);
  const char* file = sqlite3_db_filename(db, "main");
  return SqliteError(sqlite3_extended_errcode(db), std::string(file == nullptr ? "ledger" : file) + ": " +
                                                       sqlite3_errmsg(db) + ", got code " +
                                                       std::to_string(code));
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& path, bool create) {
  // Its counts of memory, which nobody reads, cost a lock at each allocation: 8 % of an import.
  static const int no_counts = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(no_counts);  // refused where SQLite is in use already: then it counts
  sqlite3* db = nullptr;
  const int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (create ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
  if (code != SQLITE_OK) {
    const std::string text = path + ": " + (db == nullptr ? "out of memory" : sqlite3_errmsg(db));
    sqlite3_close(db);
    return SqliteError(code, text);
  }
  sqlite3_busy_timeout(db, kBusyTimeoutMs);
  return std::unique_ptr<Connection>(new Connection(db, path));
}

Connection::~Connection() {
  statements_.clear();
  sqlite3_close(db_);
}

absl::Status Connection::Run(const std::string& sql) {
  const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : SqliteError(code, path_ + ": " + sqlite3_errmsg(db_));
}

absl::StatusOr<Statement*> Connection::Prepare(const char* sql) {
  std::unique_ptr<Statement>& kept = statements_[sql];
  if (kept == nullptr) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) {
      statements_.erase(sql);
      return SqliteError(code, path_ + ": " + sqlite3_errmsg(db_));
    }
    kept = std::make_unique<Statement>(statement);
  }
  kept->Reset();
  return kept.get();
}

absl::StatusOr<int64_t> Connection::ReadInt(const char* sql) {
  absl::StatusOr<Statement*> statement = Prepare(sql);
  if (!statement.ok()) return statement.status();
  const absl::StatusOr<bool> row = (*statement)->Step();
  if (!row.ok()) return row.status();
  const int64_t value = *row ? (*statement)->Int(0) : 0;
  (*statement)->Reset();
  return value;
}

}  // namespace awase
