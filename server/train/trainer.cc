#include "server/train/trainer.h"

#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <string_view>

#include "absl/time/clock.h"

#include "server/log/log.h"
#include "server/rpc/status.h"
#include "server/train/build.h"
#include "server/wire/names.h"

namespace awase {
namespace {

constexpr int kLowestPriority = 19;

std::string_view AsStd(absl::string_view text) { return {text.data(), text.size()}; }

// How long each stage of a training took.
class StageClock {
 public:
  void Begin(std::string_view stage) {
    End();
    stage_ = stage;
    begin_ = std::chrono::steady_clock::now();
  }
  const nlohmann::ordered_json& End() {
    if (!stage_.empty()) {
      seconds_[std::exchange(stage_, {})] =
          std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    }
    return seconds_;
  }

 private:
  std::string stage_;
  std::chrono::steady_clock::time_point begin_;
  nlohmann::ordered_json seconds_ = nlohmann::ordered_json::object();
};

}  // namespace

bool IsStale(const Staleness& s) {
  if (s.threshold == 0 && s.retrain_interval_s == 0) return false;
  if (s.since == 0 && !s.catalogue_changed) return false;
  if (!s.has_model) return s.pending > 0;
  if (s.catalogue_changed) return true;
  if (s.threshold > 0 && s.pending >= s.threshold && s.since >= s.threshold) return true;
  return s.retrain_interval_s > 0 && s.pending > 0 && s.age_seconds >= s.retrain_interval_s;
}

Trainer::Trainer(Jobs& jobs, TrainerOptions options) : jobs_(jobs), options_(std::move(options)) {
  thread_ = std::thread([this] { Run(); });
  pthread_setname_np(thread_.native_handle(), "trainer");
}

Trainer::~Trainer() { Stop(); }

void Trainer::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    tasks_.clear();
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::string Trainer::Enqueue(TrainTask task, const std::string& request_id) {
  const auto [job, is_new] = jobs_.Add(task.store->name(), "train", request_id);
  if (!is_new) return job.id;
  task.job_id = job.id;
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
  return job.id;
}

bool Trainer::Waiting(const std::string& store, const std::string& model_id) {
  const std::lock_guard lock(mutex_);
  const std::pair<std::string, std::string> key(store, model_id);
  return running_ == key || std::any_of(tasks_.begin(), tasks_.end(), [&](const TrainTask& task) {
           return task.store->name() == store && task.model_id == model_id;
         });
}

void Trainer::Consider(Store& store) {
  const auto front = store.front();
  const Watermark mark = store.watermark();
  std::vector<std::string> ids = {"default"};
  for (const auto& [id, served] : front->models) {
    if (id != "default") ids.push_back(id);
  }
  const bool catalogue_changed = store.TakeCatalogueChange();
  bool waiting = false;
  for (const std::string& id : ids) {
    if (Waiting(store.name(), id)) {
      waiting = true;
      continue;
    }
    const Served* served = front->FindModel(id);
    uint64_t attempted;
    {
      const std::lock_guard lock(mutex_);
      attempted = attempted_[{store.name(), id}];
    }
    const uint64_t seen = served == nullptr ? 0 : served->model->ledger_sequence();
    Staleness staleness;
    staleness.has_model = served != nullptr;
    staleness.pending = served == nullptr ? mark.facts : mark.sequence - std::min(seen, mark.sequence);
    staleness.since = mark.sequence - std::min(std::max(attempted, seen), mark.sequence);
    staleness.threshold = store.settings()->retrain_after_events;
    staleness.catalogue_changed = catalogue_changed;
    staleness.age_seconds =
        served == nullptr
            ? 0
            : absl::ToDoubleSeconds(absl::Now() - absl::FromUnixSeconds(served->model->created()));
    staleness.retrain_interval_s = options_.retrain_interval_s;
    if (!IsStale(staleness)) continue;
    {
      const std::lock_guard lock(mutex_);
      attempted_[{store.name(), id}] = mark.sequence;
    }
    Enqueue({&store, id, "", std::nullopt, /*activate=*/true, /*by_itself=*/true}, "");
  }
  if (waiting && catalogue_changed) store.NoteCatalogueChange();
}

void Trainer::Run() {
  // Threads that TBB makes for a training inherit the priority.
  setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), kLowestPriority);
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
    if (stopping_) return;
    const TrainTask task = std::move(tasks_.front());
    tasks_.pop_front();
    running_.emplace(task.store->name(), task.model_id);
    lock.unlock();
    const absl::Status built = Build(task);
    (built.ok() ? succeeded_ : failed_).fetch_add(1);
    lock.lock();
    running_.reset();
  }
}

absl::Status Trainer::Build(const TrainTask& task) {
  const std::string& store = task.store->name();
  const auto begin = std::chrono::steady_clock::now();
  jobs_.Update(store, task.job_id, [](Job& job) { job.state = Job::State::kRunning; });
  StageClock stages;
  auto built = BuildModel(*task.store, task.model_id, task.request, task.activate, options_.threads,
                          [&](std::string_view stage, double done) {
                            stages.Begin(stage);
                            jobs_.Update(store, task.job_id, [&](Job& job) {
                              job.stage = std::string(stage);
                              job.progress = done;
                            });
                          });
  if (built.ok() && built->activated) {
    stages.Begin("load");
    if (const absl::Status loaded = task.store->Reload(); !loaded.ok()) built = loaded;
    task.store->Reap();
    if (options_.on_published) options_.on_published(*task.store);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (!built.ok()) {
    task.store->SetProblem("training of " + task.model_id +
                           " failed: " + std::string(AsStd(built.status().message())));
  }
  LogEvent(built.ok() ? LogLevel::kInfo : LogLevel::kWarning,
           built.ok() ? "training_done" : "training_failed",
           {{"store", store},
            {"model", task.model_id},
            {"seconds", seconds},
            {"stage_seconds", stages.End()},
            {"by_itself", task.by_itself},
            {"version", built.ok() ? built->version : 0},
            {"note", built.ok() ? built->note : ""},
            {"reason", built.ok() ? "" : std::string(AsStd(built.status().message()))}});
  jobs_.Update(store, task.job_id, [&](Job& job) {
    job.state = built.ok() ? Job::State::kSucceeded : Job::State::kFailed;
    job.status = built.status();
    job.ended = absl::Now();
    job.stage = "done";
    job.progress = 1;
    if (!built.ok()) return;
    job.result = FormatVersionName(store, task.model_id, built->version);
    job.note = built->note;
  });
  return built.status();
}

}  // namespace awase
