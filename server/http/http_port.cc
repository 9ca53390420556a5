#include "server/http/http_port.h"

#include <httplib.h>

#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace awase {
namespace {

constexpr size_t kThreads = 2;
constexpr size_t kMostRequestBytes = 4096;

}  // namespace

struct HttpPort::Listener {
  httplib::Server server;
  std::thread thread;
};

HttpPort::HttpPort(std::unique_ptr<Listener> listener) : listener_(std::move(listener)) {}

HttpPort::~HttpPort() {
  listener_->server.stop();
  if (listener_->thread.joinable()) listener_->thread.join();
}

absl::StatusOr<std::unique_ptr<HttpPort>> HttpPort::Start(const std::string& address, HttpPages pages) {
  const size_t colon = address.rfind(':');
  int port = 0;
  if (colon == std::string::npos || !absl::SimpleAtoi(address.substr(colon + 1), &port)) {
    return absl::InvalidArgumentError(absl::StrCat("--http: is not HOST:PORT, got '", address, "'"));
  }
  std::string host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);

  std::unique_ptr<HttpPort> http(new HttpPort(std::make_unique<Listener>()));
  httplib::Server& server = http->listener_->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_payload_max_length(kMostRequestBytes);
  server.set_keep_alive_timeout(1);
  server.set_read_timeout(2);
  server.Get("/metrics", [pages](const httplib::Request&, httplib::Response& response) {
    response.set_content(pages.metrics(), "text/plain; version=0.0.4");
  });
  server.Get("/livez", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("ok\n", "text/plain");
  });
  server.Get("/readyz", [pages](const httplib::Request&, httplib::Response& response) {
    const bool ready = pages.ready();
    response.status = ready ? 200 : 503;
    response.set_content(ready ? "ready\n" : "not ready\n", "text/plain");
  });
  const int bound = port == 0 ? server.bind_to_any_port(host.c_str())
                              : (server.bind_to_port(host.c_str(), port) ? port : -1);
  if (bound < 0) return absl::UnavailableError(absl::StrCat("--http: cannot listen on '", address, "'"));
  http->address_ = absl::StrCat(address.substr(0, colon), ":", bound);
  http->listener_->thread = std::thread([&server] { server.listen_after_bind(); });
  // stop() does nothing before the loop runs.
  while (!server.is_running()) std::this_thread::yield();
  return http;
}

}  // namespace awase
