#include "clients/cpp/client.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "clients/cpp/status.h"
#include <nlohmann/json.hpp>

namespace awase::client {
namespace {

using nlohmann::json;

std::string Seconds(absl::Duration d) { return absl::StrFormat("%.3fs", absl::ToDoubleSeconds(d)); }

// gRPC's own retries (gRFC A6): jitter, the server's pushback and the throttle come with them, and a retry
// can never outlive the call's deadline.
std::string ServiceConfig(const Options& options) {
  const json every_service = json::array({{{"service", v1::RecommendationService::service_full_name()}},
                                          {{"service", v1::CatalogService::service_full_name()}},
                                          {{"service", v1::EventService::service_full_name()}},
                                          {{"service", v1::ModelService::service_full_name()}},
                                          {{"service", v1::AdminService::service_full_name()}}});
  json once = json::array();
  for (const char* method : {"UpdatePlacement", "DeletePlacement", "DeleteItem"}) {
    once.push_back({{"service", v1::CatalogService::service_full_name()}, {"method", method}});
  }
  for (const char* method : {"ActivateModelVersion", "RollbackModel"}) {
    once.push_back({{"service", v1::ModelService::service_full_name()}, {"method", method}});
  }
  const json retry = {{"maxAttempts", std::min(options.attempts, 5)},
                      {"initialBackoff", Seconds(options.first_backoff)},
                      {"maxBackoff", Seconds(options.largest_backoff)},
                      {"backoffMultiplier", 2},
                      {"retryableStatusCodes", {"UNAVAILABLE"}}};
  return json{{"retryThrottling", {{"maxTokens", 20}, {"tokenRatio", 0.1}}},
              {"methodConfig", {{{"name", every_service}, {"retryPolicy", retry}}, {{"name", once}}}}}
      .dump();
}

std::shared_ptr<grpc::Channel> Open(const std::string& target, const Options& options) {
  grpc::ChannelArguments arguments;
  if (options.attempts > 1) {
    arguments.SetServiceConfigJSON(ServiceConfig(options));
  }
  // A server that restarts is found again within the pauses of a few calls, not after gRPC's default of 20 s.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  // Despite its name the time that one attempt to connect gets: a busy machine needs more than the pause
  // before the next one.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  return grpc::CreateCustomChannel(
      target, options.credentials ? options.credentials : grpc::InsecureChannelCredentials(), arguments);
}

template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> Call(Stub& stub,
                              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                              const Request& request, absl::Duration deadline) {
  grpc::ClientContext call;
  call.set_deadline(absl::ToChronoTime(absl::Now() + deadline));
  Response response;
  const grpc::Status status = (stub.*method)(&call, request, &response);
  if (!status.ok()) {
    return FromGrpc(status);
  }
  return response;
}

std::string RandomId() {
  std::random_device device;
  return absl::StrFormat("%08x%08x%08x%08x", device(), device(), device(), device());
}

}  // namespace

Client::Client(const std::string& target, const Options& options)
    : question_deadline_(options.question_deadline),
      work_deadline_(options.work_deadline),
      channel_(Open(target, options)),
      recommendations_(v1::RecommendationService::NewStub(channel_)),
      catalog_(v1::CatalogService::NewStub(channel_)),
      events_(v1::EventService::NewStub(channel_)),
      models_(v1::ModelService::NewStub(channel_)),
      admin_(v1::AdminService::NewStub(channel_)) {}

absl::Status Client::Connect(absl::Duration timeout) {
  const auto end = absl::ToChronoTime(absl::Now() + timeout);
  for (;;) {
    const grpc_connectivity_state state = channel_->GetState(/*try_to_connect=*/true);
    if (state == GRPC_CHANNEL_READY) {
      return absl::OkStatus();
    }
    if (state == GRPC_CHANNEL_TRANSIENT_FAILURE || state == GRPC_CHANNEL_SHUTDOWN) {
      return absl::UnavailableError("connect: no server answers there");
    }
    if (!channel_->WaitForStateChange(state, end)) {
      return absl::DeadlineExceededError(
          absl::StrCat("connect: no connection within ", absl::FormatDuration(timeout)));
    }
  }
}

absl::StatusOr<v1::RecommendResponse> Client::Recommend(const v1::RecommendRequest& request) {
  return Call(*recommendations_, &v1::RecommendationService::Stub::Recommend, request, question_deadline_);
}

absl::StatusOr<v1::RecommendPageResponse> Client::RecommendPage(const v1::RecommendPageRequest& request) {
  return Call(*recommendations_, &v1::RecommendationService::Stub::RecommendPage, request,
              question_deadline_);
}

absl::StatusOr<v1::ListRelatedItemsResponse> Client::ListRelatedItems(
    const v1::ListRelatedItemsRequest& request) {
  return Call(*recommendations_, &v1::RecommendationService::Stub::ListRelatedItems, request,
              question_deadline_);
}

absl::StatusOr<v1::ExplainDecisionResponse> Client::ExplainDecision(
    const v1::ExplainDecisionRequest& request) {
  return Call(*recommendations_, &v1::RecommendationService::Stub::ExplainDecision, request,
              question_deadline_);
}

absl::StatusOr<v1::BatchUpdateItemsResponse> Client::BatchUpdateItems(
    const v1::BatchUpdateItemsRequest& request) {
  return Call(*catalog_, &v1::CatalogService::Stub::BatchUpdateItems, request, work_deadline_);
}

absl::StatusOr<v1::GetItemResponse> Client::GetItem(const v1::GetItemRequest& request) {
  return Call(*catalog_, &v1::CatalogService::Stub::GetItem, request, work_deadline_);
}

absl::StatusOr<v1::ListItemsResponse> Client::ListItems(const v1::ListItemsRequest& request) {
  return Call(*catalog_, &v1::CatalogService::Stub::ListItems, request, work_deadline_);
}

absl::StatusOr<v1::DeleteItemResponse> Client::DeleteItem(const v1::DeleteItemRequest& request) {
  return Call(*catalog_, &v1::CatalogService::Stub::DeleteItem, request, work_deadline_);
}

absl::StatusOr<v1::UpdatePlacementResponse> Client::UpdatePlacement(
    const v1::UpdatePlacementRequest& request) {
  return Call(*catalog_, &v1::CatalogService::Stub::UpdatePlacement, request, work_deadline_);
}

absl::StatusOr<v1::GetPlacementResponse> Client::GetPlacement(const v1::GetPlacementRequest& request) {
  return Call(*catalog_, &v1::CatalogService::Stub::GetPlacement, request, work_deadline_);
}

absl::StatusOr<v1::ListPlacementsResponse> Client::ListPlacements(const v1::ListPlacementsRequest& request) {
  return Call(*catalog_, &v1::CatalogService::Stub::ListPlacements, request, work_deadline_);
}

absl::StatusOr<v1::DeletePlacementResponse> Client::DeletePlacement(
    const v1::DeletePlacementRequest& request) {
  return Call(*catalog_, &v1::CatalogService::Stub::DeletePlacement, request, work_deadline_);
}

absl::StatusOr<v1::WriteEventsResponse> Client::WriteEvents(const v1::WriteEventsRequest& request) {
  return Call(*events_, &v1::EventService::Stub::WriteEvents, request, work_deadline_);
}

absl::StatusOr<v1::TrainModelResponse> Client::TrainModel(v1::TrainModelRequest request) {
  if (request.request_id().empty()) {
    request.set_request_id(RandomId());
  }
  return Call(*models_, &v1::ModelService::Stub::TrainModel, request, work_deadline_);
}

absl::StatusOr<v1::GetModelVersionResponse> Client::GetModelVersion(
    const v1::GetModelVersionRequest& request) {
  return Call(*models_, &v1::ModelService::Stub::GetModelVersion, request, work_deadline_);
}

absl::StatusOr<v1::ListModelVersionsResponse> Client::ListModelVersions(
    const v1::ListModelVersionsRequest& request) {
  return Call(*models_, &v1::ModelService::Stub::ListModelVersions, request, work_deadline_);
}

absl::StatusOr<v1::CompareModelVersionsResponse> Client::CompareModelVersions(
    const v1::CompareModelVersionsRequest& request) {
  return Call(*models_, &v1::ModelService::Stub::CompareModelVersions, request, work_deadline_);
}

absl::StatusOr<v1::ActivateModelVersionResponse> Client::ActivateModelVersion(
    const v1::ActivateModelVersionRequest& request) {
  return Call(*models_, &v1::ModelService::Stub::ActivateModelVersion, request, work_deadline_);
}

absl::StatusOr<v1::RollbackModelResponse> Client::RollbackModel(const v1::RollbackModelRequest& request) {
  return Call(*models_, &v1::ModelService::Stub::RollbackModel, request, work_deadline_);
}

absl::StatusOr<v1::GetJobResponse> Client::GetJob(const v1::GetJobRequest& request) {
  return Call(*admin_, &v1::AdminService::Stub::GetJob, request, work_deadline_);
}

absl::StatusOr<v1::ListJobsResponse> Client::ListJobs(const v1::ListJobsRequest& request) {
  return Call(*admin_, &v1::AdminService::Stub::ListJobs, request, work_deadline_);
}

absl::StatusOr<v1::GetServerStatusResponse> Client::GetServerStatus(
    const v1::GetServerStatusRequest& request) {
  return Call(*admin_, &v1::AdminService::Stub::GetServerStatus, request, work_deadline_);
}

std::string StoreName(const std::string& store) { return absl::StrCat("stores/", store); }
std::string ItemName(const std::string& store, const std::string& item) {
  return absl::StrCat("stores/", store, "/items/", item);
}
std::string PlacementName(const std::string& store, const std::string& placement) {
  return absl::StrCat("stores/", store, "/placements/", placement);
}
std::string ModelName(const std::string& store, const std::string& model) {
  return absl::StrCat("stores/", store, "/models/", model);
}

}  // namespace awase::client
