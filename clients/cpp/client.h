// Questions to an Awase server, from C++.
//
//   awase::client::Client shop("127.0.0.1:50051");
//   awase::v1::RecommendRequest cart;
//   cart.set_placement(awase::client::PlacementName("demo", "default"));
//   cart.add_cart_lines()->set_item_id("22423");
//   absl::StatusOr<awase::v1::RecommendResponse> answer = shop.Recommend(cart);
//
// A call ends by its deadline, whatever happens. UNAVAILABLE, and nothing else, is tried again, after a pause
// that grows and is never the same twice, or after the one that the server asks for
// (`grpc-retry-pushback-ms`); when many calls fail, retries stop, so that they cannot keep a struggling
// server down. Calls that would do something else the second time (activate, roll back, delete, change a
// placement) are tried once.
//
// Errors carry the server's code and text with the details of google.rpc.ErrorInfo and BadRequest; see
// status.h. A business "no" (fewer results, unknown items) is no error: read `shortfalls` and
// `unknown_item_ids`.
#ifndef AWASE_CLIENTS_CPP_CLIENT_H_
#define AWASE_CLIENTS_CPP_CLIENT_H_

#include <grpcpp/channel.h>
#include <grpcpp/security/credentials.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "awase/v1/admin_service.grpc.pb.h"
#include "awase/v1/catalog_service.grpc.pb.h"
#include "awase/v1/event_service.grpc.pb.h"
#include "awase/v1/model_service.grpc.pb.h"
#include "awase/v1/recommendation_service.grpc.pb.h"

namespace awase::client {

struct Options {
  // Longest wait for what a shopper waits for (the four calls of RecommendationService), retries included.
  absl::Duration question_deadline = absl::Milliseconds(250);
  // Longest wait for every other call, retries included.
  absl::Duration work_deadline = absl::Seconds(10);
  // Tries of one call in all, 1 (never again) to 5 (gRPC's own limit).
  int attempts = 3;
  // Pause before the second try; it doubles up to the largest. Each is varied by a fifth at random.
  absl::Duration first_backoff = absl::Milliseconds(20);
  absl::Duration largest_backoff = absl::Milliseconds(200);
  // How to speak to the server; nullptr means in the clear, which is right for loopback and Unix sockets
  // only.
  std::shared_ptr<grpc::ChannelCredentials> credentials;
};

// One server. Connects by itself at the first call, and again when the connection is lost.
// Threads: every method from any number of threads at once. Cost of a Client: one connection; make one and
// share it.
class Client {
 public:
  // target: "host:port", "unix:path", "unix:///absolute/path" or any other name that gRPC resolves.
  explicit Client(const std::string& target, const Options& options = {});

  // Waits until the server can be reached. UNAVAILABLE as soon as a try to connect fails, DEADLINE_EXCEEDED
  // after `timeout`. Never needed; it keeps the time to connect out of the first question's deadline.
  absl::Status Connect(absl::Duration timeout);

  absl::StatusOr<v1::RecommendResponse> Recommend(const v1::RecommendRequest& request);
  absl::StatusOr<v1::RecommendPageResponse> RecommendPage(const v1::RecommendPageRequest& request);
  absl::StatusOr<v1::ListRelatedItemsResponse> ListRelatedItems(const v1::ListRelatedItemsRequest& request);
  absl::StatusOr<v1::ExplainDecisionResponse> ExplainDecision(const v1::ExplainDecisionRequest& request);

  absl::StatusOr<v1::BatchUpdateItemsResponse> BatchUpdateItems(const v1::BatchUpdateItemsRequest& request);
  absl::StatusOr<v1::GetItemResponse> GetItem(const v1::GetItemRequest& request);
  absl::StatusOr<v1::ListItemsResponse> ListItems(const v1::ListItemsRequest& request);
  absl::StatusOr<v1::DeleteItemResponse> DeleteItem(const v1::DeleteItemRequest& request);
  absl::StatusOr<v1::UpdatePlacementResponse> UpdatePlacement(const v1::UpdatePlacementRequest& request);
  absl::StatusOr<v1::GetPlacementResponse> GetPlacement(const v1::GetPlacementRequest& request);
  absl::StatusOr<v1::ListPlacementsResponse> ListPlacements(const v1::ListPlacementsRequest& request);
  absl::StatusOr<v1::DeletePlacementResponse> DeletePlacement(const v1::DeletePlacementRequest& request);

  // Safe to repeat: an event ID counts once.
  absl::StatusOr<v1::WriteEventsResponse> WriteEvents(const v1::WriteEventsRequest& request);

  // An empty request_id is replaced by a random one, so that a retry finds the first try's job.
  absl::StatusOr<v1::TrainModelResponse> TrainModel(v1::TrainModelRequest request);
  absl::StatusOr<v1::GetModelVersionResponse> GetModelVersion(const v1::GetModelVersionRequest& request);
  absl::StatusOr<v1::ListModelVersionsResponse> ListModelVersions(
      const v1::ListModelVersionsRequest& request);
  absl::StatusOr<v1::CompareModelVersionsResponse> CompareModelVersions(
      const v1::CompareModelVersionsRequest& request);
  absl::StatusOr<v1::ActivateModelVersionResponse> ActivateModelVersion(
      const v1::ActivateModelVersionRequest& request);
  absl::StatusOr<v1::RollbackModelResponse> RollbackModel(const v1::RollbackModelRequest& request);

  absl::StatusOr<v1::GetJobResponse> GetJob(const v1::GetJobRequest& request);
  absl::StatusOr<v1::ListJobsResponse> ListJobs(const v1::ListJobsRequest& request);
  absl::StatusOr<v1::GetServerStatusResponse> GetServerStatus(const v1::GetServerStatusRequest& request);

 private:
  absl::Duration question_deadline_;
  absl::Duration work_deadline_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::RecommendationService::Stub> recommendations_;
  std::unique_ptr<v1::CatalogService::Stub> catalog_;
  std::unique_ptr<v1::EventService::Stub> events_;
  std::unique_ptr<v1::ModelService::Stub> models_;
  std::unique_ptr<v1::AdminService::Stub> admin_;
};

// Resource names.
std::string StoreName(const std::string& store);                          // "stores/{store}"
std::string ItemName(const std::string& store, const std::string& item);  // ".../items/{item}"
std::string PlacementName(const std::string& store,
                          const std::string& placement);                    // ".../placements/{placement}"
std::string ModelName(const std::string& store, const std::string& model);  // ".../models/{model}"

}  // namespace awase::client

#endif  // AWASE_CLIENTS_CPP_CLIENT_H_
