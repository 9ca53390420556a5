// Files that are either wholly there or not at all, also after a power cut.
#ifndef AWASE_ENGINE_MODEL_DURABLE_H_
#define AWASE_ENGINE_MODEL_DURABLE_H_

#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace awase {

// Appends bytes to the file being written.
using Append = std::function<absl::Status(std::span<const std::byte>)>;

// Writes folder/name: temporary file, fsync, rename, fsync of the folder. On failure the old file, if any, is
// untouched and the temporary one removed. Errors: RESOURCE_EXHAUSTED (disk full), otherwise what the system
// said. A failed sync is final: the call fails, nothing is retried.
absl::Status WriteDurably(const std::string& folder, const std::string& name,
                          const std::function<absl::Status(const Append&)>& write);

// Makes the folder and its parents, and syncs those that were made.
absl::Status MakeFolder(const std::string& folder);

// Holds an exclusive lock (flock) on folder/.lock while it lives; waits for it. Works between processes and
// threads.
class FolderLock {
 public:
  static absl::StatusOr<FolderLock> Take(const std::string& folder);
  FolderLock(FolderLock&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace awase

#endif  // AWASE_ENGINE_MODEL_DURABLE_H_
