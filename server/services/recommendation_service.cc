#include "server/services/recommendation_service.h"

#include <chrono>
#include <memory>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "server/rpc/status.h"
#include "server/services/desk.h"
#include "server/services/response.h"
#include "server/wire/names.h"
#include "server/wire/time.h"

namespace awase {

absl::Status RecommendationHandlers::Recommend(const pb::RecommendRequest& request,
                                               pb::RecommendResponse* response) const {
  const auto begin = std::chrono::steady_clock::now();
  const auto counter = FindCounter(stores_, "placement", request.placement());
  if (!counter.ok()) return counter.status();
  if (const absl::Status valid = CheckRequest(request); !valid.ok()) return valid;
  Desk& desk = DeskOfThread();
  Query query;
  Omitted omitted;
  std::shared_ptr<const Bitset> filter;
  const absl::Status made = MakeQuery(request, *counter, {}, desk, filter, query, omitted, response);
  if (!made.ok()) return made;
  if (request.validate_only()) {
    response->Clear();
    return absl::OkStatus();
  }
  ::awase::Recommend(*counter->served->model, query, DetailOf(request.view()), *desk.scratch, desk.answer);
  WriteAnswer(request, *counter, query, desk.answer, omitted, response);
  SetDuration(absl::FromChrono(std::chrono::steady_clock::now() - begin),
              response->mutable_serving_info()->mutable_server_latency());
  return absl::OkStatus();
}

absl::Status RecommendationHandlers::ListRelatedItems(const pb::ListRelatedItemsRequest& request,
                                                      pb::ListRelatedItemsResponse* response) const {
  std::string_view store_name, item_id;
  const absl::Status named = ParseChildName("parent", request.parent(), "items", store_name, item_id);
  if (!named.ok()) return named;
  const auto size = PageSize(request.page_size(), 20, 500);
  if (!size.ok()) return size.status();
  const auto store = stores_.Need(store_name);
  if (!store.ok()) return store.status();
  const auto front = (*store)->front();
  const std::string model_id = request.model_id().empty() ? "default" : request.model_id();
  const Served* served = front->FindModel(model_id);
  if (served == nullptr) {
    return rpc::Error(absl::StatusCode::kFailedPrecondition, "MODEL_NOT_READY",
                      "no version of that model serves");
  }
  const auto item = served->model->Find(item_id);
  if (!item.has_value()) {
    return rpc::Error(absl::StatusCode::kNotFound, "ITEM_NOT_FOUND",
                      "parent: the model does not know this item");
  }
  const std::string scope = absl::StrCat(served->name, "/", request.parent());
  const auto token = ReadPageToken(request.page_token(), scope);
  if (!token.ok()) return token.status();
  uint32_t first = 0;
  if (!token->empty() && !absl::SimpleAtoi(*token, &first))
    return rpc::Invalid("page_token", "is not one of this server's");

  const auto edges = served->model->neighbours(*item);
  const auto evidence = served->model->evidence(*item);
  const uint32_t floor = (*store)->settings()->min_support;
  uint32_t e = first;
  for (; e < edges.size() && response->related_items_size() < static_cast<int>(*size); ++e) {
    if (evidence[e].joint_customers < floor) continue;
    pb::RelatedItem* related = response->add_related_items();
    const ItemId candidate{edges[e].item};
    related->set_item_id(std::string(served->model->item_id(candidate)));
    related->set_title(std::string(TitleIn(*served->model, candidate, request.language_code())));
    related->set_score(edges[e].score);
    WriteEvidence(*served->model, EvidenceOf(*served->model, *item, e), served->from_views,
                  related->mutable_evidence());
  }
  if (e < edges.size()) response->set_next_page_token(MakePageToken(scope, absl::StrCat(e)));
  response->set_model_version(served->name);
  return absl::OkStatus();
}

}  // namespace awase
