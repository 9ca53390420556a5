#include "server/log/log.h"

#include <grpc/support/log.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace awase {
namespace {

spdlog::logger& Lines() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto made = std::make_shared<spdlog::logger>("awased", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *logger;
}

void KeepNoValues(gpr_log_func_args* args) {
  if (args->severity != GPR_LOG_SEVERITY_ERROR) return;
  const std::string_view file(args->file);
  LogEvent(LogLevel::kWarning, "grpc_error",
           {{"at", std::string(file.substr(file.rfind('/') + 1)) + ":" + std::to_string(args->line)}});
}

}  // namespace

void LogEvent(LogLevel level, std::string_view event, nlohmann::json fields) {
  nlohmann::ordered_json line;
  line["time"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(), absl::UTCTimeZone());
  line["level"] = level == LogLevel::kInfo ? "info" : level == LogLevel::kWarning ? "warning" : "error";
  line["event"] = event;
  for (auto& [key, value] : fields.items()) line[key] = std::move(value);
  Lines().info(line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

void SilenceGrpcLog() { gpr_set_log_function(KeepNoValues); }

}  // namespace awase
