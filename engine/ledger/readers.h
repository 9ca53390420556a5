// Connections that read, lent out one to a thread.
#ifndef AWASE_ENGINE_LEDGER_READERS_H_
#define AWASE_ENGINE_LEDGER_READERS_H_

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "engine/ledger/sqlite.h"

namespace awase {

class Readers;

// A connection at one moment: all that is read through it belongs together. Goes back to its Readers on
// destruction.
class Reading {
 public:
  Reading(Reading&&) = default;
  ~Reading();
  Connection& db() { return *connection_; }

 private:
  friend class Readers;
  Reading(Readers* readers, std::unique_ptr<Connection> connection)
      : readers_(readers), connection_(std::move(connection)) {}

  Readers* readers_;
  std::unique_ptr<Connection> connection_;
};

// Threads: Begin may be called from any. Opens as many connections as there are readings at a time, and keeps
// them.
class Readers {
 public:
  explicit Readers(std::string path) : path_(std::move(path)) {}
  absl::StatusOr<Reading> Begin();

 private:
  friend class Reading;
  absl::StatusOr<std::unique_ptr<Connection>> Take();

  const std::string path_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mutex_
};

}  // namespace awase

#endif  // AWASE_ENGINE_LEDGER_READERS_H_
