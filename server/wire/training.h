// Settings of a build between wire and engine, and versions as the wire shows them.
#ifndef AWASE_SERVER_WIRE_TRAINING_H_
#define AWASE_SERVER_WIRE_TRAINING_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "awase/v1/model_service.pb.h"
#include "engine/base/time.h"
#include "engine/model/model.h"
#include "engine/model/shelf.h"
#include "engine/train/options.h"

namespace awase {

// What a caller asked of a build: `set` changes the fields that were given on top of the measure's or the
// chosen defaults.
struct TrainingRequest {
  bool automatic = true;  // the measure is to be chosen
  Measure measure = Measure::kJaccard;
  ::awase::v1::TrainingOptions given;
  UnixSeconds from = 0, until = 0;  // of the purchases to look at
};

// Checks every range. INVALID_ARGUMENT with the field.
absl::StatusOr<TrainingRequest> ReadTraining(const ::awase::v1::TrainingOptions& options);
// `base` with what the caller gave.
TrainOptions Apply(const TrainingRequest& request, TrainOptions base);

// READY, ACTIVE or STANDBY as `serving` says.
void WriteVersion(std::string_view store, std::string_view model_id, Version version, const Model& model,
                  const Serving& serving, ::awase::v1::ModelVersion* out);

}  // namespace awase

#endif  // AWASE_SERVER_WIRE_TRAINING_H_
