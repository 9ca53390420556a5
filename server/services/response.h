// The engine's answer as a response.
#ifndef AWASE_SERVER_SERVICES_RESPONSE_H_
#define AWASE_SERVER_SERVICES_RESPONSE_H_

#include <string>
#include <string_view>

#include "awase/v1/recommendation_service.pb.h"
#include "engine/answer/answer.h"
#include "engine/answer/evidence.h"
#include "server/services/question.h"

namespace awase {

Detail DetailOf(pb::RecommendationView view);
pb::ResultSource SourceOf(const Served& served, Source source);
pb::SuppressionReason ReasonOf(Suppression reason);

// Title in the tag's language, its primary language ("ja" of "ja-JP"), or the default one.
std::string_view TitleIn(const Model& model, ItemId item, std::string_view language_code);

void WriteEvidence(const Model& model, const Evidence& evidence, bool counted_on_views,
                   pb::CoPurchaseEvidence* out);
void WriteExplanation(const Counter& counter, const Result& result, std::string_view language_code,
                      pb::Explanation* out);

// Results, shortfalls, rejected candidates; `request` says how much. Serving info but the latency.
void WriteAnswer(const pb::RecommendRequest& request, const Counter& counter, const Query& query,
                 const Answer& answer, const Omitted& omitted, pb::RecommendResponse* response);

}  // namespace awase

#endif  // AWASE_SERVER_SERVICES_RESPONSE_H_
