// RecommendPage: several slots, one context, no item twice.
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"

#include "server/rpc/status.h"
#include "server/services/desk.h"
#include "server/services/recommendation_service.h"
#include "server/services/response.h"
#include "server/wire/names.h"

namespace awase {
namespace {

constexpr int kMaxSlots = 16;

absl::Status CheckPage(const pb::RecommendPageRequest& request) {
  rpc::Violations wrong;
  const pb::RecommendRequest& shared = request.shared();
  if (!request.has_shared()) wrong.Add("shared", "is required");
  if (!shared.placement().empty()) wrong.Add("shared.placement", "must be empty");
  if (shared.max_results() != 0) wrong.Add("shared.max_results", "must be empty");
  if (!shared.filter().empty()) wrong.Add("shared.filter", "must be empty");
  if (request.slots_size() < 1 || request.slots_size() > kMaxSlots) {
    wrong.Add("slots", absl::StrCat("must be 1 to 16, got ", request.slots_size()));
    return wrong.ToStatus();
  }
  std::string_view first_store;
  for (int s = 0; s < request.slots_size(); ++s) {
    std::string_view store, id;
    const std::string field = absl::StrCat("slots[", s, "].placement");
    if (!ParseChildName(field, request.slots(s).placement(), "placements", store, id).ok()) {
      wrong.Add(field, "must be a name of the form \"stores/{store}/placements/{placement}\"");
      continue;
    }
    if (first_store.empty()) first_store = store;
    if (store != first_store) wrong.Add(field, "must be of the same store as the first slot");
  }
  return wrong.ToStatus();
}

// What earlier slots took was excluded by the page, not by the caller: say so.
void NameEarlierSlots(const Model& model, const Answer& answer, std::span<const std::string> taken,
                      pb::RecommendResponse* response) {
  int earlier = 0;
  for (size_t r = 0; r < answer.rejected.size(); ++r) {
    const std::string_view id = model.item_id(answer.rejected[r].item);
    if (answer.rejected[r].reason != Suppression::kExcluded) continue;
    if (std::find(taken.begin(), taken.end(), id) == taken.end()) continue;
    ++earlier;
    if (static_cast<int>(r) < response->suppressed_candidates_size()) {
      response->mutable_suppressed_candidates(static_cast<int>(r))
          ->set_reasons(0, pb::SUPPRESSION_REASON_IN_EARLIER_SLOT);
    }
  }
  for (int s = 0; earlier > 0 && s < response->shortfalls_size(); ++s) {
    pb::Shortfall* excluded = response->mutable_shortfalls(s);
    if (excluded->reason() != pb::SUPPRESSION_REASON_EXCLUDED) continue;
    const int others = excluded->count() - earlier;
    excluded->set_reason(pb::SUPPRESSION_REASON_IN_EARLIER_SLOT);
    excluded->set_count(earlier);
    if (others > 0) {
      pb::Shortfall* by_caller = response->add_shortfalls();
      by_caller->set_reason(pb::SUPPRESSION_REASON_EXCLUDED);
      by_caller->set_count(others);
    }
    return;
  }
}

}  // namespace

absl::Status RecommendationHandlers::FillSlot(const pb::PageSlot& slot, pb::RecommendRequest& request,
                                              std::vector<std::string>& taken,
                                              pb::RecommendResponse* response) const {
  request.set_placement(slot.placement());
  request.set_max_results(slot.max_results());
  request.set_filter(slot.filter());
  const auto counter = FindCounter(stores_, "placement", slot.placement());
  if (!counter.ok()) return counter.status();
  if (const absl::Status valid = CheckRequest(request); !valid.ok()) return valid;
  Desk& desk = DeskOfThread();
  Query query;
  Omitted omitted;
  std::shared_ptr<const Bitset> filter;
  const absl::Status made = MakeQuery(request, *counter, taken, desk, filter, query, omitted, response);
  if (!made.ok()) return made;
  if (request.validate_only()) {
    response->Clear();
    return absl::OkStatus();
  }
  // Only the full answer lists what was rejected, and so which exclusions are the page's own.
  const Detail detail = taken.empty() ? DetailOf(request.view()) : Detail::kFull;
  ::awase::Recommend(*counter->served->model, query, detail, *desk.scratch, desk.answer);
  WriteAnswer(request, *counter, query, desk.answer, omitted, response);
  NameEarlierSlots(*counter->served->model, desk.answer, taken, response);
  for (const pb::Recommendation& shown : response->recommendations()) taken.push_back(shown.item_id());
  return absl::OkStatus();
}

absl::Status RecommendationHandlers::RecommendPage(const pb::RecommendPageRequest& request,
                                                   pb::RecommendPageResponse* response) const {
  if (const absl::Status valid = CheckPage(request); !valid.ok()) return valid;
  pb::RecommendRequest shared = request.shared();
  if (const absl::Status valid = CheckRequest(shared, "shared."); !valid.ok()) return valid;
  std::vector<std::string> taken;
  for (const pb::PageSlot& slot : request.slots()) {
    pb::PageSlotResult* result = response->add_results();
    result->set_placement(slot.placement());
    const absl::Status filled = FillSlot(slot, shared, taken, result->mutable_response());
    if (filled.ok()) continue;
    result->clear_response();
    result->set_status_code(static_cast<int32_t>(filled.code()));
    result->set_status_message(std::string(filled.message()));
  }
  return absl::OkStatus();
}

}  // namespace awase
