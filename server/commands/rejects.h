// Where the bad lines of an import go: counted, the first few shown, all of them in a file.
#ifndef AWASE_SERVER_COMMANDS_REJECTS_H_
#define AWASE_SERVER_COMMANDS_REJECTS_H_

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"

#include "engine/intake/intake.h"

namespace awase::commands {

// Writes the rejects file: CSV with line,reason,message,text. Without a path nothing is written.
class Rejects {
 public:
  // `show`: the first few go to standard error as well.
  Rejects(std::string path, bool show) : path_(std::move(path)), show_(show) {}
  absl::Status Open();
  void Add(const LineError& error);
  // All is written, or UNAVAILABLE.
  absl::Status Close();

  uint64_t count() const { return count_; }
  const std::map<std::string, uint64_t>& reasons() const { return reasons_; }
  // "3 bad_time, 1 missing_item"
  std::string Summary() const;

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const std::string path_;
  const bool show_;
  std::unique_ptr<std::FILE, Closer> file_;
  std::map<std::string, uint64_t> reasons_;
  uint64_t count_ = 0;
};

}  // namespace awase::commands

#endif  // AWASE_SERVER_COMMANDS_REJECTS_H_
