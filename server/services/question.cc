#include "server/services/question.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "engine/facts/facts.h"
#include "server/rpc/status.h"
#include "server/wire/catalog.h"
#include "server/wire/names.h"
#include "server/wire/time.h"

namespace awase {
namespace {

constexpr int kMaxExcluded = 1000;
constexpr int kMaxContextValues = 32;
constexpr size_t kMaxContextBytes = 1000;
constexpr size_t kMaxFilterBytes = 2000;
constexpr size_t kMaxLanguageBytes = 35;

void CheckId(rpc::Violations& wrong, const std::string& field, const std::string& id, bool required) {
  if (required && id.empty()) wrong.Add(field, "is required");
  if (id.size() > kMaxIdBytes) wrong.Add(field, absl::StrCat("must be at most 128 bytes, got ", id.size()));
}

void CheckCart(rpc::Violations& wrong, const pb::RecommendRequest& request) {
  for (int l = 0; l < request.cart_lines_size(); ++l) {
    const pb::CartLine& line = request.cart_lines(l);
    // The path is made only for what is wrong: this runs for every request.
    if (line.item_id().empty() || line.item_id().size() > kMaxIdBytes) {
      CheckId(wrong, absl::StrCat("cart_lines[", l, "].item_id"), line.item_id(), true);
    }
    if (line.quantity() < 0 || line.quantity() > kMaxQuantity) {
      wrong.Add(absl::StrCat("cart_lines[", l, "].quantity"),
                absl::StrCat("must be 0 to 1,000,000, got ", line.quantity()));
    }
    if (line.has_unit_price()) {
      const auto price = ReadMoney(absl::StrCat("cart_lines[", l, "].unit_price"), line.unit_price(), "");
      if (!price.ok())
        wrong.Add(absl::StrCat("cart_lines[", l, "].unit_price"), "is negative, too large or too fine");
    }
  }
}

void CheckCustomer(rpc::Violations& wrong, const pb::CustomerContext& customer) {
  CheckId(wrong, "customer.customer_id", customer.customer_id(), false);
  CheckId(wrong, "customer.session_id", customer.session_id(), false);
  if (customer.attributes_size() > kMaxContextValues) {
    wrong.Add("customer.attributes", absl::StrCat("must be at most 32, got ", customer.attributes_size()));
    return;
  }
  for (const auto& [name, value] : customer.attributes()) {
    if (name.size() > kMaxIdBytes || value.size() > kMaxContextBytes) {
      wrong.Add("customer.attributes", "has a name over 128 or a value over 1,000 bytes");
      return;
    }
  }
}

// Values that rule conditions read of a request.
std::vector<std::string> ReadField(const pb::RecommendRequest& request, const std::vector<ItemId>& cart,
                                   bool known, std::string_view field) {
  constexpr std::string_view kAttributes = "customer.attributes.";
  if (field == "customer.known") return {known ? "true" : "false"};
  if (field == "cart.size") return {std::to_string(cart.size())};
  if (field == "focus_item_id") {
    return request.focus_item_id().empty() ? std::vector<std::string>{}
                                           : std::vector<std::string>{request.focus_item_id()};
  }
  if (field == "cart.items") {
    std::vector<std::string> ids;
    for (const pb::CartLine& line : request.cart_lines()) ids.push_back(line.item_id());
    return ids;
  }
  if (field.substr(0, kAttributes.size()) == kAttributes) {
    const auto it = request.customer().attributes().find(std::string(field.substr(kAttributes.size())));
    if (it != request.customer().attributes().end()) return {it->second};
  }
  return {};
}

UnixSeconds AsOf(const pb::RecommendRequest& request) {
  if (request.has_as_of_time()) return static_cast<UnixSeconds>(request.as_of_time().seconds());
  return static_cast<UnixSeconds>(absl::ToUnixSeconds(absl::Now()));
}

void ChooseRules(const pb::RecommendRequest& request, const CompiledPlacement& compiled, bool known,
                 Desk& desk) {
  desk.rules.clear();
  if (compiled.rules.empty()) return;
  const UnixSeconds now = AsOf(request);
  const Filter::Lookup lookup = [&](std::string_view field) {
    return ReadField(request, desk.cart, known, field);
  };
  for (uint32_t r = 0; r < compiled.rules.size(); ++r) {
    const RankingRule& rule = compiled.placement.rules[r];
    if (rule.start != kNoTime && now < rule.start) continue;
    if (rule.end != kNoTime && now >= rule.end) continue;
    const Filter& condition = compiled.rules[r].condition;
    if (!condition.empty() && !condition.Holds(lookup)) continue;
    desk.rules.push_back({r, &compiled.rules[r].items, &rule});
  }
}

// Anchors in the model's numbers, each once; the order of a cart does not matter to its answer.
void ReadAnchors(const pb::RecommendRequest& request, const Model& model, Desk& desk, Omitted& omitted,
                 pb::RecommendResponse* response) {
  desk.cart.clear();
  desk.focus.clear();
  const int first = std::max(0, request.cart_lines_size() - kMaxCartLines);
  omitted.cart_head = first > 0;
  for (int l = first; l < request.cart_lines_size(); ++l) {
    const std::string& id = request.cart_lines(l).item_id();
    if (const auto item = model.Find(id); item.has_value()) {
      desk.cart.push_back(*item);
    } else {
      response->add_unknown_item_ids(id);
    }
  }
  std::sort(desk.cart.begin(), desk.cart.end());
  desk.cart.erase(std::unique(desk.cart.begin(), desk.cart.end()), desk.cart.end());
  if (request.focus_item_id().empty()) return;
  const auto focus = model.Find(request.focus_item_id());
  if (!focus.has_value()) {
    response->add_unknown_item_ids(request.focus_item_id());
  } else if (!std::binary_search(desk.cart.begin(), desk.cart.end(), *focus)) {
    desk.focus.push_back(*focus);
  }
}

void ReadExcluded(const pb::RecommendRequest& request, std::span<const std::string> taken, const Model& model,
                  Desk& desk) {
  desk.exclude.clear();
  for (const std::string& id : request.exclude_item_ids()) {
    if (const auto item = model.Find(id); item.has_value()) desk.exclude.push_back(*item);
  }
  for (const std::string& id : taken) {
    if (const auto item = model.Find(id); item.has_value()) desk.exclude.push_back(*item);
  }
  std::sort(desk.exclude.begin(), desk.exclude.end());
  desk.exclude.erase(std::unique(desk.exclude.begin(), desk.exclude.end()), desk.exclude.end());
}

// True when the customer is known. Without consent no stored history is looked at.
bool ReadPersonal(const pb::RecommendRequest& request, const Counter& counter, Desk& desk, Omitted& omitted) {
  desk.personal.clear();
  const pb::CustomerContext& customer = request.customer();
  const bool consent = !customer.has_personalization_consent() || customer.personalization_consent();
  if (customer.customer_id().empty() || !consent) return false;
  const LiveProfiles& profiles = counter.store->profiles();
  if (!profiles.ready()) {
    omitted.personal_history = true;
    return false;
  }
  return profiles.Read(customer.customer_id(), *counter.served->model, counter.served->translation,
                       desk.personal);
}

absl::Status ReadFilter(const pb::RecommendRequest& request, const Counter& counter,
                        std::shared_ptr<const Bitset>& filter) {
  const auto& placed = counter.placement->allowed;
  if (request.filter().empty()) {
    if (placed.has_value()) {
      filter = std::shared_ptr<const Bitset>(std::shared_ptr<const Bitset>(), &*placed);
    }
    return absl::OkStatus();
  }
  auto asked = counter.served->filters.Select(*counter.served->model, request.filter());
  if (!asked.ok()) return rpc::Invalid("filter", std::string(asked.status().message()));
  if (!placed.has_value()) {
    filter = *std::move(asked);
    return absl::OkStatus();
  }
  Bitset both = **asked;
  both &= *placed;
  filter = std::make_shared<const Bitset>(std::move(both));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Counter> FindCounter(const Stores& stores, std::string_view field,
                                    std::string_view placement) {
  std::string_view store_name, id;
  if (const absl::Status name = ParseChildName(field, placement, "placements", store_name, id); !name.ok())
    return name;
  const auto store = stores.Need(store_name);
  if (!store.ok()) return store.status();
  Counter counter{*store, (*store)->front(), nullptr, nullptr};
  counter.placement = counter.front->FindPlacement(id);
  if (counter.placement == nullptr) {
    return rpc::Error(absl::StatusCode::kNotFound, "PLACEMENT_NOT_FOUND",
                      absl::StrCat(std::string(field), ": is not known"));
  }
  if (!counter.placement->problem.ok()) {
    return rpc::Error(absl::StatusCode::kFailedPrecondition, "PLACEMENT_BROKEN",
                      std::string(counter.placement->problem.message()));
  }
  counter.served = counter.placement->served.get();
  if (counter.served == nullptr) {
    return rpc::Error(
        absl::StatusCode::kFailedPrecondition, "MODEL_NOT_READY",
        absl::StrCat("no version of model '", counter.placement->placement.model_id, "' serves yet"));
  }
  return counter;
}

absl::Status CheckRequest(const pb::RecommendRequest& request, std::string_view prefix) {
  rpc::Violations wrong(prefix);
  CheckCart(wrong, request);
  CheckId(wrong, "focus_item_id", request.focus_item_id(), false);
  if (request.has_customer()) CheckCustomer(wrong, request.customer());
  if (request.max_results() < 0) {
    wrong.Add("max_results", absl::StrCat("must not be negative, got ", request.max_results()));
  }
  if (request.filter().size() > kMaxFilterBytes) wrong.Add("filter", "has over 2,000 bytes");
  if (request.exclude_item_ids_size() > kMaxExcluded) {
    wrong.Add("exclude_item_ids",
              absl::StrCat("must be at most 1,000, got ", request.exclude_item_ids_size()));
  }
  if (request.language_code().size() > kMaxLanguageBytes) wrong.Add("language_code", "is no BCP 47 tag");
  if (!pb::RecommendationView_IsValid(request.view())) wrong.Add("view", "is unknown");
  if (!pb::FallbackMode_IsValid(request.fallback_mode())) wrong.Add("fallback_mode", "is unknown");
  if (request.has_as_of_time() && !ReadTime("as_of_time", request.as_of_time()).ok()) {
    wrong.Add("as_of_time", "must lie in 1970 to 2106");
  }
  return wrong.ToStatus();
}

absl::Status MakeQuery(const pb::RecommendRequest& request, const Counter& counter,
                       std::span<const std::string> taken, Desk& desk, std::shared_ptr<const Bitset>& filter,
                       Query& query, Omitted& omitted, pb::RecommendResponse* response) {
  const Model& model = *counter.served->model;
  const Placement& placement = counter.placement->placement;
  if (const absl::Status filtered = ReadFilter(request, counter, filter); !filtered.ok()) return filtered;
  ReadAnchors(request, model, desk, omitted, response);
  ReadExcluded(request, taken, model, desk);
  const bool known = ReadPersonal(request, counter, desk, omitted);
  ChooseRules(request, *counter.placement, known, desk);

  query.cart = desk.cart;
  query.focus = desk.focus;
  query.personal = desk.personal;
  query.exclude = desk.exclude;
  query.allowed = filter.get();
  query.rules = desk.rules;
  query.max_results = request.max_results() == 0
                          ? placement.default_max_results
                          : static_cast<uint32_t>(std::min(request.max_results(), kMaxResults));
  query.max_per_category = placement.max_per_category;
  query.exclude_substitutes =
      request.has_exclude_substitutes() ? request.exclude_substitutes() : placement.exclude_substitutes;
  query.fallback = request.fallback_mode() == pb::FALLBACK_MODE_UNSPECIFIED
                       ? placement.fallback
                       : ReadFallback(request.fallback_mode());
  query.blend = counter.served->blend;
  return absl::OkStatus();
}

}  // namespace awase
