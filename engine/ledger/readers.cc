#include "engine/ledger/readers.h"

#include "engine/ledger/schema.h"

namespace awase {

Reading::~Reading() {
  if (connection_ == nullptr) return;
  // A reading transaction has nothing to lose. Ending it lets the log be reset.
  connection_->Run("ROLLBACK").IgnoreError();
  const std::lock_guard lock(readers_->mutex_);
  readers_->idle_.push_back(std::move(connection_));
}

absl::StatusOr<Reading> Readers::Begin() {
  absl::StatusOr<std::unique_ptr<Connection>> connection = Take();
  if (!connection.ok()) return connection.status();
  if (absl::Status status = (*connection)->Run("BEGIN"); !status.ok()) return status;
  return Reading(this, *std::move(connection));
}

absl::StatusOr<std::unique_ptr<Connection>> Readers::Take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<Connection> connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  absl::StatusOr<std::unique_ptr<Connection>> opened = Connection::Open(path_, /*create=*/false);
  if (!opened.ok()) return opened;
  if (absl::Status status = SetUpReader(**opened); !status.ok()) return status;
  return opened;
}

}  // namespace awase
