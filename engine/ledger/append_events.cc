// Events of the API.
#include <xxhash.h>

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "engine/ledger/append.h"
#include "engine/ledger/state.h"

namespace awase {
namespace {

using Kind = EventOutcome::Kind;

EventOutcome Refused(absl::Status status, std::string reason) {
  return {Kind::kRefused, std::move(status), std::move(reason)};
}

// Numbers and lengths first, so that no two events spell the same.
class Spelling {
 public:
  void Add(std::string_view text) {
    Add(static_cast<int64_t>(text.size()));
    bytes_.append(text);
  }
  void Add(int64_t number) {
    for (int shift = 0; shift < 64; shift += 8) bytes_.push_back(static_cast<char>(number >> shift));
  }
  void Add(const std::vector<OrderLine>& lines) {
    Add(static_cast<int64_t>(lines.size()));
    for (const OrderLine& line : lines) {
      Add(line.item_id);
      Add(int64_t{line.quantity});
      Add(line.unit_price);
    }
  }
  std::string Hash() const {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes_.data(), bytes_.size()));
    return {reinterpret_cast<const char*>(canonical.digest), sizeof canonical.digest};
  }

 private:
  std::string bytes_;
};

std::string ContentHash(const Event& event) {
  Spelling spelling;
  spelling.Add(int64_t{event.time});
  spelling.Add(event.customer_id);
  spelling.Add(static_cast<int64_t>(event.payload.index()));
  if (const auto* order = std::get_if<Order>(&event.payload)) {
    spelling.Add(order->order_id);
    spelling.Add(order->lines);
  } else if (const auto* back = std::get_if<Return>(&event.payload)) {
    spelling.Add(back->order_id);
    spelling.Add(back->lines);
  } else {
    const View& view = std::get<View>(event.payload);
    spelling.Add(view.session_id);
    for (const std::string& item : view.item_ids) spelling.Add(item);
  }
  return spelling.Hash();
}

// `sign` is -1 for lines sent back.
absl::Status AddLines(Page& page, int64_t document, const Event& event, const std::vector<OrderLine>& lines,
                      int sign) {
  std::map<std::tuple<int64_t, int32_t, Micros>, uint32_t> copies;
  for (const OrderLine& line : lines) {
    const absl::StatusOr<int64_t> item = page.names.items.FindOrAdd(page.db, line.item_id);
    if (!item.ok()) return item.status();
    const uint32_t occurrence = copies[{*item, line.quantity, line.unit_price}]++;
    const absl::StatusOr<bool> added = AddLine(
        page, {document, *item, int64_t{sign} * line.quantity, event.time, line.unit_price, occurrence});
    if (!added.ok()) return added.status();
  }
  return absl::OkStatus();
}

// What is left of an order: (item, quantity), returns that name it taken out.
absl::StatusOr<std::vector<std::pair<int64_t, int64_t>>> LeftOf(Page& page, int64_t order) {
  absl::StatusOr<Statement*> left = page.db.Prepare(
      "SELECT item_ref, sum(quantity) FROM order_lines "
      "WHERE order_ref = ?1 OR order_ref IN (SELECT order_ref FROM orders WHERE of_order_ref = ?1) "
      "GROUP BY item_ref HAVING sum(quantity) > 0 ORDER BY item_ref");
  if (!left.ok()) return left.status();
  (*left)->Bind(1, order);
  std::vector<std::pair<int64_t, int64_t>> lines;
  while (true) {
    const absl::StatusOr<bool> row = (*left)->Step();
    if (!row.ok()) return row.status();
    if (!*row) return lines;
    lines.emplace_back((*left)->Int(0), (*left)->Int(1));
  }
}

absl::Status AddWholeReturn(Page& page, int64_t document, int64_t order, UnixSeconds time) {
  const auto left = LeftOf(page, order);
  if (!left.ok()) return left.status();
  for (const auto& [item, quantity] : *left) {
    const int64_t back = -std::min<int64_t>(quantity, std::numeric_limits<int32_t>::max());
    const absl::StatusOr<bool> added = AddLine(page, {document, item, back, time, kNoPrice, 0});
    if (!added.ok()) return added.status();
  }
  return absl::OkStatus();
}

// Each yields the outcome; a status that is not OK is the database's.
absl::StatusOr<EventOutcome> Apply(Page& page, const Event& event, const Order& order) {
  const absl::StatusOr<OrderLookup> found = FindOrAddOrder(page, order.order_id, event.customer_id);
  if (!found.ok()) return found.status();
  if (found->conflict) {
    return Refused(absl::InvalidArgumentError(ConflictMessage(order.order_id, event.customer_id)),
                   "ORDER_CUSTOMER_CONFLICT");
  }
  if (absl::Status status = AddLines(page, found->order, event, order.lines, 1); !status.ok()) return status;
  return EventOutcome{};
}

absl::StatusOr<EventOutcome> Apply(Page& page, const Event& event, const Return& back) {
  Documents::Document of;
  if (!back.order_id.empty()) {
    const absl::StatusOr<Documents::Document> found = page.names.documents.FindOrder(page.db, back.order_id);
    if (!found.ok()) return found.status();
    if (found->ref == 0) {
      return Refused(absl::NotFoundError("order_id: no such order, got '" + back.order_id + "'"),
                     "ORDER_NOT_FOUND");
    }
    of = *found;
  }
  int64_t customer = of.customer;
  if (!event.customer_id.empty()) {
    const absl::StatusOr<int64_t> named = of.customer == 0
                                              ? page.names.customers.FindOrAdd(page.db, event.customer_id)
                                              : page.names.customers.Find(page.db, event.customer_id);
    if (!named.ok()) return named.status();
    if (of.customer != 0 && *named != of.customer) {
      return Refused(absl::InvalidArgumentError(ConflictMessage(back.order_id, event.customer_id)),
                     "ORDER_CUSTOMER_CONFLICT");
    }
    customer = *named;
  }
  const absl::StatusOr<int64_t> document =
      page.names.documents.AddReturn(page.db, event.event_id, customer, of.ref);
  if (!document.ok()) return document.status();
  const absl::Status status = back.lines.empty() ? AddWholeReturn(page, *document, of.ref, event.time)
                                                 : AddLines(page, *document, event, back.lines, -1);
  if (!status.ok()) return status;
  return EventOutcome{};
}

absl::StatusOr<EventOutcome> Apply(Page& page, const Event& event, const View& view) {
  const absl::StatusOr<int64_t> session = FindOrAddSession(page, view.session_id, event.customer_id);
  if (!session.ok()) return session.status();
  std::map<int64_t, uint32_t> copies;
  for (const std::string& item_id : view.item_ids) {
    const absl::StatusOr<int64_t> item = page.names.items.FindOrAdd(page.db, item_id);
    if (!item.ok()) return item.status();
    const absl::StatusOr<bool> added = AddView(page, *session, *item, event.time, copies[*item]++);
    if (!added.ok()) return added.status();
  }
  return EventOutcome{};
}

// The hash of an event that is kept; "" when there is none of this id.
absl::StatusOr<std::string> KeptHash(Page& page, const std::string& event_id) {
  absl::StatusOr<Statement*> find = page.db.Prepare("SELECT content_hash FROM events WHERE event_id = ?1");
  if (!find.ok()) return find.status();
  (*find)->Bind(1, event_id);
  const absl::StatusOr<bool> row = (*find)->Step();
  if (!row.ok()) return row.status();
  if (!*row) return "";
  std::string hash((*find)->Blob(0));
  (*find)->Reset();
  return hash;
}

absl::Status KeepEvent(Page& page, const std::string& event_id, const std::string& hash) {
  absl::StatusOr<Statement*> keep = page.db.Prepare("INSERT INTO events VALUES (?1, ?2)");
  if (!keep.ok()) return keep.status();
  (*keep)->Bind(1, event_id);
  (*keep)->BindBlob(2, hash);
  return (*keep)->Run();
}

absl::StatusOr<EventOutcome> AppendEvent(Page& page, const Event& event, const std::string& hash) {
  const absl::StatusOr<std::string> kept = KeptHash(page, event.event_id);
  if (!kept.ok()) return kept.status();
  if (*kept == hash) return EventOutcome{Kind::kDuplicate, absl::OkStatus(), ""};
  if (!kept->empty()) {
    return Refused(
        absl::AlreadyExistsError("event_id: was used for another event, got '" + event.event_id + "'"),
        "EVENT_ID_REUSED");
  }
  const absl::StatusOr<EventOutcome> outcome =
      std::visit([&](const auto& payload) { return Apply(page, event, payload); }, event.payload);
  if (!outcome.ok() || outcome->kind == Kind::kRefused) return outcome;
  if (absl::Status status = KeepEvent(page, event.event_id, hash); !status.ok()) return status;
  return outcome;
}

}  // namespace

absl::StatusOr<std::vector<EventOutcome>> Ledger::AppendEvents(std::span<const Event> events,
                                                               bool validate_only) {
  std::vector<EventOutcome> invalid(events.size());
  std::vector<std::string> hashes(events.size());
  for (size_t i = 0; i < events.size(); ++i) {
    absl::Status status = ValidateEvent(events[i]);
    if (status.ok()) {
      hashes[i] = ContentHash(events[i]);
    } else {
      invalid[i] = Refused(std::move(status), "INVALID_EVENT");
    }
  }
  std::vector<EventOutcome> outcomes;
  absl::Status status = state_->Write(
      [&](Page& page) {
        outcomes = invalid;
        for (size_t i = 0; i < events.size(); ++i) {
          if (invalid[i].kind == Kind::kRefused) continue;
          absl::StatusOr<EventOutcome> outcome = AppendEvent(page, events[i], hashes[i]);
          if (!outcome.ok()) return outcome.status();
          outcomes[i] = *std::move(outcome);
        }
        return absl::OkStatus();
      },
      /*keep=*/!validate_only);
  if (!status.ok()) return status;
  return outcomes;
}

}  // namespace awase
