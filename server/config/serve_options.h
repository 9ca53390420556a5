// What `awased serve` is told, and what it refuses to do.
#ifndef AWASE_SERVER_CONFIG_SERVE_OPTIONS_H_
#define AWASE_SERVER_CONFIG_SERVE_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace awase {

struct ServeOptions {
  std::string data_dir;
  // "HOST:PORT" (port 0: any free one) or "unix:PATH".
  std::vector<std::string> listen = {"127.0.0.1:50051"};
  std::string http;        // "127.0.0.1:8080"; empty: no http port. Loopback only
  std::string ready_file;  // gets the listening line as JSON once every port is bound; empty: none
  std::string tls_cert;    // PEM chain; with tls_key every TCP port speaks TLS
  std::string tls_key;
  bool insecure_listen = false;      // allow addresses beyond loopback without TLS
  unsigned serve_threads = 0;        // request threads; 0: one per core
  unsigned train_threads = 0;        // width of a training; 0: half the cores, at least 1
  unsigned cold_threads = 4;         // threads for calls that wait for the disk
  uint32_t max_cold_calls = 64;      // such calls in flight; more are refused with RESOURCE_EXHAUSTED
  uint32_t max_streams = 100;        // calls in flight on one connection
  uint32_t poll_interval_ms = 1000;  // how often folder, ledger and shelf are looked at
  uint32_t retrain_interval_s = 0;   // retrain when this old and anything changed; 0: by event count alone
  uint32_t drain_ms = 5000;          // time that calls in flight get after SIGTERM
};

// True for 127.0.0.0/8, ::1, "localhost" and Unix sockets.
bool IsLoopback(const std::string& address);

// INVALID_ARGUMENT for addresses that make no sense, half a TLS pair, an http port beyond loopback, and,
// naming the risk, for an address beyond loopback without TLS and without insecure_listen.
absl::Status CheckServeOptions(const ServeOptions& options);

}  // namespace awase

#endif  // AWASE_SERVER_CONFIG_SERVE_OPTIONS_H_
