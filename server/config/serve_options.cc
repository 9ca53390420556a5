#include "server/config/serve_options.h"

#include <cstdlib>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace awase {
namespace {

absl::Status Bad(const std::string& where, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat(where, ": ", what));
}

// Host of "HOST:PORT" or "[HOST]:PORT"; empty when there is no port.
std::string HostOf(const std::string& address) {
  const size_t colon = address.rfind(':');
  int port = -1;
  if (colon == std::string::npos || !absl::SimpleAtoi(address.substr(colon + 1), &port) || port < 0 ||
      port > 65535) {
    return "";
  }
  std::string host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') return host.substr(1, host.size() - 2);
  return host.find(':') == std::string::npos ? host : "";
}

}  // namespace

bool IsLoopback(const std::string& address) {
  if (absl::StartsWith(address, "unix:")) return true;
  const std::string host = HostOf(address);
  if (host == "localhost" || host == "::1") return true;
  unsigned parts[4];
  char rest;
  return std::sscanf(host.c_str(), "%u.%u.%u.%u%c", &parts[0], &parts[1], &parts[2], &parts[3], &rest) == 4 &&
         parts[0] == 127;
}

absl::Status CheckServeOptions(const ServeOptions& options) {
  if (options.data_dir.empty()) return Bad("--data", "is missing");
  if (options.listen.empty()) return Bad("--listen", "is missing");
  if (options.tls_cert.empty() != options.tls_key.empty())
    return Bad("--tls-cert", "needs --tls-key, and the other way round");
  for (const std::string& address : options.listen) {
    if (absl::StartsWith(address, "unix:")) {
      if (address.size() == 5) return Bad("--listen", "unix: needs a path");
      continue;
    }
    if (HostOf(address).empty())
      return Bad("--listen", absl::StrCat("is not HOST:PORT or unix:PATH, got '", address, "'"));
    if (!IsLoopback(address) && options.tls_cert.empty() && !options.insecure_listen) {
      return Bad(
          "--listen",
          absl::StrCat(
              "refused to listen on '", address,
              "' without TLS: everyone who reaches it could read and write the stores, and gRPC 1.51.1 has "
              "no fix for HTTP/2 rapid reset (CVE-2023-44487). Give --tls-cert and --tls-key and put the "
              "proxy of server/deploy/ in front, or say --insecure-listen"));
    }
  }
  if (!options.http.empty() && (absl::StartsWith(options.http, "unix:") || !IsLoopback(options.http))) {
    return Bad("--http", absl::StrCat("must be on loopback (127.0.0.1:PORT), got '", options.http, "'"));
  }
  if (options.poll_interval_ms == 0) return Bad("--poll-interval-ms", "must be at least 1, got 0");
  if (options.cold_threads == 0) return Bad("--cold-threads", "must be at least 1, got 0");
  return absl::OkStatus();
}

}  // namespace awase
