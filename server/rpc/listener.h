// Ports and limits of the gRPC server.
#ifndef AWASE_SERVER_RPC_LISTENER_H_
#define AWASE_SERVER_RPC_LISTENER_H_

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace awase::rpc {

struct ListenerOptions {
  std::vector<std::string> listen;  // "HOST:PORT" or "unix:PATH"
  std::string tls_cert, tls_key;    // PEM files; empty: plain text. Unix sockets are always plain
  uint32_t max_streams = 100;
};

inline constexpr int kMaxMessageBytes = 1 << 20;

// Once per process, before the first builder: health, reflection, cheaper mutexes.
void PrepareGrpc();

// Adds every address and the limits: messages of 1 MiB, `max_streams` calls a connection, no sharing of ports
// with another process. `ports` gets, after BuildAndStart, the port bound for each address; it must outlive
// that call and not be resized. Errors: INVALID_ARGUMENT (key files), UNAVAILABLE (another server answers on
// the Unix socket).
absl::Status AddPorts(const ListenerOptions& options, grpc::ServerBuilder& builder, std::vector<int>& ports);

// Addresses with the ports that were found.
std::vector<std::string> BoundAddresses(const ListenerOptions& options, const std::vector<int>& ports);
// The addresses that could not be bound, for an error.
std::string Unbound(const ListenerOptions& options, const std::vector<int>& ports);

}  // namespace awase::rpc

#endif  // AWASE_SERVER_RPC_LISTENER_H_
