#include "server/services/model_service.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "engine/facts/facts.h"
#include "engine/ledger/ledger.h"
#include "server/log/log.h"
#include "server/rpc/status.h"
#include "server/wire/names.h"
#include "server/wire/training.h"

namespace awase {
namespace {

constexpr size_t kMaxReasonBytes = 1000;

struct FoundModel {
  Store* store;
  std::string id;
  Shelf shelf;
};

absl::StatusOr<FoundModel> FindModel(const Stores& stores, std::string_view field,
                                     std::string_view store_name, std::string_view model_id) {
  if (!ValidateStoreName(model_id).ok()) {
    return rpc::Invalid(field, "must name a model by [A-Za-z0-9_-], at most 64 bytes");
  }
  const auto store = stores.Need(store_name);
  if (!store.ok()) return store.status();
  return FoundModel{*store, std::string(model_id), (*store)->ShelfOf(model_id)};
}

absl::StatusOr<FoundModel> FindModel(const Stores& stores, std::string_view field, std::string_view name) {
  std::string_view store_name, model_id;
  if (const absl::Status parsed = ParseChildName(field, name, "models", store_name, model_id); !parsed.ok())
    return parsed;
  return FindModel(stores, field, store_name, model_id);
}

// The model of a version's name, and the version.
absl::StatusOr<std::pair<FoundModel, Version>> FindVersion(const Stores& stores, std::string_view field,
                                                           std::string_view name) {
  const auto parsed = ParseVersionName(field, name);
  if (!parsed.ok()) return parsed.status();
  auto model = FindModel(stores, field, parsed->store, parsed->model);
  if (!model.ok()) return model.status();
  return std::pair<FoundModel, Version>(*std::move(model), parsed->version);
}

absl::StatusOr<std::shared_ptr<const Model>> OpenVersion(const Shelf& shelf, std::string_view field,
                                                         Version version) {
  auto model = shelf.Open(version);
  if (model.ok()) return model;
  if (model.status().code() == absl::StatusCode::kNotFound) {
    return rpc::Error(absl::StatusCode::kNotFound, "MODEL_VERSION_NOT_FOUND",
                      absl::StrCat(std::string(field), ": there is no version ", version));
  }
  return rpc::Error(model.status().code(), "MODEL_VERSION_BROKEN",
                    absl::StrCat(std::string(field), ": its file is broken"));
}

absl::StatusOr<Guards> ReadGuards(const pb::ActivationGuards& given) {
  Guards guards;
  if (given.has_min_weighted_overlap()) guards.min_weighted_overlap = given.min_weighted_overlap();
  if (given.has_max_lost_item_share()) guards.max_lost_item_share = given.max_lost_item_share();
  const auto is_share = [](double value) { return value >= 0 && value <= 1; };
  if (!is_share(guards.min_weighted_overlap))
    return rpc::Invalid("guards.min_weighted_overlap", "must be 0 to 1");
  if (!is_share(guards.max_lost_item_share))
    return rpc::Invalid("guards.max_lost_item_share", "must be 0 to 1");
  return guards;
}

}  // namespace

absl::Status ModelHandlers::TrainModel(const pb::TrainModelRequest& request,
                                       pb::TrainModelResponse* response) const {
  const auto model = FindModel(stores_, "model", request.model());
  if (!model.ok()) return model.status();
  if (request.request_id().size() > kMaxIdBytes)
    return rpc::Invalid("request_id", "must be at most 128 bytes");
  auto training = ReadTraining(request.options());
  if (!training.ok()) return training.status();
  if (request.validate_only()) return absl::OkStatus();
  const bool activate = !request.has_auto_activate() || request.auto_activate();
  const std::string job =
      trainer_.Enqueue({model->store, model->id, "", *std::move(training), activate}, request.request_id());
  response->set_job(ChildName(model->store->name(), "jobs", job));
  return absl::OkStatus();
}

absl::Status ModelHandlers::GetModelVersion(const pb::GetModelVersionRequest& request,
                                            pb::GetModelVersionResponse* response) const {
  const auto found = FindVersion(stores_, "name", request.name());
  if (!found.ok()) return found.status();
  const auto& [model, version] = *found;
  const auto opened = OpenVersion(model.shelf, "name", version);
  if (!opened.ok()) return opened.status();
  const auto serving = model.shelf.ReadServing();
  if (!serving.ok()) return serving.status();
  WriteVersion(model.store->name(), model.id, version, **opened, *serving, response->mutable_model_version());
  return absl::OkStatus();
}

absl::Status ModelHandlers::ListModelVersions(const pb::ListModelVersionsRequest& request,
                                              pb::ListModelVersionsResponse* response) const {
  const auto model = FindModel(stores_, "parent", request.parent());
  if (!model.ok()) return model.status();
  const auto size = PageSize(request.page_size(), 20, 100);
  if (!size.ok()) return size.status();
  const std::string scope = request.parent() + "/versions";
  const auto token = ReadPageToken(request.page_token(), scope);
  if (!token.ok()) return token.status();
  Version before = ~Version{0};
  if (!token->empty() && !absl::SimpleAtoi(*token, &before))
    return rpc::Invalid("page_token", "is not one of this server's");
  const auto serving = model->shelf.ReadServing();
  if (!serving.ok()) return serving.status();
  for (const Version version : model->shelf.List()) {
    if (version >= before) continue;
    if (response->model_versions_size() == static_cast<int>(*size)) {
      const std::string& last = response->model_versions(response->model_versions_size() - 1).name();
      response->set_next_page_token(MakePageToken(scope, last.substr(last.rfind('/') + 1)));
      break;
    }
    pb::ModelVersion* out = response->add_model_versions();
    if (const auto opened = model->shelf.Open(version); opened.ok()) {
      WriteVersion(model->store->name(), model->id, version, **opened, *serving, out);
    } else {
      out->set_name(FormatVersionName(model->store->name(), model->id, version));
      out->set_state(pb::ModelVersion::STATE_BROKEN);
    }
  }
  return absl::OkStatus();
}

absl::Status ModelHandlers::CompareModelVersions(const pb::CompareModelVersionsRequest& request,
                                                 pb::CompareModelVersionsResponse* response) const {
  const auto base = FindVersion(stores_, "base_version", request.base_version());
  if (!base.ok()) return base.status();
  const auto candidate = FindVersion(stores_, "candidate_version", request.candidate_version());
  if (!candidate.ok()) return candidate.status();
  if (base->first.store != candidate->first.store || base->first.id != candidate->first.id) {
    return rpc::Invalid("candidate_version", "must be of the same model as base_version");
  }
  if (request.depth() < 0 || request.depth() > 500) {
    return rpc::Invalid("depth", absl::StrCat("must be 0 to 500, got ", request.depth()));
  }
  const auto a = OpenVersion(base->first.shelf, "base_version", base->second);
  if (!a.ok()) return a.status();
  const auto b = OpenVersion(candidate->first.shelf, "candidate_version", candidate->second);
  if (!b.ok()) return b.status();
  const Comparison compared =
      Compare(**a, **b, request.depth() == 0 ? 10 : static_cast<uint32_t>(request.depth()));
  response->set_weighted_overlap(compared.weighted_overlap);
  response->set_lost_item_count(static_cast<int64_t>(compared.lost_items));
  response->set_gained_item_count(static_cast<int64_t>(compared.gained_items));
  for (const Comparison::Change& change : compared.largest) {
    pb::ItemChange* out = response->add_largest_changes();
    out->set_item_id(change.item_id);
    for (const std::string& id : change.added) out->add_added_item_ids(id);
    for (const std::string& id : change.removed) out->add_removed_item_ids(id);
  }
  return absl::OkStatus();
}

absl::Status ModelHandlers::ActivateModelVersion(const pb::ActivateModelVersionRequest& request,
                                                 pb::ActivateModelVersionResponse* response) const {
  const auto found = FindVersion(stores_, "name", request.name());
  if (!found.ok()) return found.status();
  const auto& [model, version] = *found;
  const auto guards = ReadGuards(request.guards());
  if (!guards.ok()) return guards.status();
  const auto candidate = OpenVersion(model.shelf, "name", version);
  if (!candidate.ok()) return candidate.status();
  const auto before = model.shelf.ReadServing();
  if (!before.ok()) return before.status();

  std::optional<Version> expected;
  if (!request.expected_active_version().empty()) {
    const auto parsed = ParseVersionName("expected_active_version", request.expected_active_version());
    if (!parsed.ok()) return parsed.status();
    expected = parsed->version;
    if (before->active != expected) {
      return rpc::Error(absl::StatusCode::kAborted, "ACTIVE_VERSION_CHANGED",
                        "expected_active_version: another version serves");
    }
  }
  if (before->active.has_value() && *before->active != version) {
    if (const auto base = model.shelf.Open(*before->active); base.ok()) {
      const absl::Status passed = CheckGuards(Compare(**base, **candidate), *guards);
      if (!passed.ok()) return rpc::WithReason(passed, "GUARD_FAILED");
    }
  }
  if (!request.validate_only()) {
    const absl::Status active = model.shelf.Activate(version, expected);
    if (!active.ok()) return rpc::WithReason(active, "ACTIVE_VERSION_CHANGED");
    if (const absl::Status loaded = model.store->Reload(); !loaded.ok()) return loaded;
    model.store->Reap();
  }
  const auto after = model.shelf.ReadServing();
  if (!after.ok()) return after.status();
  WriteVersion(model.store->name(), model.id, version, **candidate, *after,
               response->mutable_model_version());
  if (before->active.has_value()) {
    response->set_previous_version(FormatVersionName(model.store->name(), model.id, *before->active));
  }
  return absl::OkStatus();
}

absl::Status ModelHandlers::RollbackModel(const pb::RollbackModelRequest& request,
                                          pb::RollbackModelResponse* response) const {
  const auto model = FindModel(stores_, "model", request.model());
  if (!model.ok()) return model.status();
  if (request.reason().empty() || request.reason().size() > kMaxReasonBytes) {
    return rpc::Invalid("reason", "is required, at most 1,000 bytes");
  }
  const auto version = model->shelf.Rollback();
  if (!version.ok()) return rpc::WithReason(version.status(), "NO_PREVIOUS_VERSION");
  LogEvent(LogLevel::kWarning, "model_rolled_back",
           {{"store", model->store->name()},
            {"model", model->id},
            {"version", *version},
            {"reason", request.reason()}});
  if (const absl::Status loaded = model->store->Reload(); !loaded.ok()) return loaded;
  model->store->Reap();
  const auto opened = OpenVersion(model->shelf, "model", *version);
  if (!opened.ok()) return opened.status();
  const auto serving = model->shelf.ReadServing();
  if (!serving.ok()) return serving.status();
  WriteVersion(model->store->name(), model->id, *version, **opened, *serving,
               response->mutable_model_version());
  return absl::OkStatus();
}

}  // namespace awase
