// How long work tells its caller how far it is. The engine never prints.
#ifndef AWASE_ENGINE_BASE_PROGRESS_H_
#define AWASE_ENGINE_BASE_PROGRESS_H_

#include <cstdint>
#include <functional>
#include <string_view>

namespace awase {

// Called now and then (at most some 20 times a second), from one thread at a time. total 0 means unknown.
using Progress = std::function<void(std::string_view stage, uint64_t done, uint64_t total)>;

}  // namespace awase

#endif  // AWASE_ENGINE_BASE_PROGRESS_H_
