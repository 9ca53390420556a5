// One training from ledger to shelf.
#ifndef AWASE_SERVER_TRAIN_BUILD_H_
#define AWASE_SERVER_TRAIN_BUILD_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "engine/model/shelf.h"
#include "server/store/store.h"
#include "server/wire/training.h"

namespace awase {

struct Built {
  Version version = 0;
  bool activated = false;
  std::string note;  // why it does not serve, when a guard said no
};

// Reads what is new, chooses options, trains, publishes and, when `activate` and the guards pass, activates.
// Width: `threads`. Errors: those of the engine; nothing serves differently then. `stage` hears of each step
// and the share done.
absl::StatusOr<Built> BuildModel(Store& store, const std::string& model_id,
                                 const std::optional<TrainingRequest>& request, bool activate,
                                 unsigned threads,
                                 const std::function<void(std::string_view stage, double done)>& stage);

}  // namespace awase

#endif  // AWASE_SERVER_TRAIN_BUILD_H_
