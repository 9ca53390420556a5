// Handlers of ModelService. They wait for the disk: cold threads.
#ifndef AWASE_SERVER_SERVICES_MODEL_SERVICE_H_
#define AWASE_SERVER_SERVICES_MODEL_SERVICE_H_

#include "absl/status/status.h"

#include "awase/v1/model_service.pb.h"
#include "server/store/stores.h"
#include "server/train/trainer.h"

namespace awase {

namespace pb = ::awase::v1;

class ModelHandlers {
 public:
  ModelHandlers(const Stores& stores, Trainer& trainer) : stores_(stores), trainer_(trainer) {}

  absl::Status TrainModel(const pb::TrainModelRequest& request, pb::TrainModelResponse* response) const;
  absl::Status GetModelVersion(const pb::GetModelVersionRequest& request,
                               pb::GetModelVersionResponse* response) const;
  absl::Status ListModelVersions(const pb::ListModelVersionsRequest& request,
                                 pb::ListModelVersionsResponse* response) const;
  absl::Status CompareModelVersions(const pb::CompareModelVersionsRequest& request,
                                    pb::CompareModelVersionsResponse* response) const;
  absl::Status ActivateModelVersion(const pb::ActivateModelVersionRequest& request,
                                    pb::ActivateModelVersionResponse* response) const;
  absl::Status RollbackModel(const pb::RollbackModelRequest& request,
                             pb::RollbackModelResponse* response) const;

 private:
  const Stores& stores_;
  Trainer& trainer_;
};

}  // namespace awase

#endif  // AWASE_SERVER_SERVICES_MODEL_SERVICE_H_
