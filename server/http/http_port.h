// A small HTTP port of its own, on loopback, for metrics and probes.
#ifndef AWASE_SERVER_HTTP_HTTP_PORT_H_
#define AWASE_SERVER_HTTP_HTTP_PORT_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace awase {

struct HttpPages {
  std::function<std::string()> metrics;  // GET /metrics
  std::function<bool()> ready;           // GET /readyz: 200 or 503
};                                       // GET /livez: 200 while the process answers

class HttpPort {
 public:
  // Binds "HOST:PORT" (port 0: any free one) and answers on threads of its own. UNAVAILABLE when it cannot
  // bind.
  static absl::StatusOr<std::unique_ptr<HttpPort>> Start(const std::string& address, HttpPages pages);
  ~HttpPort();

  const std::string& address() const { return address_; }

 private:
  struct Listener;
  explicit HttpPort(std::unique_ptr<Listener> listener);
  std::unique_ptr<Listener> listener_;
  std::string address_;
};

}  // namespace awase

#endif  // AWASE_SERVER_HTTP_HTTP_PORT_H_
