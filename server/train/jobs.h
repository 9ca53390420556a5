// Work that outlives its call, as callers can look it up.
#ifndef AWASE_SERVER_TRAIN_JOBS_H_
#define AWASE_SERVER_TRAIN_JOBS_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace awase {

struct Job {
  enum class State : uint8_t { kQueued = 1, kRunning = 2, kSucceeded = 3, kFailed = 4 };  // as in the proto
  std::string id;
  std::string kind;
  State state = State::kQueued;
  std::string stage;
  double progress = 0;
  absl::Time created;
  absl::Time ended = absl::InfinitePast();  // until it has ended
  absl::Status status;
  std::string result;
  std::string note;
};

// Remembers the last 100 jobs of each store, in memory. Threads: any.
class Jobs {
 public:
  static constexpr size_t kKept = 100;

  Jobs();

  // A queued job and true; or, when `request_id` is not empty and was used before in that store, the first
  // job and false.
  std::pair<Job, bool> Add(const std::string& store, const std::string& kind, const std::string& request_id);
  // Changes a job that is still remembered.
  void Update(const std::string& store, const std::string& id, const std::function<void(Job&)>& change);
  std::optional<Job> Find(std::string_view store, std::string_view id) const;
  std::vector<Job> List(std::string_view store) const;  // newest first

 private:
  struct Kept {
    Job job;
    std::string request_id;
  };
  const std::string prefix_;  // keeps ids apart from those before a restart
  mutable std::mutex mutex_;
  uint64_t next_ = 1;                                          // guarded by mutex_
  std::map<std::string, std::deque<Kept>, std::less<>> kept_;  // by store, oldest first; guarded by mutex_
};

}  // namespace awase

#endif  // AWASE_SERVER_TRAIN_JOBS_H_
