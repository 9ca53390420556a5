// A running server: stores, ports, threads. `awased serve` and the tests start one each.
#ifndef AWASE_SERVER_SERVER_H_
#define AWASE_SERVER_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"

#include "server/config/serve_options.h"
#include "server/http/http_port.h"
#include "server/rpc/call_queue.h"
#include "server/rpc/work_pool.h"
#include "server/services/admin_service.h"
#include "server/services/catalog_service.h"
#include "server/services/event_service.h"
#include "server/services/model_service.h"
#include "server/services/recommendation_service.h"
#include "server/store/stores.h"
#include "server/train/jobs.h"
#include "server/train/trainer.h"

namespace awase {

class Services;

class Server {
 public:
  // Opens the stores and binds every address; takes calls when it returns. Customers' histories are read in
  // the background. Errors: INVALID_ARGUMENT (options), UNAVAILABLE (an address cannot be bound), NOT_FOUND
  // (no such folder).
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServeOptions& options);
  ~Server();  // Drain, then everything stops

  // As bound: port 0 is replaced by the port that was found.
  const std::vector<std::string>& addresses() const { return addresses_; }
  std::string http_address() const { return http_ == nullptr ? "" : http_->address(); }
  const Stores& stores() const { return stores_; }
  Trainer& trainer() { return *trainer_; }

  // True when at least one store has a model that serves, until the drain.
  bool ready() const;
  // Health NOT_SERVING, new calls get UNAVAILABLE, calls in flight get options.drain_ms. What runs in the
  // background goes on until the destructor: all of it is safe to cut off at any moment. After it the process
  // may simply exit.
  void Drain();

 private:
  explicit Server(const ServeOptions& options);

  absl::Status Listen();
  // The watcher's thread: new stores, profiles to read, what other processes changed, trainings that are due.
  void Watch();
  void OpenStores();
  void FillSome();
  void UpdateHealth();

  const ServeOptions options_;
  Stores stores_;
  Jobs jobs_;
  std::unique_ptr<Trainer> trainer_;
  RecommendationHandlers recommendation_;
  CatalogHandlers catalog_;
  EventHandlers events_;
  std::unique_ptr<ModelHandlers> models_;
  AdminHandlers admin_;

  std::unique_ptr<Services> services_;
  rpc::WorkPool pool_;
  std::vector<std::unique_ptr<rpc::CallQueue>> queues_;  // hot ones, then the cold one
  std::unique_ptr<grpc::Server> grpc_;
  std::unique_ptr<HttpPort> http_;
  std::vector<std::string> addresses_;

  std::atomic<bool> draining_{false};
  std::mutex health_mutex_;  // statuses are set as a whole
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;                 // guarded by mutex_
  std::vector<Store*> to_fill_;           // profiles still to be read; Start, then the watcher's thread
  std::set<std::string> known_problems_;  // logged before; Start, then the watcher's thread
  std::thread watcher_;
};

}  // namespace awase

#endif  // AWASE_SERVER_SERVER_H_
