// How far a command is, drawn on one line of standard error.
#ifndef AWASE_SERVER_COMMANDS_PROGRESS_H_
#define AWASE_SERVER_COMMANDS_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "engine/base/progress.h"

namespace awase::commands {

// Text of the bar, at most `columns` wide: "reading [#####.....]  48%  1.2 s, 1.3 s left". Without a total:
// "reading 12,000  1.2 s".
std::string ProgressLine(std::string_view stage, uint64_t done, uint64_t total, double seconds,
                         unsigned columns);

// Draws only when standard error is a terminal, at most ten times a second, and nothing for work under 0.3 s.
// The line is wiped on destruction. Threads: Show may be called from any.
//
//   ProgressBar bar;
//   options.progress = bar.Calls();   // `bar` outlives the work
class ProgressBar {
 public:
  ProgressBar();
  ~ProgressBar();
  Progress Calls();
  void Show(std::string_view stage, uint64_t done, uint64_t total);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  const bool terminal_;
  std::mutex mutex_;
  std::string stage_;
  Clock::time_point started_ = Clock::now();  // of the stage
  Clock::time_point drawn_ = Clock::now();
  bool visible_ = false;
};

}  // namespace awase::commands

#endif  // AWASE_SERVER_COMMANDS_PROGRESS_H_
