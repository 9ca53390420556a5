#include "server/services/event_service.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "server/log/log.h"
#include "server/rpc/status.h"
#include "server/wire/events.h"
#include "server/wire/names.h"

namespace awase {
namespace {

namespace pb = ::awase::v1;

constexpr int kMaxBatch = 1000;

// The engine quotes what it got; that may be a customer's.
std::string WithoutValue(const absl::Status& status) {
  const std::string text(status.message());
  return text.substr(0, text.find(", got"));
}

void AddError(int index, const absl::Status& status, const std::string& reason,
              pb::WriteEventsResponse* response) {
  pb::EventError* error = response->add_errors();
  error->set_index(index);
  error->set_code(static_cast<int32_t>(status.code()));
  error->set_reason(reason);
  error->set_message(WithoutValue(status));
}

struct Readable {
  std::vector<Event> events;
  std::vector<int> index;  // by event: its place in the request
};

Readable ReadEvents(const pb::WriteEventsRequest& request, const std::string& currency,
                    pb::WriteEventsResponse* response) {
  Readable readable;
  const absl::Time now = absl::Now();
  for (int e = 0; e < request.events_size(); ++e) {
    auto event = ReadEvent(absl::StrCat("events[", e, "]"), request.events(e), currency, now);
    if (!event.ok()) {
      AddError(e, event.status(), rpc::ReasonOf(event.status()), response);
      continue;
    }
    readable.events.push_back(*std::move(event));
    readable.index.push_back(e);
  }
  return readable;
}

// Counts outcomes; returns the known customers of accepted events.
std::vector<std::string> ReadOutcomes(const std::vector<EventOutcome>& outcomes, const Readable& readable,
                                      pb::WriteEventsResponse* response) {
  std::set<std::string> customers;
  int accepted = 0, duplicates = 0;
  for (size_t e = 0; e < outcomes.size(); ++e) {
    switch (outcomes[e].kind) {
      case EventOutcome::Kind::kAccepted:
        ++accepted;
        if (!readable.events[e].customer_id.empty()) customers.insert(readable.events[e].customer_id);
        break;
      case EventOutcome::Kind::kDuplicate:
        ++duplicates;
        break;
      case EventOutcome::Kind::kRefused:
        AddError(readable.index[e], outcomes[e].status, outcomes[e].reason, response);
        break;
    }
  }
  response->set_accepted_count(accepted);
  response->set_duplicate_count(duplicates);
  return {customers.begin(), customers.end()};
}

}  // namespace

absl::Status EventHandlers::WriteEvents(const pb::WriteEventsRequest& request,
                                        pb::WriteEventsResponse* response) const {
  std::string_view store_name;
  if (const absl::Status named = ParseStoreName("parent", request.parent(), store_name); !named.ok())
    return named;
  const auto store = stores_.Need(store_name);
  if (!store.ok()) return store.status();
  if (request.events_size() < 1 || request.events_size() > kMaxBatch) {
    return rpc::Invalid("events", absl::StrCat("must be 1 to 1,000, got ", request.events_size()));
  }
  const Readable readable = ReadEvents(request, (*store)->settings()->currency, response);
  if (!readable.events.empty()) {
    const auto outcomes = (*store)->ledger().AppendEvents(readable.events, request.validate_only());
    if (!outcomes.ok()) return rpc::WithReason(outcomes.status(), "EVENTS_NOT_KEPT");
    const std::vector<std::string> customers = ReadOutcomes(*outcomes, readable, response);
    if (!request.validate_only()) {
      (*store)->CountAccepted(static_cast<uint64_t>(response->accepted_count()));
      // The events are on disk: a profile that cannot be read back now is caught up by the next look at the
      // ledger.
      const absl::Status refreshed = (*store)->RefreshCustomers(customers);
      if (!refreshed.ok()) {
        LogEvent(LogLevel::kWarning, "profile_refresh_failed",
                 {{"store", (*store)->name()}, {"code", absl::StatusCodeToString(refreshed.code())}});
      }
    }
  }
  std::sort(response->mutable_errors()->begin(), response->mutable_errors()->end(),
            [](const pb::EventError& a, const pb::EventError& b) { return a.index() < b.index(); });
  return absl::OkStatus();
}

}  // namespace awase
