// What a Ledger is made of.
#ifndef AWASE_ENGINE_LEDGER_STATE_H_
#define AWASE_ENGINE_LEDGER_STATE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"

#include "engine/ledger/ledger.h"
#include "engine/ledger/readers.h"
#include "engine/ledger/writer.h"

namespace awase {

struct Ledger::State {
  explicit State(std::string file) : path(std::move(file)), readers(path) {}

  // FAILED_PRECONDITION when the ledger was opened to read only.
  absl::Status Write(const Writer::Work& work, bool keep = true) {
    if (writer == nullptr) return absl::FailedPreconditionError(path + ": was opened to read only");
    return writer->Write(work, keep);
  }

  const std::string path;
  std::unique_ptr<Writer> writer;  // null in Mode::kRead
  Readers readers;
};

}  // namespace awase

#endif  // AWASE_ENGINE_LEDGER_STATE_H_
