#include "server/services/response.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/time/time.h"

#include "server/wire/time.h"

namespace awase {
namespace {

constexpr size_t kReasons = static_cast<size_t>(Suppression::kCount);

// "ja" of "ja-JP".
std::string_view Primary(std::string_view tag) { return tag.substr(0, tag.find_first_of("-_")); }

void WriteParts(const Counter& counter, const Result& result, pb::Explanation* out) {
  std::vector<std::pair<std::string, double>> parts = {{"co_purchase", result.co_purchase},
                                                       {"personal_history", result.personal},
                                                       {"recent_sales", result.popularity}};
  const double plain = static_cast<double>(result.co_purchase) + result.personal + result.popularity;
  const auto& rules = counter.placement->placement.rules;
  if (result.rule < rules.size()) parts.emplace_back("rule:" + rules[result.rule].id, result.score - plain);
  std::stable_sort(parts.begin(), parts.end(),
                   [](const auto& a, const auto& b) { return std::abs(a.second) > std::abs(b.second); });
  for (auto& [name, value] : parts) {
    if (value == 0) continue;
    pb::ScorePart* part = out->add_score_parts();
    part->set_name(std::move(name));
    part->set_value(value);
  }
}

void WriteShortfalls(const Query& query, const Answer& answer, pb::RecommendResponse* response) {
  if (answer.results.size() >= query.max_results) return;
  for (size_t r = 0; r < kReasons; ++r) {
    if (answer.suppressed[r] == 0) continue;
    pb::Shortfall* shortfall = response->add_shortfalls();
    shortfall->set_reason(ReasonOf(static_cast<Suppression>(r)));
    shortfall->set_count(static_cast<int32_t>(answer.suppressed[r]));
  }
}

void WriteRejected(const Counter& counter, const Answer& answer, pb::RecommendResponse* response) {
  const auto& rules = counter.placement->placement.rules;
  for (const Answer::Suppressed& rejected : answer.rejected) {
    pb::SuppressedCandidate* out = response->add_suppressed_candidates();
    out->set_item_id(std::string(counter.served->model->item_id(rejected.item)));
    out->add_reasons(ReasonOf(rejected.reason));
    if (rejected.rule < rules.size()) out->set_rule_id(rules[rejected.rule].id);
  }
}

}  // namespace

Detail DetailOf(pb::RecommendationView view) {
  if (view == pb::RECOMMENDATION_VIEW_FULL) return Detail::kFull;
  return view == pb::RECOMMENDATION_VIEW_EXPLAINED ? Detail::kExplained : Detail::kBasic;
}

pb::ResultSource SourceOf(const Served& served, Source source) {
  switch (source) {
    case Source::kCoPurchase:
      return served.from_views ? pb::RESULT_SOURCE_CO_VIEW : pb::RESULT_SOURCE_CO_PURCHASE;
    case Source::kPersonal:
      return pb::RESULT_SOURCE_PERSONAL_HISTORY;
    case Source::kManual:
      return pb::RESULT_SOURCE_MANUAL;
    case Source::kCategoryPopularity:
      return pb::RESULT_SOURCE_CATEGORY_POPULARITY;
    case Source::kStorePopularity:
      return pb::RESULT_SOURCE_STORE_POPULARITY;
  }
  return pb::RESULT_SOURCE_UNSPECIFIED;
}

pb::SuppressionReason ReasonOf(Suppression reason) {
  static constexpr std::array<pb::SuppressionReason, kReasons> kWire = {
      pb::SUPPRESSION_REASON_IN_CART,     pb::SUPPRESSION_REASON_ALREADY_OWNED,
      pb::SUPPRESSION_REASON_UNAVAILABLE, pb::SUPPRESSION_REASON_FILTERED,
      pb::SUPPRESSION_REASON_SUBSTITUTE,  pb::SUPPRESSION_REASON_EXCLUDED,
      pb::SUPPRESSION_REASON_HIDDEN,      pb::SUPPRESSION_REASON_CATEGORY_LIMIT,
      pb::SUPPRESSION_REASON_OUTRANKED,   pb::SUPPRESSION_REASON_NO_CANDIDATE};
  return kWire[static_cast<size_t>(reason)];
}

std::string_view TitleIn(const Model& model, ItemId item, std::string_view language_code) {
  const std::string_view usual = model.title(item);
  if (language_code.empty()) return usual;
  const std::string_view exact = model.title(item, language_code);
  const std::string_view primary = Primary(language_code);
  if (exact != usual || primary.size() == language_code.size()) return exact;
  return model.title(item, primary);
}

void WriteEvidence(const Model& model, const Evidence& evidence, bool counted_on_views,
                   pb::CoPurchaseEvidence* out) {
  out->set_anchor_item_id(std::string(model.item_id(evidence.anchor)));
  out->set_joint_customer_count(static_cast<int64_t>(evidence.joint_customers));
  out->set_joint_count(static_cast<int64_t>(evidence.joint));
  out->set_anchor_count(static_cast<int64_t>(evidence.anchor_count));
  out->set_candidate_count(static_cast<int64_t>(evidence.candidate_count));
  out->set_population_count(static_cast<int64_t>(evidence.population));
  out->set_confidence(evidence.confidence);
  out->set_confidence_lower_bound(evidence.confidence_lower);
  out->set_lift(evidence.lift);
  out->set_log_likelihood_ratio(evidence.llr);
  if (evidence.median_lag != kNoLag && !counted_on_views) {
    SetDuration(absl::Seconds(evidence.median_lag), out->mutable_median_lag());
  }
}

void WriteExplanation(const Counter& counter, const Result& result, std::string_view language_code,
                      pb::Explanation* out) {
  const Model& model = *counter.served->model;
  Reason reason = ReasonFor(model, result, Primary(language_code));
  out->set_template_id(std::move(reason.template_id));
  for (auto& [name, value] : reason.parameters) (*out->mutable_parameters())[name] = std::move(value);
  out->set_text(std::move(reason.text));
  for (uint32_t c = 0; c < result.contributions; ++c) {
    const Contribution& contribution = result.contribution[c];
    WriteEvidence(model, EvidenceOf(model, contribution.anchor, contribution.edge),
                  counter.served->from_views, out->add_evidence());
  }
  WriteParts(counter, result, out);
}

void WriteAnswer(const pb::RecommendRequest& request, const Counter& counter, const Query& query,
                 const Answer& answer, const Omitted& omitted, pb::RecommendResponse* response) {
  const Model& model = *counter.served->model;
  const Detail detail = DetailOf(request.view());
  for (const Result& result : answer.results) {
    pb::Recommendation* out = response->add_recommendations();
    const std::string_view id = model.item_id(result.item);
    out->mutable_item_id()->assign(id.data(), id.size());
    out->set_score(result.score);
    out->set_source(SourceOf(*counter.served, result.source));
    if (detail == Detail::kBasic) continue;
    const std::string_view title = TitleIn(model, result.item, request.language_code());
    out->mutable_title()->assign(title.data(), title.size());
    WriteExplanation(counter, result, request.language_code(), out->mutable_explanation());
  }
  WriteShortfalls(query, answer, response);
  if (detail == Detail::kFull) WriteRejected(counter, answer, response);
  pb::ServingInfo* info = response->mutable_serving_info();
  info->set_model_version(counter.served->name);
  info->set_placement_revision(counter.placement->revision);
  if (model.watermark() != kNoTime) SetTime(model.watermark(), info->mutable_data_watermark_time());
  if (omitted.cart_head) info->add_skipped_stages("cart_head");
  if (omitted.personal_history) info->add_skipped_stages("personal_history");
}

}  // namespace awase
