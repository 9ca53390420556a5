// A server whose answers a test writes by hand.
#ifndef AWASE_TESTS_CLIENTS_CPP_FAKE_SERVER_H_
#define AWASE_TESTS_CLIENTS_CPP_FAKE_SERVER_H_

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "awase/v1/admin_service.grpc.pb.h"
#include "awase/v1/catalog_service.grpc.pb.h"
#include "awase/v1/event_service.grpc.pb.h"
#include "awase/v1/model_service.grpc.pb.h"
#include "awase/v1/recommendation_service.grpc.pb.h"

namespace awase::testing {

template <typename Request, typename Response>
using Handler = std::function<grpc::Status(grpc::ServerContext&, const Request&, Response&)>;

// Set the handlers before the first call; a call without one is UNIMPLEMENTED. `calls` counts every try that
// arrived.
class FakeServer final : v1::RecommendationService::Service,
                         v1::CatalogService::Service,
                         v1::EventService::Service,
                         v1::ModelService::Service,
                         v1::AdminService::Service {
 public:
  explicit FakeServer(const std::string& address = "127.0.0.1:0") {
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(static_cast<v1::RecommendationService::Service*>(this));
    builder.RegisterService(static_cast<v1::CatalogService::Service*>(this));
    builder.RegisterService(static_cast<v1::EventService::Service*>(this));
    builder.RegisterService(static_cast<v1::ModelService::Service*>(this));
    builder.RegisterService(static_cast<v1::AdminService::Service*>(this));
    server_ = builder.BuildAndStart();
    target_ = address.starts_with("unix:") ? address : "127.0.0.1:" + std::to_string(port);
  }
  ~FakeServer() override { server_->Shutdown(std::chrono::system_clock::now()); }

  const std::string& target() const { return target_; }

  std::atomic<int> calls = 0;
  Handler<v1::RecommendRequest, v1::RecommendResponse> recommend;
  Handler<v1::ListRelatedItemsRequest, v1::ListRelatedItemsResponse> related;
  Handler<v1::ExplainDecisionRequest, v1::ExplainDecisionResponse> explain;
  Handler<v1::WriteEventsRequest, v1::WriteEventsResponse> write_events;
  Handler<v1::TrainModelRequest, v1::TrainModelResponse> train;
  Handler<v1::RollbackModelRequest, v1::RollbackModelResponse> rollback;
  Handler<v1::ActivateModelVersionRequest, v1::ActivateModelVersionResponse> activate;
  Handler<v1::GetJobRequest, v1::GetJobResponse> get_job;
  Handler<v1::GetServerStatusRequest, v1::GetServerStatusResponse> status;
  Handler<v1::GetItemRequest, v1::GetItemResponse> get_item;
  Handler<v1::DeleteItemRequest, v1::DeleteItemResponse> delete_item;
  Handler<v1::UpdatePlacementRequest, v1::UpdatePlacementResponse> update_placement;
  Handler<v1::ListPlacementsRequest, v1::ListPlacementsResponse> list_placements;

 private:
  template <typename Request, typename Response>
  grpc::Status Handle(const Handler<Request, Response>& handler, grpc::ServerContext* call,
                      const Request* request, Response* response) {
    ++calls;
    return handler ? handler(*call, *request, *response)
                   : grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "no handler");
  }

#define AWASE_FAKE(Method, handler)                                                  \
  grpc::Status Method(grpc::ServerContext* call, const v1::Method##Request* request, \
                      v1::Method##Response* response) override {                     \
    return Handle(handler, call, request, response);                                 \
  }
  AWASE_FAKE(Recommend, recommend)
  AWASE_FAKE(ListRelatedItems, related)
  AWASE_FAKE(ExplainDecision, explain)
  AWASE_FAKE(WriteEvents, write_events)
  AWASE_FAKE(TrainModel, train)
  AWASE_FAKE(RollbackModel, rollback)
  AWASE_FAKE(ActivateModelVersion, activate)
  AWASE_FAKE(GetJob, get_job)
  AWASE_FAKE(GetServerStatus, status)
  AWASE_FAKE(GetItem, get_item)
  AWASE_FAKE(DeleteItem, delete_item)
  AWASE_FAKE(UpdatePlacement, update_placement)
  AWASE_FAKE(ListPlacements, list_placements)
#undef AWASE_FAKE

  std::unique_ptr<grpc::Server> server_;
  std::string target_;
};

}  // namespace awase::testing

#endif  // AWASE_TESTS_CLIENTS_CPP_FAKE_SERVER_H_
