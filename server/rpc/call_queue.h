// Unary calls over an asynchronous completion queue: one queue, one thread, call objects that keep their
// messages.
//
// A call object is armed (waits for a request), handles one, finishes it and is armed again; request and
// response are cleared, not freed, so that a warm server allocates next to nothing per call. When the last
// armed object of a method is taken another one is made, up to a limit; beyond it requests wait inside gRPC.
#ifndef AWASE_SERVER_RPC_CALL_QUEUE_H_
#define AWASE_SERVER_RPC_CALL_QUEUE_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/notification.h"

#include "server/rpc/call_stats.h"
#include "server/rpc/work_pool.h"

namespace awase::rpc {

// What the completion queue hands back.
class Tag {
 public:
  virtual ~Tag() = default;
  // On the queue's thread. `ok` as the completion queue says it.
  virtual void Proceed(bool ok) = 0;
};

// The calls of one method on one queue.
class MethodCalls {
 public:
  virtual ~MethodCalls() = default;
  virtual void ArmFirst() = 0;
  virtual const CallStats& stats() const = 0;
};

class CallQueue {
 public:
  // With a pool, handlers run there; without one, on the queue's thread, and then must never wait for
  // anything.
  CallQueue(std::unique_ptr<grpc::ServerCompletionQueue> queue, WorkPool* pool)
      : queue_(std::move(queue)), pool_(pool) {}
  ~CallQueue();

  // Serves one method with at most `most` calls at once. `service` is an AsyncService, `arm` its Request...
  // function. The handler gets a cleared response; it may be called from several threads at once when there
  // is a pool. Call before Start.
  template <class Base, class Request, class Response>
  void Serve(std::string method, std::type_identity_t<Base>* service,
             void (Base::*arm)(grpc::ServerContext*, Request*, grpc::ServerAsyncResponseWriter<Response>*,
                               grpc::CompletionQueue*, grpc::ServerCompletionQueue*, void*),
             std::function<absl::Status(const Request&, Response*)> handler, size_t most = 1024);

  // After the server has started.
  void Start(int number);
  // From now on new calls are answered UNAVAILABLE (DRAINING), which callers may retry elsewhere; those begun
  // go on. gRPC's own shutdown would cancel what has just arrived, which nobody retries.
  void Drain() { draining_.store(true); }
  bool draining() const { return draining_.load(); }
  // Calls that were taken and are not yet answered.
  int64_t in_flight() const;
  // After the server was shut down and the pool stopped: nothing is in flight any more.
  void Stop();

  void ForEachStats(const std::function<void(const CallStats&)>& visit) const {
    for (const auto& method : methods_) visit(method->stats());
  }

  grpc::ServerCompletionQueue* queue() { return queue_.get(); }
  WorkPool* pool() { return pool_; }
  // On the queue's thread only.
  bool stopping() const { return stopping_; }

 private:
  void Run();

  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  WorkPool* pool_;
  std::vector<std::unique_ptr<MethodCalls>> methods_;
  std::thread thread_;
  std::atomic<bool> draining_{false};
  bool stopping_ = false;  // the queue's thread only
};

}  // namespace awase::rpc

#include "server/rpc/unary_call.h"  // IWYU pragma: export

#endif  // AWASE_SERVER_RPC_CALL_QUEUE_H_
