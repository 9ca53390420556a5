// Working memory of one request thread: grown once, reused by every request.
#ifndef AWASE_SERVER_SERVICES_DESK_H_
#define AWASE_SERVER_SERVICES_DESK_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/answer/answer.h"
#include "engine/base/ids.h"
#include "engine/profile/personal.h"

namespace awase {

struct Desk {
  std::unique_ptr<Scratch, ScratchDeleter> scratch = MakeScratch();
  Answer answer;
  std::vector<ItemId> cart, focus, exclude;
  std::vector<Owned> personal;
  std::vector<ActiveRule> rules;
};

// The calling thread's own.
inline Desk& DeskOfThread() {
  thread_local Desk desk;
  return desk;
}

}  // namespace awase

#endif  // AWASE_SERVER_SERVICES_DESK_H_
