#include "engine/intake/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "engine/intake/gzip_source.h"

namespace awase {
namespace {

class FileSource : public ByteSource {
 public:
  FileSource(int fd, std::string path, uint64_t total) : fd_(fd), path_(std::move(path)), total_(total) {}
  ~FileSource() override {
    if (fd_ != STDIN_FILENO) close(fd_);
  }

  absl::StatusOr<size_t> Read(char* into, size_t size) override {
    if (!ahead_.empty()) {
      const size_t taken = std::min(size, ahead_.size());
      std::memcpy(into, ahead_.data(), taken);
      ahead_.erase(0, taken);
      return taken;
    }
    return ReadFile(into, size);
  }
  uint64_t stored_done() const override { return done_; }
  uint64_t stored_total() const override { return total_; }
  double seconds() const override { return seconds_; }

  // The first bytes, without taking them; fewer at the end of a short file.
  absl::StatusOr<std::string> Peek(size_t size) {
    while (ahead_.size() < size) {
      char bytes[16];
      const absl::StatusOr<size_t> read = ReadFile(bytes, std::min(sizeof bytes, size - ahead_.size()));
      if (!read.ok()) return read.status();
      if (*read == 0) break;
      ahead_.append(bytes, *read);
    }
    return ahead_;
  }

 private:
  absl::StatusOr<size_t> ReadFile(char* into, size_t size) {
    const auto start = std::chrono::steady_clock::now();
    ssize_t got = 0;
    do {
      got = read(fd_, into, size);
    } while (got < 0 && errno == EINTR);
    seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (got < 0) return absl::DataLossError(path_ + ": could not be read: " + std::strerror(errno));
    done_ += static_cast<uint64_t>(got);
    return static_cast<size_t>(got);
  }

  const int fd_;
  const std::string path_;
  const uint64_t total_;
  uint64_t done_ = 0;
  double seconds_ = 0;
  std::string ahead_;
};

absl::StatusOr<std::unique_ptr<FileSource>> OpenFile(const std::string& path) {
  if (path == "-") return std::make_unique<FileSource>(STDIN_FILENO, "standard input", 0);
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    const std::string text = path + ": could not be opened: " + std::strerror(errno);
    return errno == ENOENT ? absl::NotFoundError(text) : absl::InvalidArgumentError(text);
  }
  struct stat info {};
  const bool known = fstat(fd, &info) == 0;
  auto source = std::make_unique<FileSource>(
      fd, path, known && S_ISREG(info.st_mode) ? static_cast<uint64_t>(info.st_size) : 0);
  if (known && S_ISDIR(info.st_mode)) return absl::InvalidArgumentError(path + ": is a folder");
  return source;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ByteSource>> ByteSource::Open(const std::string& path) {
  absl::StatusOr<std::unique_ptr<FileSource>> file = OpenFile(path);
  if (!file.ok()) return file.status();
  const absl::StatusOr<std::string> start = (*file)->Peek(2);
  if (!start.ok()) return start.status();
  if (*start == "\x1f\x8b") return MakeGzipSource(*std::move(file), path);
  if (path.size() > 3 && path.compare(path.size() - 3, 3, ".gz") == 0) {
    return absl::InvalidArgumentError(path + ": does not begin like a gzip file");
  }
  return *std::move(file);
}

}  // namespace awase
