// A thin skin over SQLite's C interface: connections, prepared statements, errors as absl::Status.
#ifndef AWASE_ENGINE_LEDGER_SQLITE_H_
#define AWASE_ENGINE_LEDGER_SQLITE_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace awase {

// What SQLite's (extended) result code means to our callers: FULL is RESOURCE_EXHAUSTED, BUSY is UNAVAILABLE,
// a broken file or a failed system call DATA_LOSS. `text` is the message.
absl::Status SqliteError(int code, const std::string& text);

// One prepared statement. Bind, then Step until it says false; Step resets it at the end, Reset earlier.
// Bound texts are not copied: they must live until the statement is reset or stepped to its end.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Parameters count from 1.
  template <class... Values>
  void BindAll(const Values&... values) {
    int at = 0;
    (Bind(++at, values), ...);
  }
  void Bind(int at, int64_t value) { sqlite3_bind_int64(statement_, at, value); }
  void Bind(int at, int value) { sqlite3_bind_int64(statement_, at, value); }
  void Bind(int at, uint32_t value) { sqlite3_bind_int64(statement_, at, value); }
  void Bind(int at, uint64_t value) { sqlite3_bind_int64(statement_, at, static_cast<int64_t>(value)); }
  void Bind(int at, std::string_view text) {
    sqlite3_bind_text(statement_, at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  }
  void Bind(int at, const std::string& text) { Bind(at, std::string_view(text)); }
  void BindBlob(int at, std::string_view bytes) {
    sqlite3_bind_blob(statement_, at, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
  }
  void BindNull(int at) { sqlite3_bind_null(statement_, at); }

  // True when there is a row.
  absl::StatusOr<bool> Step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    sqlite3_reset(statement_);
    if (code == SQLITE_DONE) return false;
    return Error(code);
  }
  // For statements that yield no rows.
  absl::Status Run() {
    const int code = sqlite3_step(statement_);
    sqlite3_reset(statement_);
    return code == SQLITE_DONE || code == SQLITE_ROW ? absl::OkStatus() : Error(code);
  }
  void Reset() { sqlite3_reset(statement_); }

  // Columns count from 0. Texts live until the next Step or Reset.
  int64_t Int(int column) const { return sqlite3_column_int64(statement_, column); }
  bool IsNull(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::string_view Text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return {text == nullptr ? "" : text, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
  }
  std::string_view Blob(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return {bytes == nullptr ? "" : bytes, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  absl::Status Error(int code) const;

  sqlite3_stmt* statement_;
};

// One connection with its statements. One thread at a time.
class Connection {
 public:
  // A file that is not there is NOT_FOUND unless `create`.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& path, bool create);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs statements without parameters; rows are dropped.
  absl::Status Run(const std::string& sql);
  // The prepared form of `sql`, a string literal, ready to bind; kept for the connection's life. Our SQL is
  // right, so preparing fails only where the file is broken or locked.
  absl::StatusOr<Statement*> Prepare(const char* sql);
  // First column of the first row; 0 when there is none.
  absl::StatusOr<int64_t> ReadInt(const char* sql);

  // Rows that the last insert, update or delete touched.
  uint64_t changes() const { return static_cast<uint64_t>(sqlite3_changes64(db_)); }
  bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }
  sqlite3* handle() const { return db_; }
  const std::string& path() const { return path_; }

 private:
  Connection(sqlite3* db, std::string path) : db_(db), path_(std::move(path)) {}

  sqlite3* db_;
  std::string path_;
  std::unordered_map<const char*, std::unique_ptr<Statement>> statements_;
};

}  // namespace awase

#endif  // AWASE_ENGINE_LEDGER_SQLITE_H_
