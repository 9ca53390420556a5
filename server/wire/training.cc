#include "server/wire/training.h"

#include <cmath>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"

#include "server/rpc/status.h"
#include "server/wire/names.h"
#include "server/wire/time.h"

namespace awase {
namespace pb = ::awase::v1;
namespace {

absl::Status CheckEnums(const pb::TrainingOptions& options) {
  if (!pb::Signal_IsValid(options.signal())) return rpc::Invalid("options.signal", "is unknown");
  if (!pb::CountingUnit_IsValid(options.unit())) return rpc::Invalid("options.unit", "is unknown");
  if (!pb::Measure_IsValid(options.measure())) return rpc::Invalid("options.measure", "is unknown");
  if (!pb::CoPurchaseWindow::Direction_IsValid(options.window().direction())) {
    return rpc::Invalid("options.window.direction", "is unknown");
  }
  return absl::OkStatus();
}

absl::Status CheckCount(const char* field, int value, int most) {
  if (value >= 0 && value <= most) return absl::OkStatus();
  return rpc::Invalid(field, absl::StrCat("must be 0 to ", most, ", got ", value));
}

absl::Status CheckNumbers(const pb::TrainingOptions& options) {
  if (options.has_damping() && !(options.damping() >= 0 && options.damping() <= 4)) {
    return rpc::Invalid("options.damping", absl::StrCat("must be 0 to 4, got ", options.damping()));
  }
  if (options.has_power() && !(options.power() > 0 && options.power() <= 4)) {
    return rpc::Invalid("options.power",
                        absl::StrCat("must be above 0 and at most 4, got ", options.power()));
  }
  if (options.has_half_life() && options.half_life().seconds() <= 0) {
    return rpc::Invalid("options.half_life", "must be positive");
  }
  if (const absl::Status s = CheckCount("options.neighbor_count", options.neighbor_count(), 500); !s.ok())
    return s;
  if (const absl::Status s =
          CheckCount("options.min_joint_customer_count", options.min_joint_customer_count(), 1'000'000);
      !s.ok()) {
    return s;
  }
  return CheckCount("options.max_basket_size", options.max_basket_size(), 1'000'000);
}

absl::Status CheckWindow(const pb::TrainingOptions& options) {
  const auto& window = options.window();
  const bool same_order = window.direction() == pb::CoPurchaseWindow::DIRECTION_SAME_ORDER;
  if (same_order && window.has_max_lag()) {
    return rpc::Invalid("options.window.max_lag", "must be unset with DIRECTION_SAME_ORDER");
  }
  if (window.has_max_lag() && (window.max_lag().seconds() <= 0 ||
                               window.max_lag().seconds() > std::numeric_limits<uint32_t>::max())) {
    return rpc::Invalid("options.window.max_lag", "must be positive");
  }
  const bool windowed = options.has_window() && !same_order && window.has_max_lag();
  if (windowed && options.unit() == pb::COUNTING_UNIT_ORDER) {
    return rpc::Invalid("options.unit", "must be COUNTING_UNIT_CUSTOMER within a window");
  }
  if (windowed && options.signal() == pb::SIGNAL_VIEW) {
    return rpc::Invalid("options.window.max_lag", "must be unset with SIGNAL_VIEW: views count per session");
  }
  return absl::OkStatus();
}

Direction DirectionOf(pb::CoPurchaseWindow::Direction direction) {
  switch (direction) {
    case pb::CoPurchaseWindow::DIRECTION_AFTER:
      return Direction::kAfter;
    case pb::CoPurchaseWindow::DIRECTION_BEFORE:
      return Direction::kBefore;
    default:
      return Direction::kEither;
  }
}

}  // namespace

absl::StatusOr<TrainingRequest> ReadTraining(const pb::TrainingOptions& options) {
  for (const auto check : {CheckEnums, CheckNumbers, CheckWindow}) {
    if (const absl::Status status = check(options); !status.ok()) return status;
  }
  TrainingRequest request;
  request.given = options;
  request.automatic = options.measure() <= pb::MEASURE_AUTO;
  // The engine's measures follow the wire's, which start with UNSPECIFIED and AUTO.
  if (!request.automatic) request.measure = static_cast<Measure>(options.measure() - pb::MEASURE_JACCARD);
  if (options.window().has_start_time()) {
    const auto from = ReadTime("options.window.start_time", options.window().start_time());
    if (!from.ok()) return from.status();
    request.from = *from;
  }
  if (options.window().has_end_time()) {
    const auto until = ReadTime("options.window.end_time", options.window().end_time());
    if (!until.ok()) return until.status();
    request.until = *until;
    if (request.until <= request.from)
      return rpc::Invalid("options.window.end_time", "must lie after start_time");
  }
  const absl::Status valid = Validate(Apply(request, DefaultsFor(request.measure)));
  if (!valid.ok()) return rpc::InvalidUnder("options", valid);
  return request;
}

TrainOptions Apply(const TrainingRequest& request, TrainOptions base) {
  const pb::TrainingOptions& given = request.given;
  if (given.signal() == pb::SIGNAL_VIEW) base.signal = Signal::kView;
  const bool same_order = given.window().direction() == pb::CoPurchaseWindow::DIRECTION_SAME_ORDER;
  if (given.has_window()) base.window_seconds = 0;
  if (given.window().has_max_lag() && !same_order) {
    base.window_seconds = static_cast<uint32_t>(given.window().max_lag().seconds());
    base.unit = CountingUnit::kCustomer;
    base.direction = DirectionOf(given.window().direction());
  }
  if (given.unit() == pb::COUNTING_UNIT_ORDER) base.unit = CountingUnit::kOrder;
  if (given.unit() == pb::COUNTING_UNIT_CUSTOMER) base.unit = CountingUnit::kCustomer;
  if (given.has_damping()) base.damping = given.damping();
  if (given.has_power()) base.power = given.power();
  if (given.has_half_life())
    base.half_life_days = static_cast<double>(given.half_life().seconds()) / kSecondsPerDay;
  if (given.neighbor_count() > 0) base.top_n = static_cast<uint32_t>(given.neighbor_count());
  if (given.min_joint_customer_count() > 0)
    base.min_support = static_cast<uint32_t>(given.min_joint_customer_count());
  if (given.max_basket_size() > 0) base.max_basket = static_cast<uint32_t>(given.max_basket_size());
  return base;
}

void WriteVersion(std::string_view store, std::string_view model_id, Version version, const Model& model,
                  const Serving& serving, pb::ModelVersion* out) {
  out->set_name(FormatVersionName(store, model_id, version));
  out->set_state(serving.active == version     ? pb::ModelVersion::STATE_ACTIVE
                 : serving.previous == version ? pb::ModelVersion::STATE_STANDBY
                                               : pb::ModelVersion::STATE_READY);
  out->mutable_create_time()->set_seconds(model.created());
  if (model.watermark() != kNoTime) SetTime(model.watermark(), out->mutable_data_watermark_time());
  out->set_config_json(std::string(model.options_json()));
  out->set_digest(model.digest());
  out->set_item_count(model.items());
  out->set_covered_item_count(static_cast<int64_t>(model.covered_items()));
  out->set_edge_count(static_cast<int64_t>(model.edges()));
  out->set_unit_count(static_cast<int64_t>(model.units()));
  out->set_file_bytes(static_cast<int64_t>(model.file_bytes()));
}

}  // namespace awase
