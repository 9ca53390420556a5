#include "tests/support/failing_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>

namespace awase::testing {
namespace {

std::atomic<bool> fail_syncs = false, disk_full = false;
std::atomic<int> sync_calls = 0;

sqlite3_vfs* real = nullptr;
sqlite3_vfs failing;

// SQLite's own methods, with two of them replaced. Kinds of files differ in their methods; there are few
// kinds.
struct Methods {
  sqlite3_io_methods replaced;  // first: a file's pMethods points here
  const sqlite3_io_methods* original;
};
std::mutex mutex;
std::deque<Methods> kinds;  // guarded by mutex; elements never move

const sqlite3_io_methods* Original(sqlite3_file* file) {
  return reinterpret_cast<const Methods*>(file->pMethods)->original;
}

int Sync(sqlite3_file* file, int flags) {
  ++sync_calls;
  return fail_syncs ? SQLITE_IOERR_FSYNC : Original(file)->xSync(file, flags);
}

int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  return disk_full ? SQLITE_FULL : Original(file)->xWrite(file, bytes, size, at);
}

int OpenFile(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  const int code = real->xOpen(real, name, file, flags, out_flags);
  if (code != SQLITE_OK || file->pMethods == nullptr) return code;
  const std::lock_guard lock(mutex);
  auto kind = std::find_if(kinds.begin(), kinds.end(),
                           [&](const Methods& m) { return m.original == file->pMethods; });
  if (kind == kinds.end()) {
    kind = kinds.insert(kinds.end(), {*file->pMethods, file->pMethods});
    kind->replaced.xSync = Sync;
    kind->replaced.xWrite = Write;
  }
  file->pMethods = &kind->replaced;
  return code;
}

}  // namespace

FailingVfs::FailingVfs() {
  fail_syncs = false;
  disk_full = false;
  sync_calls = 0;
  real = sqlite3_vfs_find(nullptr);
  failing = *real;
  failing.zName = "failing";
  failing.xOpen = OpenFile;
  sqlite3_vfs_register(&failing, /*makeDflt=*/1);
}

FailingVfs::~FailingVfs() {
  sqlite3_vfs_unregister(&failing);
  sqlite3_vfs_register(real, /*makeDflt=*/1);
}

void FailingVfs::FailSyncs(bool fail) { fail_syncs = fail; }
void FailingVfs::FillDisk(bool full) { disk_full = full; }
int FailingVfs::syncs() const { return sync_calls; }

}  // namespace awase::testing
