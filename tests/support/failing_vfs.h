// A file system for SQLite that fails when it is told to: syncs, or writes as on a full disk.
#ifndef AWASE_TESTS_SUPPORT_FAILING_VFS_H_
#define AWASE_TESTS_SUPPORT_FAILING_VFS_H_

namespace awase::testing {

// While it lives, every file that SQLite opens goes through it. One at a time; open ledgers inside its life
// only.
class FailingVfs {
 public:
  FailingVfs();
  ~FailingVfs();
  FailingVfs(const FailingVfs&) = delete;
  FailingVfs& operator=(const FailingVfs&) = delete;

  void FailSyncs(bool fail);
  // Writes report a full disk.
  void FillDisk(bool full);
  // Syncs that were asked for since construction.
  int syncs() const;
};

}  // namespace awase::testing

#endif  // AWASE_TESTS_SUPPORT_FAILING_VFS_H_
