#include "server/commands/rejects.h"

#include <cerrno>
#include <cstring>
#include <string_view>

namespace awase::commands {
namespace {

// More would push the summary off the screen.
constexpr uint64_t kShown = 5;

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted.push_back('"');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

}  // namespace

absl::Status Rejects::Open() {
  if (path_.empty()) return absl::OkStatus();
  file_.reset(std::fopen(path_.c_str(), "w"));
  if (file_ == nullptr) {
    return absl::UnavailableError(path_ + ": could not be opened: " + std::strerror(errno));
  }
  std::fputs("line,reason,message,text\n", file_.get());
  return absl::OkStatus();
}

void Rejects::Add(const LineError& error) {
  ++reasons_[error.reason];
  ++count_;
  if (show_ && count_ <= kShown) {
    std::fprintf(stderr, "%s\n", error.message.c_str());
  } else if (show_ && count_ == kShown + 1) {
    std::fprintf(
        stderr, "... further bad lines are %s\n",
        file_ == nullptr ? "counted (--rejects FILE lists them all)" : ("listed in " + path_).c_str());
  }
  if (file_ == nullptr) return;
  const std::string line = std::to_string(error.line) + "," + error.reason + "," + Quoted(error.message) +
                           "," + Quoted(error.text) + "\n";
  std::fwrite(line.data(), 1, line.size(), file_.get());
}

absl::Status Rejects::Close() {
  if (file_ == nullptr) return absl::OkStatus();
  const bool written = std::ferror(file_.get()) == 0;
  if (std::fclose(file_.release()) == 0 && written) return absl::OkStatus();
  return absl::UnavailableError(path_ + ": could not be written: " + std::strerror(errno));
}

std::string Rejects::Summary() const {
  std::string text;
  for (const auto& [reason, count] : reasons_) {
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + reason;
  }
  return text;
}

}  // namespace awase::commands
