// The generated services and which handler answers which method.
#ifndef AWASE_SERVER_SERVICES_SERVICES_H_
#define AWASE_SERVER_SERVICES_SERVICES_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <vector>

#include "server/rpc/call_queue.h"
#include "server/services/admin_service.h"
#include "server/services/catalog_service.h"
#include "server/services/event_service.h"
#include "server/services/model_service.h"
#include "server/services/recommendation_service.h"

namespace awase {

// All of it outlives the queues.
struct Handlers {
  const RecommendationHandlers* recommendation;
  const CatalogHandlers* catalog;
  const EventHandlers* events;
  const ModelHandlers* models;
  const AdminHandlers* admin;
};

class Services {
 public:
  Services();
  ~Services();

  void Register(grpc::ServerBuilder& builder);
  // Recommendation on every queue but the last; all others, which wait for the disk, on the last.
  void Serve(const Handlers& handlers, const std::vector<std::unique_ptr<rpc::CallQueue>>& queues);

 private:
  struct Generated;
  std::unique_ptr<Generated> generated_;
};

}  // namespace awase

#endif  // AWASE_SERVER_SERVICES_SERVICES_H_
