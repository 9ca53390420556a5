// A request as a question to the engine.
#ifndef AWASE_SERVER_SERVICES_QUESTION_H_
#define AWASE_SERVER_SERVICES_QUESTION_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "awase/v1/recommendation_service.pb.h"
#include "engine/answer/answer.h"
#include "engine/base/bitset.h"
#include "server/services/desk.h"
#include "server/store/stores.h"

namespace awase {

namespace pb = ::awase::v1;

inline constexpr int kMaxCartLines = 200;
inline constexpr int kMaxResults = 100;

// What answers one request: everything stays as it is while this lives.
struct Counter {
  Store* store = nullptr;
  std::shared_ptr<const Shopfront> front;
  const CompiledPlacement* placement = nullptr;
  const Served* served = nullptr;
};

// Finds store and placement. NOT_FOUND with STORE_NOT_FOUND or PLACEMENT_NOT_FOUND; FAILED_PRECONDITION with
// MODEL_NOT_READY while no model serves there, or PLACEMENT_BROKEN.
absl::StatusOr<Counter> FindCounter(const Stores& stores, std::string_view field, std::string_view placement);

// Every limit on the fields of a request but its placement name. All violations in one INVALID_ARGUMENT;
// `prefix` goes before the fields' names.
absl::Status CheckRequest(const pb::RecommendRequest& request, std::string_view prefix = "");

// What of a request the answer left out.
struct Omitted {
  bool cart_head = false;         // cart lines before the last 200
  bool personal_history = false;  // profiles are still being read
};

// Fills `query`, whose spans point into `desk` and whose bitset into `filter`. `response` gets the unknown
// ids. Ids in `taken` are never results. The request has been checked. Errors: INVALID_ARGUMENT for a filter
// that does not compile.
absl::Status MakeQuery(const pb::RecommendRequest& request, const Counter& counter,
                       std::span<const std::string> taken, Desk& desk, std::shared_ptr<const Bitset>& filter,
                       Query& query, Omitted& omitted, pb::RecommendResponse* response);

}  // namespace awase

#endif  // AWASE_SERVER_SERVICES_QUESTION_H_
