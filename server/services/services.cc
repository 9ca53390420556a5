#include "server/services/services.h"

#include <functional>
#include <string>
#include <utility>

#include "awase/v1/admin_service.grpc.pb.h"
#include "awase/v1/catalog_service.grpc.pb.h"
#include "awase/v1/event_service.grpc.pb.h"
#include "awase/v1/model_service.grpc.pb.h"
#include "awase/v1/recommendation_service.grpc.pb.h"

namespace awase {

struct Services::Generated {
  pb::RecommendationService::AsyncService recommendation;
  pb::CatalogService::AsyncService catalog;
  pb::EventService::AsyncService event;
  pb::ModelService::AsyncService model;
  pb::AdminService::AsyncService admin;
};

namespace {

using grpc::CompletionQueue;
using grpc::ServerAsyncResponseWriter;
using grpc::ServerCompletionQueue;
using grpc::ServerContext;

// Serves methods of one service on one queue.
template <class Service, class HandlerClass>
class MethodsOf {
 public:
  MethodsOf(rpc::CallQueue& queue, std::string service_name, Service& service, const HandlerClass& handlers)
      : queue_(queue), name_(std::move(service_name)), service_(service), handlers_(handlers) {}

  // `arm` is the service's Request function of the method, `handle` the handlers' own.
  template <class Base, class Request, class Response>
  MethodsOf& On(const char* method,
                void (Base::*arm)(ServerContext*, Request*, ServerAsyncResponseWriter<Response>*,
                                  CompletionQueue*, ServerCompletionQueue*, void*),
                absl::Status (HandlerClass::*handle)(const Request&, Response*) const) {
    const HandlerClass* handlers = &handlers_;
    queue_.Serve<Base, Request, Response>("awase.v1." + name_ + "/" + method, &service_, arm,
                                          [handlers, handle](const Request& request, Response* response) {
                                            return (handlers->*handle)(request, response);
                                          });
    return *this;
  }

 private:
  rpc::CallQueue& queue_;
  std::string name_;
  Service& service_;
  const HandlerClass& handlers_;
};

void ServeHot(pb::RecommendationService::AsyncService& service, const RecommendationHandlers& handlers,
              rpc::CallQueue& queue) {
  using S = pb::RecommendationService::AsyncService;
  using H = RecommendationHandlers;
  MethodsOf(queue, "RecommendationService", service, handlers)
      .On("Recommend", &S::RequestRecommend, &H::Recommend)
      .On("RecommendPage", &S::RequestRecommendPage, &H::RecommendPage)
      .On("ListRelatedItems", &S::RequestListRelatedItems, &H::ListRelatedItems)
      .On("ExplainDecision", &S::RequestExplainDecision, &H::ExplainDecision);
}

void ServeCatalog(pb::CatalogService::AsyncService& service, const CatalogHandlers& handlers,
                  rpc::CallQueue& queue) {
  using S = pb::CatalogService::AsyncService;
  using H = CatalogHandlers;
  MethodsOf(queue, "CatalogService", service, handlers)
      .On("BatchUpdateItems", &S::RequestBatchUpdateItems, &H::BatchUpdateItems)
      .On("GetItem", &S::RequestGetItem, &H::GetItem)
      .On("ListItems", &S::RequestListItems, &H::ListItems)
      .On("DeleteItem", &S::RequestDeleteItem, &H::DeleteItem)
      .On("UpdatePlacement", &S::RequestUpdatePlacement, &H::UpdatePlacement)
      .On("GetPlacement", &S::RequestGetPlacement, &H::GetPlacement)
      .On("ListPlacements", &S::RequestListPlacements, &H::ListPlacements)
      .On("DeletePlacement", &S::RequestDeletePlacement, &H::DeletePlacement);
}

void ServeModels(pb::ModelService::AsyncService& service, const ModelHandlers& handlers,
                 rpc::CallQueue& queue) {
  using S = pb::ModelService::AsyncService;
  using H = ModelHandlers;
  MethodsOf(queue, "ModelService", service, handlers)
      .On("TrainModel", &S::RequestTrainModel, &H::TrainModel)
      .On("GetModelVersion", &S::RequestGetModelVersion, &H::GetModelVersion)
      .On("ListModelVersions", &S::RequestListModelVersions, &H::ListModelVersions)
      .On("CompareModelVersions", &S::RequestCompareModelVersions, &H::CompareModelVersions)
      .On("ActivateModelVersion", &S::RequestActivateModelVersion, &H::ActivateModelVersion)
      .On("RollbackModel", &S::RequestRollbackModel, &H::RollbackModel);
}

void ServeAdmin(pb::AdminService::AsyncService& service, const AdminHandlers& handlers,
                rpc::CallQueue& queue) {
  using S = pb::AdminService::AsyncService;
  using H = AdminHandlers;
  MethodsOf(queue, "AdminService", service, handlers)
      .On("GetJob", &S::RequestGetJob, &H::GetJob)
      .On("ListJobs", &S::RequestListJobs, &H::ListJobs)
      .On("GetServerStatus", &S::RequestGetServerStatus, &H::GetServerStatus);
}

}  // namespace

Services::Services() : generated_(std::make_unique<Generated>()) {}
Services::~Services() = default;

void Services::Register(grpc::ServerBuilder& builder) {
  builder.RegisterService(&generated_->recommendation);
  builder.RegisterService(&generated_->catalog);
  builder.RegisterService(&generated_->event);
  builder.RegisterService(&generated_->model);
  builder.RegisterService(&generated_->admin);
}

void Services::Serve(const Handlers& handlers, const std::vector<std::unique_ptr<rpc::CallQueue>>& queues) {
  for (size_t q = 0; q + 1 < queues.size(); ++q) {
    ServeHot(generated_->recommendation, *handlers.recommendation, *queues[q]);
  }
  rpc::CallQueue& cold = *queues.back();
  ServeCatalog(generated_->catalog, *handlers.catalog, cold);
  MethodsOf(cold, "EventService", generated_->event, *handlers.events)
      .On("WriteEvents", &pb::EventService::AsyncService::RequestWriteEvents, &EventHandlers::WriteEvents);
  ServeModels(generated_->model, *handlers.models, cold);
  ServeAdmin(generated_->admin, *handlers.admin, cold);
}

}  // namespace awase
