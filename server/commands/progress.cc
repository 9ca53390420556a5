#include "server/commands/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace awase::commands {
namespace {

constexpr std::chrono::milliseconds kPatience{300};
constexpr std::chrono::milliseconds kInterval{100};
constexpr unsigned kBarCells = 30;

unsigned Columns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string Grouped(uint64_t n) {
  std::string text = std::to_string(n);
  for (int at = static_cast<int>(text.size()) - 3; at > 0; at -= 3) text.insert(static_cast<size_t>(at), ",");
  return text;
}

std::string Seconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", seconds);
  return text;
}

}  // namespace

std::string ProgressLine(std::string_view stage, uint64_t done, uint64_t total, double seconds,
                         unsigned columns) {
  std::string line(stage);
  if (total == 0) {
    line += " " + Grouped(done) + "  " + Seconds(seconds);
  } else {
    const double share = static_cast<double>(std::min(done, total)) / static_cast<double>(total);
    const auto filled = static_cast<unsigned>(share * kBarCells);
    char percent[8];
    std::snprintf(percent, sizeof percent, "%3d%%", static_cast<int>(share * 100));
    line += " [" + std::string(filled, '#') + std::string(kBarCells - filled, '.') + "] " + percent + "  " +
            Seconds(seconds);
    if (share > 0.02 && share < 1) line += ", " + Seconds(seconds / share * (1 - share)) + " left";
  }
  if (line.size() > columns) line.resize(columns);
  return line;
}

ProgressBar::ProgressBar() : terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (visible_) std::fputs("\r\033[K", stderr);
}

Progress ProgressBar::Calls() {
  if (!terminal_) return nullptr;
  return [this](std::string_view stage, uint64_t done, uint64_t total) { Show(stage, done, total); };
}

void ProgressBar::Show(std::string_view stage, uint64_t done, uint64_t total) {
  if (!terminal_) return;
  const std::lock_guard lock(mutex_);
  const Clock::time_point now = Clock::now();
  if (stage != stage_) {
    stage_ = stage;
    started_ = now;
  }
  if (now - drawn_ < (visible_ ? kInterval : kPatience)) return;
  drawn_ = now;
  visible_ = true;
  const double seconds = std::chrono::duration<double>(now - started_).count();
  std::fprintf(stderr, "\r%s\033[K", ProgressLine(stage, done, total, seconds, Columns() - 1).c_str());
  std::fflush(stderr);
}

}  // namespace awase::commands
