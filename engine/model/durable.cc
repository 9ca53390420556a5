#include "engine/model/durable.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "absl/strings/str_cat.h"

namespace awase {
namespace {

absl::Status SystemError(const std::string& path, const char* what) {
  return absl::ErrnoToStatus(errno, absl::StrCat(path, ": ", what));
}

absl::Status WriteAll(int fd, std::span<const std::byte> bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError(path, "cannot be written");
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status SyncFolder(const std::string& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return SystemError(folder, "cannot be opened");
  const absl::Status status = fsync(fd) == 0 ? absl::OkStatus() : SystemError(folder, "cannot be synced");
  close(fd);
  return status;
}

absl::Status WriteAndSync(const std::string& path, const std::function<absl::Status(const Append&)>& write) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return SystemError(path, "cannot be created");
  absl::Status status = write([&](std::span<const std::byte> bytes) { return WriteAll(fd, bytes, path); });
  if (status.ok() && fsync(fd) != 0) status = SystemError(path, "cannot be synced");
  if (close(fd) != 0 && status.ok()) status = SystemError(path, "cannot be closed");
  return status;
}

}  // namespace

absl::Status WriteDurably(const std::string& folder, const std::string& name,
                          const std::function<absl::Status(const Append&)>& write) {
  const std::string path = absl::StrCat(folder, "/", name);
  const std::string temporary = absl::StrCat(path, ".tmp");
  absl::Status status = WriteAndSync(temporary, write);
  if (status.ok() && rename(temporary.c_str(), path.c_str()) != 0)
    status = SystemError(path, "cannot be renamed to");
  if (!status.ok()) {
    unlink(temporary.c_str());
    return status;
  }
  return SyncFolder(folder);
}

absl::Status MakeFolder(const std::string& folder) {
  if (mkdir(folder.c_str(), 0755) == 0) {
    const size_t slash = folder.find_last_of('/');
    return SyncFolder(slash == std::string::npos ? "." : slash == 0 ? "/" : folder.substr(0, slash));
  }
  if (errno == EEXIST) return absl::OkStatus();
  if (errno != ENOENT) return SystemError(folder, "cannot be made");
  const size_t slash = folder.find_last_of('/');
  if (slash == std::string::npos || slash == 0) return SystemError(folder, "cannot be made");
  if (absl::Status status = MakeFolder(folder.substr(0, slash)); !status.ok()) return status;
  return MakeFolder(folder);
}

absl::StatusOr<FolderLock> FolderLock::Take(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/.lock");
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return SystemError(path, "cannot be opened");
  while (flock(fd, LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    const absl::Status status = SystemError(path, "cannot be locked");
    close(fd);
    return status;
  }
  return FolderLock(fd);
}

FolderLock::~FolderLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace awase
