#include "clients/cpp/commands/answer.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/time_util.h"

#include "clients/cpp/commands/table.h"
#include "clients/cpp/json.h"

namespace awase::client::commands {
namespace {

using nlohmann::ordered_json;

// English, Japanese.
using Words = std::pair<const char*, const char*>;

std::string In(const std::string& language, const Words& words) {
  return language == "ja" ? words.second : words.first;
}

// Fallbacks and pins are never dressed up as co-purchase.
Words SourceWords(v1::ResultSource source) {
  switch (source) {
    case v1::RESULT_SOURCE_CO_PURCHASE:
      return {"bought together", "一緒に購入"};
    case v1::RESULT_SOURCE_PERSONAL_HISTORY:
      return {"own earlier purchases", "購入履歴"};
    case v1::RESULT_SOURCE_MANUAL:
      return {"pinned by the shop", "お店のおすすめ"};
    case v1::RESULT_SOURCE_CATEGORY_POPULARITY:
      return {"best seller of the category", "カテゴリの売れ筋"};
    case v1::RESULT_SOURCE_STORE_POPULARITY:
      return {"best seller of the store", "お店の売れ筋"};
    case v1::RESULT_SOURCE_CO_VIEW:
      return {"viewed together", "一緒に閲覧"};
    default:
      return {"unknown source", "不明"};
  }
}

ordered_json RecommendationJson(const v1::Recommendation& it) {
  ordered_json row = {{"item_id", it.item_id()},
                      {"title", it.title()},
                      {"score", it.score()},
                      {"source", v1::ResultSource_Name(it.source())},
                      {"reason", it.explanation().text()}};
  const ordered_json explanation = ToJson(it.explanation());
  for (const char* key : {"template_id", "parameters", "evidence", "score_parts"}) {
    row[key] = explanation.at(key);
  }
  return row;
}

std::string Line(int place, const v1::Recommendation& it, int id_width, const std::string& language) {
  const std::string title = Fit(it.title(), std::max(20, TerminalColumns() - id_width - 22));
  std::string out =
      absl::StrFormat("%3d  %s  %s  %9.4g\n", place, Fit(it.item_id(), id_width), title, it.score());
  std::string reason = it.explanation().text();
  if (reason.empty() && it.explanation().evidence_size() > 0) {
    reason = EvidenceText(it.explanation().evidence(0), language);
  }
  absl::StrAppend(&out, "     [", In(language, SourceWords(it.source())), "] ", reason, "\n");
  return out;
}

std::string Footer(const v1::RecommendResponse& answer, const std::string& language) {
  using google::protobuf::util::TimeUtil;
  const v1::ServingInfo& info = answer.serving_info();
  std::string out;
  for (const v1::Shortfall& shortfall : answer.shortfalls()) {
    absl::StrAppend(&out, In(language, {"left out: ", "除外: "}), shortfall.count(), " ",
                    ReasonText(shortfall.reason(), language), "\n");
  }
  if (answer.unknown_item_ids_size() > 0) {
    absl::StrAppend(&out, In(language, {"the model does not know: ", "モデルが知らない商品: "}),
                    absl::StrJoin(answer.unknown_item_ids(), ", "), "\n");
  }
  absl::StrAppend(&out, In(language, {"model ", "モデル "}), info.model_version());
  if (info.has_data_watermark_time()) {
    absl::StrAppend(&out, In(language, {", purchases until ", "、購入データ "}),
                    TimeUtil::ToString(info.data_watermark_time()));
  }
  if (info.has_server_latency()) {
    absl::StrAppend(&out, In(language, {", answered in ", "、サーバー処理 "}),
                    TimeUtil::DurationToMicroseconds(info.server_latency()), " µs");
  }
  return out + "\n";
}

}  // namespace

std::string ReasonText(v1::SuppressionReason reason, const std::string& language) {
  static const auto& words = *new std::map<int, Words>{
      {v1::SUPPRESSION_REASON_IN_CART, {"in the cart", "カート内"}},
      {v1::SUPPRESSION_REASON_ALREADY_OWNED, {"already owned", "購入済み"}},
      {v1::SUPPRESSION_REASON_UNAVAILABLE, {"not on sale", "販売停止"}},
      {v1::SUPPRESSION_REASON_FILTERED, {"filtered", "絞り込み"}},
      {v1::SUPPRESSION_REASON_INSUFFICIENT_EVIDENCE, {"too few customers behind it", "根拠となる顧客が不足"}},
      {v1::SUPPRESSION_REASON_SUBSTITUTE, {"same need as the cart", "代替品"}},
      {v1::SUPPRESSION_REASON_EXCLUDED, {"excluded by the request", "指定により除外"}},
      {v1::SUPPRESSION_REASON_HIDDEN, {"hidden by a rule", "ルールで非表示"}},
      {v1::SUPPRESSION_REASON_CATEGORY_LIMIT, {"over the category's limit", "カテゴリ上限"}},
      {v1::SUPPRESSION_REASON_OUTRANKED, {"ranked lower", "順位が下"}},
      {v1::SUPPRESSION_REASON_IN_EARLIER_SLOT, {"shown in an earlier slot", "前の枠で表示済み"}},
      {v1::SUPPRESSION_REASON_NO_CANDIDATE, {"nothing links it to the question", "候補なし"}},
  };
  const auto found = words.find(reason);
  return found == words.end() ? v1::SuppressionReason_Name(reason) : In(language, found->second);
}

std::string EvidenceText(const v1::CoPurchaseEvidence& evidence, const std::string& language) {
  const std::string joint = Grouped(evidence.joint_count());
  const std::string anchor = Grouped(evidence.anchor_count());
  if (language == "ja") {
    return absl::StrFormat("%s の %s 件中 %s 件 (リフト %.1f)", evidence.anchor_item_id(), anchor, joint,
                           evidence.lift());
  }
  return absl::StrFormat("%s of %s with %s (lift %.1f)", joint, anchor, evidence.anchor_item_id(),
                         evidence.lift());
}

ordered_json AnswerJson(const v1::RecommendResponse& answer) {
  const ordered_json all = ToJson(answer);
  ordered_json rows = ordered_json::array();
  for (const v1::Recommendation& it : answer.recommendations()) {
    rows.push_back(RecommendationJson(it));
  }
  ordered_json object = {{"recommendations", std::move(rows)},
                         {"model_version", answer.serving_info().model_version()}};
  for (const char* key : {"shortfalls", "unknown_item_ids", "suppressed_candidates"}) {
    object[key] = all.at(key);
  }
  object["serving_info"] = ToJson(answer.serving_info());
  return object;
}

std::string AnswerText(const v1::RecommendResponse& answer, const std::string& language) {
  int id_width = 1;
  for (const v1::Recommendation& it : answer.recommendations()) {
    id_width = std::max(id_width, std::min(24, DisplayWidth(it.item_id())));
  }
  std::string out;
  for (int i = 0; i < answer.recommendations_size(); ++i) {
    out += Line(i + 1, answer.recommendations(i), id_width, language);
  }
  if (answer.recommendations().empty()) {
    out += In(language, {"nothing to recommend\n", "おすすめはありません\n"});
  }
  for (const v1::SuppressedCandidate& candidate : answer.suppressed_candidates()) {
    const auto& reasons = candidate.reasons();
    absl::StrAppend(
        &out, In(language, {"not shown: ", "非表示: "}), candidate.item_id(), "  ",
        absl::StrJoin(reasons, ", ",
                      [&](std::string* text, int reason) {
                        text->append(ReasonText(static_cast<v1::SuppressionReason>(reason), language));
                      }),
        candidate.rule_id().empty() ? "" : absl::StrCat(" (", candidate.rule_id(), ")"), "\n");
  }
  return out + Footer(answer, language);
}

}  // namespace awase::client::commands
