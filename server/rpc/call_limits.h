// What a call may cost, and the answers to calls beyond it.
#ifndef AWASE_SERVER_RPC_CALL_LIMITS_H_
#define AWASE_SERVER_RPC_CALL_LIMITS_H_

#include <cstddef>

#include "absl/status/status.h"

namespace awase::rpc {

// Messages that grew beyond this are freed instead of kept, so that one huge request does not stay in memory
// for ever.
inline constexpr size_t kMostKeptBytes = 16 * 1024;

// Call objects of a method on a queue at the start.
inline constexpr size_t kFirstCalls = 8;

// Answer to a cold call beyond the pool's limit.
absl::Status TooManyCalls();
// Answer to a call that arrives during a drain.
absl::Status Draining();

// An empty message that keeps its memory, unless there is much of it.
template <class Message>
void ClearForReuse(Message& message) {
  if (message.ByteSizeLong() > kMostKeptBytes) {
    message = Message();
  } else {
    message.Clear();
  }
}

}  // namespace awase::rpc

#endif  // AWASE_SERVER_RPC_CALL_LIMITS_H_
