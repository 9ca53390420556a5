// Batches of rows from a thread that reads them to one that keeps them.
#ifndef AWASE_ENGINE_INTAKE_HANDOVER_H_
#define AWASE_ENGINE_INTAKE_HANDOVER_H_

#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/intake/intake.h"

namespace awase {

// Calls `each` with every text of a row.
template <class Each>
void ForEachText(OrderRow& row, const Each& each) {
  each(row.order_id), each(row.customer_id), each(row.item_id);
}
template <class Each>
void ForEachText(ViewRow& row, const Each& each) {
  each(row.session_id), each(row.customer_id), each(row.item_id);
}

// Rows with bytes of their own, and the bad lines that stood before the last of them.
template <class Row>
struct OwnedRows {
  std::vector<Row> rows;
  std::vector<char> bytes;
  std::vector<LineError> errors;

  void Copy(std::span<const Row> from) {
    rows.assign(from.begin(), from.end());
    size_t size = 0;
    for (Row& row : rows) ForEachText(row, [&](std::string_view text) { size += text.size(); });
    bytes.resize(size);
    char* at = bytes.data();
    for (Row& row : rows) {
      ForEachText(row, [&](std::string_view& text) {
        if (!text.empty()) std::memcpy(at, text.data(), text.size());
        text = {at, text.size()};
        at += text.size();
      });
    }
  }
};

// Between the thread that reads and the one that keeps: at most two batches wait.
template <class Row>
class Handover {
 public:
  // Waits for room. False when nobody takes any more.
  bool Put(std::span<const Row> rows, std::vector<LineError>& errors) {
    OwnedRows<Row> batch;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return waiting_.size() < kMaxWaiting || abandoned_; });
      if (abandoned_) return false;
      if (!used_.empty()) {
        batch = std::move(used_.back());
        used_.pop_back();
      }
    }
    batch.Copy(rows);
    batch.errors = std::exchange(errors, {});
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(batch));
    changed_.notify_all();
    return !abandoned_;
  }
  void End() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

  // Waits for the next; nullopt at the end.
  std::optional<OwnedRows<Row>> Take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !waiting_.empty() || ended_; });
    if (waiting_.empty()) return std::nullopt;
    OwnedRows<Row> batch = std::move(waiting_.front());
    waiting_.pop_front();
    changed_.notify_all();
    return batch;
  }
  // Its memory, which is warm, is written again.
  void GiveBack(OwnedRows<Row> batch) {
    const std::lock_guard lock(mutex_);
    used_.push_back(std::move(batch));
  }
  void Abandon() {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
    changed_.notify_all();
  }

 private:
  static constexpr size_t kMaxWaiting = 2;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<OwnedRows<Row>> waiting_;  // these four are guarded by mutex_
  std::vector<OwnedRows<Row>> used_;
  bool ended_ = false, abandoned_ = false;
};

}  // namespace awase

#endif  // AWASE_ENGINE_INTAKE_HANDOVER_H_
