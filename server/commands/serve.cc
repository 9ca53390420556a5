// `awased serve`: every store of a folder over gRPC.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include "server/commands/commands.h"
#include "server/config/serve_options.h"
#include "server/log/log.h"
#include "server/server.h"
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace awase::commands {
namespace {

struct Flags {
  ServeOptions options;
  bool json = false;
};

// What scripts read to find the ports.
nlohmann::json Listening(const Server& server) {
  nlohmann::json line = {
      {"event", "listening"}, {"addresses", server.addresses()}, {"http", server.http_address()}};
  for (const Store* store : server.stores().All()) line["stores"].push_back(store->name());
  return line;
}

bool WriteReadyFile(const std::string& path, const nlohmann::json& line) {
  const std::string temporary = path + ".tmp";
  std::ofstream file(temporary);
  file << line.dump() << "\n";
  file.close();
  return file && std::rename(temporary.c_str(), path.c_str()) == 0;
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "awased serve: %s\n", std::string(status.message()).c_str());
  return status.code() == absl::StatusCode::kInvalidArgument ? kUsage : kFailed;
}

int Serve(const Flags& flags) {
  // Blocked before any thread starts, so that every thread leaves the signals to sigwait below.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  auto server = Server::Start(flags.options);
  if (!server.ok()) return Fail(server.status());
  const nlohmann::json line = Listening(**server);
  LogEvent(LogLevel::kInfo, "listening", line);
  if (flags.json) {
    std::printf("%s\n", line.dump().c_str());
    std::fflush(stdout);
  }
  if (!flags.options.ready_file.empty() && !WriteReadyFile(flags.options.ready_file, line)) {
    return Fail(
        absl::UnavailableError("--ready-file: cannot be written, got '" + flags.options.ready_file + "'"));
  }
  int signal = 0;
  sigwait(&ends, &signal);
  LogEvent(LogLevel::kInfo, "draining", {{"signal", signal}});
  (*server)->Drain();
  for (const std::string& address : (*server)->addresses()) {
    if (address.rfind("unix:", 0) == 0) std::remove(address.substr(5).c_str());
  }
  LogEvent(LogLevel::kInfo, "stopped");
  // A training or a reading of histories may run for minutes yet. Ledger and shelf are whole at every moment,
  // so cutting it off here is the same as a crash there: harmless.
  std::fflush(nullptr);
  std::_Exit(kDone);
}

}  // namespace

void AddServe(CLI::App& app, Chosen& chosen) {
  auto flags = std::make_shared<Flags>();
  ServeOptions& o = flags->options;
  CLI::App* serve = app.add_subcommand("serve", "Answer questions over gRPC for every store in a folder");
  serve->add_option("--data", o.data_dir, "Folder with the stores")->required();
  serve
      ->add_option("--listen", o.listen,
                   "HOST:PORT (port 0: any free one) or unix:PATH; may be given several times")
      ->capture_default_str();
  serve->add_option(
      "--http", o.http,
      "Port for /metrics, /livez, /readyz, on loopback, such as 127.0.0.1:8080; none if not given");
  serve->add_option("--ready-file", o.ready_file,
                    "Write the bound addresses here as JSON once the server listens");
  serve->add_option("--tls-cert", o.tls_cert, "PEM file of the certificate chain; TLS on every TCP port");
  serve->add_option("--tls-key", o.tls_key, "PEM file of the private key");
  serve->add_flag("--insecure-listen", o.insecure_listen,
                  "Allow addresses beyond loopback without TLS (see server/README.md)");
  serve->add_option("--threads", o.serve_threads, "Request threads; 0: one per core")->capture_default_str();
  serve->add_option("--train-threads", o.train_threads, "Width of a training; 0: half the cores")
      ->capture_default_str();
  serve->add_option("--cold-threads", o.cold_threads, "Threads for calls that wait for the disk")
      ->capture_default_str();
  serve->add_option("--max-cold-calls", o.max_cold_calls, "Such calls in flight; more get RESOURCE_EXHAUSTED")
      ->capture_default_str();
  serve->add_option("--max-streams", o.max_streams, "Calls in flight on one connection")
      ->capture_default_str();
  serve
      ->add_option("--poll-interval-ms", o.poll_interval_ms,
                   "How often folder, ledgers and models are looked at")
      ->capture_default_str();
  serve
      ->add_option("--retrain-interval-s", o.retrain_interval_s,
                   "Retrain when the model is this old and anything changed; 0: by event count alone")
      ->capture_default_str();
  serve->add_option("--drain-ms", o.drain_ms, "Time that calls in flight get after SIGTERM")
      ->capture_default_str();
  serve->add_flag("--json", flags->json, "Print the listening line as JSON on standard output too");
  serve->callback([flags, &chosen] { chosen.run = [flags] { return Serve(*flags); }; });
}

}  // namespace awase::commands
