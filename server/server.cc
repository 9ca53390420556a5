#include "server/server.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "server/http/metrics.h"
#include "server/log/log.h"
#include "server/rpc/listener.h"
#include "server/services/services.h"

namespace awase {
namespace {

constexpr absl::Duration kSettle = absl::Milliseconds(100);

unsigned Cores() { return std::max(1u, std::thread::hardware_concurrency()); }

TrainerOptions TrainerOptionsFor(const ServeOptions& options) {
  TrainerOptions trainer;
  trainer.threads = options.train_threads > 0 ? options.train_threads : std::max(1u, Cores() / 2);
  trainer.retrain_interval_s = options.retrain_interval_s;
  return trainer;
}

}  // namespace

Server::Server(const ServeOptions& options)
    : options_(options),
      stores_(options.data_dir),
      recommendation_(stores_),
      catalog_(stores_),
      events_(stores_),
      admin_(stores_, jobs_, absl::Now()),
      pool_(options.cold_threads, options.max_cold_calls) {}

Server::~Server() {
  Drain();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (watcher_.joinable()) watcher_.join();
  http_.reset();
  if (trainer_ != nullptr) trainer_->Stop();
  if (grpc_ != nullptr) grpc_->Shutdown(std::chrono::system_clock::now());
  pool_.Stop();
  for (const auto& queue : queues_) queue->Stop();
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServeOptions& options) {
  if (const absl::Status valid = CheckServeOptions(options); !valid.ok()) return valid;
  std::error_code ignored;
  if (!std::filesystem::is_directory(options.data_dir, ignored)) {
    return absl::NotFoundError(absl::StrCat("--data: is not a folder, got '", options.data_dir, "'"));
  }
  std::unique_ptr<Server> server(new Server(options));
  TrainerOptions trainer = TrainerOptionsFor(options);
  trainer.on_published = [raw = server.get()](Store&) { raw->UpdateHealth(); };
  server->trainer_ = std::make_unique<Trainer>(server->jobs_, std::move(trainer));
  server->models_ = std::make_unique<ModelHandlers>(server->stores_, *server->trainer_);
  server->OpenStores();
  if (const absl::Status listening = server->Listen(); !listening.ok()) return listening;
  server->UpdateHealth();
  server->watcher_ = std::thread([raw = server.get()] { raw->Watch(); });
  return server;
}

absl::Status Server::Listen() {
  rpc::PrepareGrpc();
  grpc::ServerBuilder builder;
  rpc::ListenerOptions listener{options_.listen, options_.tls_cert, options_.tls_key, options_.max_streams};
  std::vector<int> ports;
  if (const absl::Status added = rpc::AddPorts(listener, builder, ports); !added.ok()) return added;
  services_ = std::make_unique<Services>();
  services_->Register(builder);
  const unsigned hot = options_.serve_threads > 0 ? options_.serve_threads : Cores();
  for (unsigned q = 0; q < hot; ++q) {
    queues_.push_back(std::make_unique<rpc::CallQueue>(builder.AddCompletionQueue(), nullptr));
  }
  queues_.push_back(std::make_unique<rpc::CallQueue>(builder.AddCompletionQueue(), &pool_));
  services_->Serve({&recommendation_, &catalog_, &events_, models_.get(), &admin_}, queues_);
  grpc_ = builder.BuildAndStart();
  if (grpc_ == nullptr) {
    return absl::UnavailableError(absl::StrCat("--listen: cannot listen on ", rpc::Unbound(listener, ports)));
  }
  addresses_ = rpc::BoundAddresses(listener, ports);
  admin_.SetAddresses(addresses_);
  // Before the first call can arrive on a queue: gRPC says SERVING by itself.
  UpdateHealth();
  for (size_t q = 0; q < queues_.size(); ++q) queues_[q]->Start(static_cast<int>(q));
  if (options_.http.empty()) return absl::OkStatus();
  auto http = HttpPort::Start(options_.http, {[this] {
                                                return MetricsPage({&stores_, trainer_.get(), &queues_});
                                              },
                                              [this] { return ready(); }});
  if (!http.ok()) return http.status();
  http_ = *std::move(http);
  return absl::OkStatus();
}

bool Server::ready() const {
  if (draining_.load()) return false;
  const std::vector<Store*> all = stores_.All();
  return std::any_of(all.begin(), all.end(), [](Store* store) { return !store->front()->models.empty(); });
}

void Server::UpdateHealth() {
  const std::lock_guard lock(health_mutex_);
  if (grpc_ == nullptr || draining_.load()) return;
  auto* health = grpc_->GetHealthCheckService();
  for (Store* store : stores_.All()) {
    health->SetServingStatus("stores/" + store->name(), store->front()->FindModel("default") != nullptr);
  }
  health->SetServingStatus("", ready());
}

void Server::OpenStores() {
  std::vector<std::string> problems;
  for (Store* store : stores_.Look(&problems)) {
    LogEvent(LogLevel::kInfo, "store_opened",
             {{"store", store->name()}, {"models", store->front()->models.size()}});
    to_fill_.push_back(store);
  }
  for (const std::string& problem : problems) {
    // A store that stays broken is met at every look: once is enough.
    if (known_problems_.insert(problem).second)
      LogEvent(LogLevel::kError, "store_refused", {{"reason", problem}});
  }
}

void Server::FillSome() {
  while (!to_fill_.empty()) {
    Store* store = to_fill_.back();
    const bool taken = pool_.Submit([store] {
      const absl::Time begin = absl::Now();
      const absl::Status filled = store->FillProfiles();
      if (!filled.ok()) store->SetProblem(absl::StrCat("profiles: ", filled.message()));
      LogEvent(filled.ok() ? LogLevel::kInfo : LogLevel::kError,
               filled.ok() ? "profiles_ready" : "profiles_failed",
               {{"store", store->name()},
                {"customers", store->profiles().customers()},
                {"seconds", absl::ToDoubleSeconds(absl::Now() - begin)}});
    });
    if (!taken) return;
    to_fill_.pop_back();
  }
}

void Server::Watch() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    OpenStores();
    FillSome();
    for (Store* store : stores_.All()) {
      store->Refresh();
      trainer_->Consider(*store);
    }
    UpdateHealth();
    lock.lock();
    wake_.wait_for(lock, std::chrono::milliseconds(options_.poll_interval_ms), [this] { return stopping_; });
  }
}

void Server::Drain() {
  if (draining_.exchange(true) || grpc_ == nullptr) return;
  {
    const std::lock_guard lock(health_mutex_);
    grpc_->GetHealthCheckService()->SetServingStatus(false);
  }
  for (const auto& queue : queues_) queue->Drain();
  const auto in_flight = [this] {
    int64_t total = 0;
    for (const auto& queue : queues_) total += queue->in_flight();
    return total;
  };
  const absl::Time deadline = absl::Now() + absl::Milliseconds(options_.drain_ms);
  while (in_flight() > 0 && absl::Now() < deadline) absl::SleepFor(absl::Milliseconds(1));
  // What was answered last is read by its callers before the connections go.
  absl::SleepFor(kSettle);
}

}  // namespace awase
