// What commands print: one JSON object on standard output, or text; errors on standard error.
#ifndef AWASE_SERVER_COMMANDS_OUTPUT_H_
#define AWASE_SERVER_COMMANDS_OUTPUT_H_

#include <cstdio>
#include <string>

#include "absl/status/status.h"

#include "server/commands/commands.h"
#include <nlohmann/json.hpp>

namespace awase::commands {

// "awased: message" on standard error; returns kFailed.
inline int Fail(const absl::Status& status) {
  std::fprintf(stderr, "awased: %s\n", std::string(status.message()).c_str());
  return kFailed;
}

// Writes all of `text` to standard output; kFailed when that cannot be done (closed pipe, full disk).
inline int Print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0)
    return kDone;
  return Fail(absl::UnavailableError("standard output: could not be written"));
}

// One object and a newline. Keys keep the order in which they were set.
inline int PrintJson(const nlohmann::ordered_json& object) {
  // Ids come from files: bytes that are no UTF-8 are replaced rather than thrown at.
  return Print(object.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

}  // namespace awase::commands

#endif  // AWASE_SERVER_COMMANDS_OUTPUT_H_
