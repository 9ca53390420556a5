// ExplainDecision: why an item is, or is not, in an answer.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/facts/facts.h"
#include "server/rpc/status.h"
#include "server/services/desk.h"
#include "server/services/recommendation_service.h"
#include "server/services/response.h"

namespace awase {
namespace {

bool Has(std::span<const ItemId> items, ItemId item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

bool Substitutes(const Model& model, std::span<const ItemId> anchors, ItemId item) {
  return std::any_of(anchors.begin(), anchors.end(), [&](ItemId anchor) {
    const bool same_group = model.group(item) != kNoGroup && model.group(item) == model.group(anchor);
    const bool same_category =
        model.category(item) != kNoCategory && model.category(item) == model.category(anchor);
    return same_group || same_category;
  });
}

// The gates that say no to an item whatever its score, in evaluation order.
void WriteGates(const Counter& counter, const Query& query, ItemId item, pb::SuppressedCandidate* out) {
  const Model& model = *counter.served->model;
  if (Has(query.cart, item) || Has(query.focus, item)) out->add_reasons(pb::SUPPRESSION_REASON_IN_CART);
  const bool owned = std::any_of(query.personal.begin(), query.personal.end(),
                                 [&](const Owned& o) { return o.item == item; });
  if (owned && !model.repeatable(item)) out->add_reasons(pb::SUPPRESSION_REASON_ALREADY_OWNED);
  if (!model.available(item)) out->add_reasons(pb::SUPPRESSION_REASON_UNAVAILABLE);
  if (query.allowed != nullptr && !query.allowed->Test(Index(item)))
    out->add_reasons(pb::SUPPRESSION_REASON_FILTERED);
  if (query.exclude_substitutes &&
      (Substitutes(model, query.cart, item) || Substitutes(model, query.focus, item))) {
    out->add_reasons(pb::SUPPRESSION_REASON_SUBSTITUTE);
  }
  if (Has(query.exclude, item)) out->add_reasons(pb::SUPPRESSION_REASON_EXCLUDED);
  for (const ActiveRule& rule : query.rules) {
    if (!std::holds_alternative<Hide>(rule.definition->effect) || !rule.items->Test(Index(item))) continue;
    out->add_reasons(pb::SUPPRESSION_REASON_HIDDEN);
    out->set_rule_id(rule.definition->id);
    return;
  }
}

// 1-based place among `results`; 0 when it is not there.
int32_t RankIn(const std::vector<Result>& results, ItemId item) {
  const auto it =
      std::find_if(results.begin(), results.end(), [&](const Result& r) { return r.item == item; });
  return it == results.end() ? 0 : static_cast<int32_t>(it - results.begin()) + 1;
}

// The same question by score alone: no rules, no filter, no limits.
Query ByScoreAlone(const Model& model, Query query) {
  query.exclude = {};
  query.allowed = nullptr;
  query.rules = {};
  query.max_results = model.items();
  query.max_per_category = 0;
  query.exclude_substitutes = false;
  query.fallback = Fallback::kNone;
  return query;
}

}  // namespace

absl::Status RecommendationHandlers::ExplainDecision(const pb::ExplainDecisionRequest& request,
                                                     pb::ExplainDecisionResponse* response) const {
  if (!request.has_request()) return rpc::Invalid("request", "is required");
  if (request.item_id().empty() || request.item_id().size() > kMaxIdBytes) {
    return rpc::Invalid("item_id", "is required, at most 128 bytes");
  }
  const pb::RecommendRequest& asked = request.request();
  const auto counter = FindCounter(stores_, "request.placement", asked.placement());
  if (!counter.ok()) return counter.status();
  if (const absl::Status valid = CheckRequest(asked, "request."); !valid.ok()) return valid;
  Desk& desk = DeskOfThread();
  Query query;
  Omitted omitted;
  std::shared_ptr<const Bitset> filter;
  pb::RecommendResponse unknown;
  const absl::Status made = MakeQuery(asked, *counter, {}, desk, filter, query, omitted, &unknown);
  if (!made.ok()) return made;
  const Model& model = *counter->served->model;
  response->set_model_version(counter->served->name);
  const auto item = model.Find(request.item_id());
  if (!item.has_value()) {
    response->mutable_suppression()->set_item_id(request.item_id());
    response->mutable_suppression()->add_reasons(pb::SUPPRESSION_REASON_NO_CANDIDATE);
    return absl::OkStatus();
  }

  ::awase::Recommend(model, ByScoreAlone(model, query), Detail::kExplained, *desk.scratch, desk.answer);
  const int32_t model_rank = RankIn(desk.answer.results, *item);
  response->set_model_rank(model_rank);
  std::optional<Result> result;
  if (model_rank > 0) result = desk.answer.results[static_cast<size_t>(model_rank - 1)];

  ::awase::Recommend(model, query, Detail::kFull, *desk.scratch, desk.answer);
  const int32_t final_rank = RankIn(desk.answer.results, *item);
  response->set_final_rank(final_rank);
  response->set_shown(final_rank > 0);
  if (final_rank > 0) result = desk.answer.results[static_cast<size_t>(final_rank - 1)];
  if (result.has_value())
    WriteExplanation(*counter, *result, asked.language_code(), response->mutable_explanation());
  if (final_rank > 0) return absl::OkStatus();

  pb::SuppressedCandidate* suppression = response->mutable_suppression();
  suppression->set_item_id(request.item_id());
  WriteGates(*counter, query, *item, suppression);
  if (suppression->reasons_size() > 0) return absl::OkStatus();
  const auto rejected = std::find_if(desk.answer.rejected.begin(), desk.answer.rejected.end(),
                                     [&](const Answer::Suppressed& r) { return r.item == *item; });
  if (rejected != desk.answer.rejected.end()) {
    suppression->add_reasons(ReasonOf(rejected->reason));
  } else {
    suppression->add_reasons(model_rank > 0 ? pb::SUPPRESSION_REASON_OUTRANKED
                                            : pb::SUPPRESSION_REASON_NO_CANDIDATE);
  }
  return absl::OkStatus();
}

}  // namespace awase
