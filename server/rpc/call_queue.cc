#include "server/rpc/call_queue.h"

#include <grpcpp/alarm.h>
#include <pthread.h>

#include "absl/strings/str_cat.h"

namespace awase::rpc {
namespace {

// Tells a queue's thread to stop arming, and tells the stopper that it knows.
class StopMark final : public Tag {
 public:
  explicit StopMark(bool& stopping) : stopping_(stopping) {}
  void Proceed(bool) override {
    stopping_ = true;
    seen_.Notify();
  }
  void Wait() { seen_.WaitForNotification(); }

 private:
  bool& stopping_;
  absl::Notification seen_;
};

}  // namespace

absl::Status TooManyCalls() {
  return WithRetryAfter(Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_CALLS",
                              "too many calls that wait for the disk are in flight; try again later"),
                        absl::Milliseconds(200));
}

absl::Status Draining() {
  return Error(absl::StatusCode::kUnavailable, "DRAINING", "the server is going away; try again");
}

int64_t CallQueue::in_flight() const {
  int64_t total = 0;
  ForEachStats([&](const CallStats& stats) { total += stats.in_flight.load(); });
  return total;
}

CallQueue::~CallQueue() {
  if (thread_.joinable()) {
    Stop();
  } else {
    queue_->Shutdown();  // never started: gRPC wants the queue shut down and empty all the same
    void* tag;
    bool ok;
    while (queue_->Next(&tag, &ok)) {
    }
  }
}

void CallQueue::Start(int number) {
  for (const auto& method : methods_) method->ArmFirst();
  thread_ = std::thread([this] { Run(); });
  pthread_setname_np(thread_.native_handle(), absl::StrCat("calls-", number).c_str());
}

// An object armed on a queue that is shut down aborts the process: the queue's own thread must know first.
void CallQueue::Stop() {
  if (!thread_.joinable()) return;
  StopMark mark(stopping_);
  grpc::Alarm alarm;
  alarm.Set(queue_.get(), gpr_now(GPR_CLOCK_MONOTONIC), &mark);
  mark.Wait();
  queue_->Shutdown();
  thread_.join();
}

void CallQueue::Run() {
  void* tag;
  bool ok;
  while (queue_->Next(&tag, &ok)) static_cast<Tag*>(tag)->Proceed(ok);
}

}  // namespace awase::rpc
