// Threads for calls that may wait for the disk, so that the hot queues never do.
#ifndef AWASE_SERVER_RPC_WORK_POOL_H_
#define AWASE_SERVER_RPC_WORK_POOL_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace awase::rpc {

// Runs work in order of arrival. Refuses when `limit` pieces wait or run, so that a flood costs an answer and
// no memory.
class WorkPool {
 public:
  WorkPool(unsigned threads, size_t limit);
  ~WorkPool();  // Stop

  // False when the limit is reached or the pool stops; the work is then not run.
  bool Submit(std::function<void()> work);
  // Finishes what was accepted and joins the threads.
  void Stop();

  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

 private:
  void Run();

  const size_t limit_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;  // guarded by mutex_
  size_t taken_ = 0;                           // waiting and running; guarded by mutex_
  bool stopping_ = false;                      // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace awase::rpc

#endif  // AWASE_SERVER_RPC_WORK_POOL_H_
