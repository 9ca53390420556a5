// Builds models beside the serving: one thread of low priority for the whole server.
#ifndef AWASE_SERVER_TRAIN_TRAINER_H_
#define AWASE_SERVER_TRAIN_TRAINER_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"

#include "engine/model/shelf.h"
#include "server/store/store.h"
#include "server/train/jobs.h"
#include "server/wire/training.h"

namespace awase {

struct TrainTask {
  Store* store;
  std::string model_id;
  std::string job_id;
  // What to build; nullopt: again as what serves was built, or, when nothing serves, as chosen for the store.
  std::optional<TrainingRequest> request;
  bool activate = true;
  bool by_itself = false;  // not asked for
};

struct TrainerOptions {
  unsigned threads = 1;             // width of a training
  uint32_t retrain_interval_s = 0;  // 0: by event count alone
  std::function<void(Store&)> on_published;
};

class Trainer {
 public:
  Trainer(Jobs& jobs, TrainerOptions options);
  ~Trainer();  // Stop

  // Puts a task in the queue and returns its job; with a `request_id` used before, the first job.
  std::string Enqueue(TrainTask task, const std::string& request_id);
  // Retrains what has fallen behind: enough new events (the store's setting), a changed catalogue, or age.
  // Cheap; called at each look at the store. A store with facts and no model gets its first one.
  void Consider(Store& store);
  // Waits for the training that runs to end; those that wait are dropped.
  void Stop();

  uint64_t succeeded() const { return succeeded_.load(); }
  uint64_t failed() const { return failed_.load(); }

 private:
  void Run();
  absl::Status Build(const TrainTask& task);
  bool Waiting(const std::string& store, const std::string& model_id);

  Jobs& jobs_;
  const TrainerOptions options_;
  std::atomic<uint64_t> succeeded_{0}, failed_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<TrainTask> tasks_;                                 // guarded by mutex_
  std::optional<std::pair<std::string, std::string>> running_;  // (store, model); guarded by mutex_
  // Sequence of the ledger at the last attempt, so that a training that fails is not repeated over the same
  // facts.
  std::map<std::pair<std::string, std::string>, uint64_t> attempted_;  // guarded by mutex_
  bool stopping_ = false;                                              // guarded by mutex_
  std::thread thread_;
};

// Whether a model has fallen behind. Pure policy.
//   pending    changes of the ledger that it has not seen
//   since      changes since the last attempt to build it
//   threshold  the store's retrain_after_events; 0: never by count
struct Staleness {
  bool has_model = false;
  uint64_t pending = 0;
  uint64_t since = 0;
  uint64_t threshold = 0;
  bool catalogue_changed = false;
  double age_seconds = 0;
  uint32_t retrain_interval_s = 0;
};
bool IsStale(const Staleness& staleness);

}  // namespace awase

#endif  // AWASE_SERVER_TRAIN_TRAINER_H_
