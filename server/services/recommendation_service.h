// Handlers of RecommendationService. They never wait for the disk and run on the hot queues' threads.
#ifndef AWASE_SERVER_SERVICES_RECOMMENDATION_SERVICE_H_
#define AWASE_SERVER_SERVICES_RECOMMENDATION_SERVICE_H_

#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "awase/v1/recommendation_service.pb.h"
#include "server/services/question.h"
#include "server/store/stores.h"

namespace awase {

// Threads: any; each uses its own desk.
class RecommendationHandlers {
 public:
  explicit RecommendationHandlers(const Stores& stores) : stores_(stores) {}

  absl::Status Recommend(const pb::RecommendRequest& request, pb::RecommendResponse* response) const;
  absl::Status RecommendPage(const pb::RecommendPageRequest& request,
                             pb::RecommendPageResponse* response) const;
  absl::Status ListRelatedItems(const pb::ListRelatedItemsRequest& request,
                                pb::ListRelatedItemsResponse* response) const;
  absl::Status ExplainDecision(const pb::ExplainDecisionRequest& request,
                               pb::ExplainDecisionResponse* response) const;

 private:
  absl::Status FillSlot(const pb::PageSlot& slot, pb::RecommendRequest& request,
                        std::vector<std::string>& taken, pb::RecommendResponse* response) const;

  const Stores& stores_;
};

}  // namespace awase

#endif  // AWASE_SERVER_SERVICES_RECOMMENDATION_SERVICE_H_
