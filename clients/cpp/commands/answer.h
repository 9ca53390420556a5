// An answer as JSON and as text.
#ifndef AWASE_CLIENTS_CPP_COMMANDS_ANSWER_H_
#define AWASE_CLIENTS_CPP_COMMANDS_ANSWER_H_

#include <string>

#include "awase/v1/recommendation_service.pb.h"
#include <nlohmann/json.hpp>

namespace awase::client::commands {

// {recommendations[{item_id, title, score, source, reason, template_id, parameters, evidence[],
// score_parts[]}],
//  model_version, shortfalls[{reason, count}], unknown_item_ids[], suppressed_candidates[], serving_info{}}
nlohmann::ordered_json AnswerJson(const v1::RecommendResponse& answer);

// A numbered list with a reason under each title, then what was left out and why, then the model.
std::string AnswerText(const v1::RecommendResponse& answer, const std::string& language);

// "in the cart" for SUPPRESSION_REASON_IN_CART, in the language.
std::string ReasonText(v1::SuppressionReason reason, const std::string& language);

// The counts in one line: "120 of 1,500 with 22423 (lift 8.1)".
std::string EvidenceText(const v1::CoPurchaseEvidence& evidence, const std::string& language);

}  // namespace awase::client::commands

#endif  // AWASE_CLIENTS_CPP_COMMANDS_ANSWER_H_
