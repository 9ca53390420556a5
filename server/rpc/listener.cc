#include "server/rpc/listener.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "grpc/health/v1/health.pb.h"

#include "server/log/log.h"

namespace awase::rpc {
namespace {

constexpr int kMaxMetadataBytes = 16 * 1024;

absl::StatusOr<std::string> ReadFile(const char* flag, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::InvalidArgumentError(absl::StrCat(flag, ": cannot be read, got '", path, "'"));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> TlsCredentials(const ListenerOptions& options) {
  const auto cert = ReadFile("--tls-cert", options.tls_cert);
  if (!cert.ok()) return cert.status();
  const auto key = ReadFile("--tls-key", options.tls_key);
  if (!key.ok()) return key.status();
  grpc::SslServerCredentialsOptions tls;
  tls.pem_key_cert_pairs.push_back({*key, *cert});
  return grpc::SslServerCredentials(tls);
}

// gRPC replaces the socket of a server that still runs, and both live on unaware.
bool AnswersOn(const std::string& path) {
  sockaddr_un address{};
  if (path.size() >= sizeof(address.sun_path)) return false;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const bool answers = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  close(fd);
  return answers;
}

bool IsUnix(const std::string& address) { return absl::StartsWith(address, "unix:"); }

}  // namespace

void PrepareGrpc() {
  static std::once_flag once;
  std::call_once(once, [] {
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
    SilenceGrpcLog();
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    // gRPC's own health service carries no descriptor; naming ours links it in, so that reflection can
    // describe it.
    ::grpc::health::v1::HealthCheckRequest::descriptor();
  });
}

absl::Status AddPorts(const ListenerOptions& options, grpc::ServerBuilder& builder, std::vector<int>& ports) {
  std::shared_ptr<grpc::ServerCredentials> tls;
  if (!options.tls_cert.empty()) {
    auto made = TlsCredentials(options);
    if (!made.ok()) return made.status();
    tls = *std::move(made);
  }
  ports.assign(options.listen.size(), 0);
  for (size_t a = 0; a < options.listen.size(); ++a) {
    const std::string& address = options.listen[a];
    if (IsUnix(address) && AnswersOn(address.substr(5))) {
      return absl::UnavailableError(absl::StrCat("--listen: another server answers on '", address, "'"));
    }
    const bool plain = tls == nullptr || IsUnix(address);
    builder.AddListeningPort(address, plain ? grpc::InsecureServerCredentials() : tls, &ports[a]);
  }
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, static_cast<int>(options.max_streams));
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  // For reflection alone, the one service that is not ours.
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::MIN_POLLERS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::MAX_POLLERS, 1);
  return absl::OkStatus();
}

std::vector<std::string> BoundAddresses(const ListenerOptions& options, const std::vector<int>& ports) {
  std::vector<std::string> bound;
  for (size_t a = 0; a < options.listen.size(); ++a) {
    const std::string& address = options.listen[a];
    bound.push_back(IsUnix(address) ? address
                                    : absl::StrCat(address.substr(0, address.rfind(':')), ":", ports[a]));
  }
  return bound;
}

std::string Unbound(const ListenerOptions& options, const std::vector<int>& ports) {
  std::string unbound;
  for (size_t a = 0; a < options.listen.size(); ++a) {
    if (ports[a] == 0) absl::StrAppend(&unbound, unbound.empty() ? "'" : ", '", options.listen[a], "'");
  }
  return unbound;
}

}  // namespace awase::rpc
