// The server's log: one JSON object a line on standard error. No customer data, no ids of customers, no
// header values.
#ifndef AWASE_SERVER_LOG_LOG_H_
#define AWASE_SERVER_LOG_LOG_H_

#include <string_view>

#include <nlohmann/json.hpp>

namespace awase {

enum class LogLevel { kInfo, kWarning, kError };

// {"time":"...Z","level":"info","event":EVENT, ...fields}. Thread-safe.
void LogEvent(LogLevel level, std::string_view event, nlohmann::json fields = nlohmann::json::object());

// gRPC's own messages quote what clients sent: only where in gRPC an error arose is kept.
void SilenceGrpcLog();

}  // namespace awase

#endif  // AWASE_SERVER_LOG_LOG_H_
