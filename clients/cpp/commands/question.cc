#include "clients/cpp/commands/question.h"

#include <map>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"

#include "clients/cpp/client.h"
#include "clients/cpp/commands/connection.h"

namespace awase::client::commands {
namespace {

const std::map<std::string, v1::FallbackMode>& Fallbacks() {
  static const auto& modes = *new std::map<std::string, v1::FallbackMode>{
      {"", v1::FALLBACK_MODE_UNSPECIFIED},
      {"none", v1::FALLBACK_MODE_NONE},
      {"category", v1::FALLBACK_MODE_CATEGORY},
      {"popularity", v1::FALLBACK_MODE_POPULARITY},
  };
  return modes;
}

}  // namespace

void AddQuestion(CLI::App& command, Question& question) {
  AddStore(command, question.store);
  command.add_option("--cart", question.cart, "Item IDs in the cart, separated by commas")->delimiter(',');
  command.add_option("--focus", question.focus, "Item being looked at");
  command.add_option("--customer", question.customer, "ID of a signed-in customer");
  command.add_option("--session", question.session, "Session or device ID");
  command.add_flag("--no-history", question.no_history, "Do not read the customer's stored history");
  command.add_option("--placement", question.placement, "Placement that asks")->capture_default_str();
  command.add_option("--top", question.top, "Most results (default: the placement's)");
  command.add_option("--filter", question.filter,
                     "AIP-160 filter over item fields, such as 'price < 10 AND category : \"kitchen\"'");
  command.add_option("--exclude", question.exclude, "Item IDs never to return, separated by commas")
      ->delimiter(',');
  command.add_flag("--exclude-substitutes", question.exclude_substitutes,
                   "Leave out what fills the same need as the cart");
  command.add_option("--fallback", question.fallback, "When co-purchase runs out (default: the placement's)")
      ->check(CLI::IsMember({"none", "category", "popularity"}));
  command.add_option("--as-of", question.as_of, "Judge dated rules as of this time, 2024-04-01T00:00:00Z");
  AddLanguage(command, question.language);
}

absl::StatusOr<v1::RecommendRequest> RequestFor(const Question& question) {
  v1::RecommendRequest request;
  request.set_placement(PlacementName(question.store, question.placement));
  for (const std::string& item : question.cart) {
    request.add_cart_lines()->set_item_id(item);
  }
  request.set_focus_item_id(question.focus);
  if (!question.customer.empty()) {
    request.mutable_customer()->set_customer_id(question.customer);
  }
  if (!question.session.empty()) {
    request.mutable_customer()->set_session_id(question.session);
  }
  if (question.no_history) {
    request.mutable_customer()->set_personalization_consent(false);
  }
  request.set_max_results(question.top);
  request.set_filter(question.filter);
  request.mutable_exclude_item_ids()->Add(question.exclude.begin(), question.exclude.end());
  if (question.exclude_substitutes) {
    request.set_exclude_substitutes(true);
  }
  request.set_fallback_mode(Fallbacks().at(question.fallback));
  request.set_language_code(question.language);
  request.set_view(v1::RECOMMENDATION_VIEW_EXPLAINED);
  if (!question.as_of.empty() &&
      !google::protobuf::util::TimeUtil::FromString(question.as_of, request.mutable_as_of_time())) {
    return absl::InvalidArgumentError(absl::StrCat("--as-of: is no RFC 3339 time, got ", question.as_of));
  }
  return request;
}

}  // namespace awase::client::commands
