#include "server/store/shopfront.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "server/rpc/status.h"
#include "server/wire/names.h"
#include <nlohmann/json.hpp>

namespace awase {
namespace {

// Whether the options that a model carries say that it was counted on views.
bool CountedOnViews(std::string_view options_json) {
  const auto options = nlohmann::json::parse(options_json, nullptr, /*allow_exceptions=*/false);
  return options.is_object() && options.value("signal", "order") == "view";
}

absl::StatusOr<Filter> Parse(const std::string& field, const std::string& text) {
  auto filter = Filter::Parse(text);
  if (!filter.ok()) return rpc::Invalid(field, std::string(filter.status().message()));
  return filter;
}

absl::StatusOr<Bitset> Select(const std::string& field, const Filter& filter, const Served* served) {
  if (served == nullptr) return Bitset();
  auto selected = filter.Select(*served->model);
  if (!selected.ok()) return rpc::Invalid(field, std::string(selected.status().message()));
  return selected;
}

absl::Status CompileInto(CompiledPlacement& compiled) {
  const Placement& placement = compiled.placement;
  const Served* served = compiled.served.get();
  if (!placement.filter.empty()) {
    const auto filter = Parse("placement.filter", placement.filter);
    if (!filter.ok()) return filter.status();
    auto allowed = Select("placement.filter", *filter, served);
    if (!allowed.ok()) return allowed.status();
    compiled.allowed = *std::move(allowed);
  }
  for (size_t r = 0; r < placement.rules.size(); ++r) {
    const std::string field = absl::StrCat("placement.rules[", r, "]");
    auto condition = Parse(field + ".condition", placement.rules[r].condition);
    if (!condition.ok()) return condition.status();
    const auto items = Parse(field + ".item_filter", placement.rules[r].item_filter);
    if (!items.ok()) return items.status();
    auto selected = Select(field + ".item_filter", *items, served);
    if (!selected.ok()) return selected.status();
    compiled.rules.push_back({*std::move(condition), *std::move(selected)});
  }
  return absl::OkStatus();
}

}  // namespace

std::shared_ptr<const Served> MakeServed(std::string_view store, std::string_view model_id, Version version,
                                         std::shared_ptr<const Model> model, const LiveProfiles& profiles) {
  auto served = std::make_shared<Served>();
  served->model_id = std::string(model_id);
  served->version = version;
  served->name = FormatVersionName(store, model_id, version);
  served->blend = BlendOf(*model);
  served->from_views = CountedOnViews(model->options_json());
  served->translation = profiles.Translate(*model);
  served->model = std::move(model);
  return served;
}

std::shared_ptr<const CompiledPlacement> Compile(const Placement& placement, std::string revision,
                                                 std::shared_ptr<const Served> served) {
  auto compiled = std::make_shared<CompiledPlacement>();
  compiled->placement = placement;
  compiled->revision = std::move(revision);
  compiled->served = std::move(served);
  compiled->problem = CompileInto(*compiled);
  return compiled;
}

std::shared_ptr<const Shopfront> MakeShopfront(
    std::map<std::string, std::shared_ptr<const Served>, std::less<>> models,
    const std::vector<Ledger::StoredPlacement>& stored, const Shopfront* before) {
  auto front = std::make_shared<Shopfront>();
  front->models = std::move(models);
  const auto served_for = [&](const std::string& model_id) {
    const auto it = front->models.find(model_id);
    return it == front->models.end() ? nullptr : it->second;
  };
  const auto add = [&](const Placement& placement, const std::string& revision) {
    auto served = served_for(placement.model_id);
    const CompiledPlacement* old = before == nullptr ? nullptr : before->FindPlacement(placement.id);
    if (old != nullptr && old->revision == revision && old->served == served) {
      front->placements[placement.id] = before->placements.find(placement.id)->second;
    } else {
      front->placements[placement.id] = Compile(placement, revision, std::move(served));
    }
  };
  add(Placement{}, "");
  for (const auto& [placement, revision] : stored) add(placement, revision);
  return front;
}

}  // namespace awase
