// The template behind CallQueue::Serve; include call_queue.h.
#ifndef AWASE_SERVER_RPC_UNARY_CALL_H_
#define AWASE_SERVER_RPC_UNARY_CALL_H_

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/rpc/call_limits.h"
#include "server/rpc/call_queue.h"
#include "server/rpc/status.h"

namespace awase::rpc {

template <class Service, class Request, class Response>
class UnaryMethod final : public MethodCalls {
 public:
  using Arm = void (Service::*)(grpc::ServerContext*, Request*, grpc::ServerAsyncResponseWriter<Response>*,
                                grpc::CompletionQueue*, grpc::ServerCompletionQueue*, void*);
  using Handler = std::function<absl::Status(const Request&, Response*)>;

  UnaryMethod(CallQueue& queue, std::string name, Service* service, Arm arm, Handler handler, size_t most)
      : queue_(queue),
        service_(service),
        arm_(arm),
        handler_(std::move(handler)),
        most_(most),
        stats_(std::move(name)) {}

  void ArmFirst() override {
    while (calls_.size() < std::min(most_, kFirstCalls)) AddCall();
  }
  const CallStats& stats() const override { return stats_; }

 private:
  class Call final : public Tag {
   public:
    explicit Call(UnaryMethod& method) : method_(method) { Wait(); }

    void Proceed(bool ok) override {
      if (handled_) {
        End();
      } else if (ok) {
        Begin();
      }  // otherwise the server shuts down: this call object rests
    }

   private:
    void Wait() {
      handled_ = false;
      writer_.reset();
      context_.emplace();
      writer_.emplace(&*context_);
      auto* queue = method_.queue_.queue();
      ++method_.armed_;
      (method_.service_->*method_.arm_)(&*context_, &request_, &*writer_, queue, queue, this);
    }

    void Begin() {
      handled_ = true;
      begin_ = std::chrono::steady_clock::now();
      // Counted before the look at draining: whoever drains sets that first and then waits for the count.
      method_.stats_.in_flight.fetch_add(1);
      counted_ = true;
      if (--method_.armed_ == 0 && method_.calls_.size() < method_.most_) method_.AddCall();
      WorkPool* pool = method_.queue_.pool();
      if (method_.queue_.draining()) {
        Uncount();
        Finish(Draining());
      } else if (pool == nullptr) {
        Handle();
      } else if (!pool->Submit([this] { Handle(); })) {
        Finish(TooManyCalls());
      }
    }

    void Handle() { Finish(method_.handler_(request_, &response_)); }

    void Finish(const absl::Status& status) {
      code_ = static_cast<int>(status.code());
      if (status.ok()) {
        writer_->Finish(response_, grpc::Status::OK, this);
        return;
      }
      const int64_t retry_ms = RetryAfterMs(status);
      if (retry_ms >= 0) context_->AddTrailingMetadata("grpc-retry-pushback-ms", std::to_string(retry_ms));
      writer_->FinishWithError(ToGrpc(status), this);
    }

    void End() {
      Uncount();
      const auto spent = std::chrono::steady_clock::now() - begin_;
      method_.stats_.Record(
          code_, static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(spent).count()));
      if (method_.queue_.stopping()) return;
      ClearForReuse(request_);
      ClearForReuse(response_);
      Wait();
    }

    void Uncount() {
      if (counted_) method_.stats_.in_flight.fetch_sub(1);
      counted_ = false;
    }

    UnaryMethod& method_;
    Request request_;
    Response response_;
    std::optional<grpc::ServerContext> context_;
    std::optional<grpc::ServerAsyncResponseWriter<Response>> writer_;
    std::chrono::steady_clock::time_point begin_;
    int code_ = 0;
    bool handled_ = false;  // a request is being handled or its answer sent
    bool counted_ = false;  // in flight
  };

  void AddCall() { calls_.push_back(std::make_unique<Call>(*this)); }

  CallQueue& queue_;
  Service* service_;
  Arm arm_;
  Handler handler_;
  size_t most_;
  CallStats stats_;
  std::vector<std::unique_ptr<Call>> calls_;  // the queue's thread only, once started
  size_t armed_ = 0;                          // the queue's thread only, once started
};

template <class Base, class Request, class Response>
void CallQueue::Serve(std::string method, std::type_identity_t<Base>* service,
                      void (Base::*arm)(grpc::ServerContext*, Request*,
                                        grpc::ServerAsyncResponseWriter<Response>*, grpc::CompletionQueue*,
                                        grpc::ServerCompletionQueue*, void*),
                      std::function<absl::Status(const Request&, Response*)> handler, size_t most) {
  methods_.push_back(std::make_unique<UnaryMethod<Base, Request, Response>>(*this, std::move(method), service,
                                                                            arm, std::move(handler), most));
}

}  // namespace awase::rpc

#endif  // AWASE_SERVER_RPC_UNARY_CALL_H_
