#include "server/wire/events.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "server/rpc/status.h"
#include "server/wire/catalog.h"
#include "server/wire/time.h"

namespace awase {
namespace {

using Lines = google::protobuf::RepeatedPtrField<pb::CartLine>;

absl::StatusOr<std::vector<OrderLine>> ReadLines(const std::string& field, const Lines& lines,
                                                 std::string_view store_currency) {
  std::vector<OrderLine> out;
  if (lines.size() > static_cast<int>(kMaxEventLines)) {
    return rpc::Invalid(field, absl::StrCat("must be at most 1,000, got ", lines.size()));
  }
  out.reserve(static_cast<size_t>(lines.size()));
  for (int l = 0; l < lines.size(); ++l) {
    const std::string path = absl::StrCat(field, "[", l, "]");
    OrderLine line{lines[l].item_id(), lines[l].quantity() == 0 ? 1 : lines[l].quantity(), kNoPrice};
    if (line.quantity < 0 || line.quantity > kMaxQuantity) {
      return rpc::Invalid(path + ".quantity", absl::StrCat("must be 0 to 1,000,000, got ", line.quantity));
    }
    if (lines[l].has_unit_price()) {
      const auto price = ReadMoney(path + ".unit_price", lines[l].unit_price(), store_currency);
      if (!price.ok()) return price.status();
      line.unit_price = *price;
    }
    if (const absl::Status id = ValidateId("item_id", line.item_id); !id.ok())
      return rpc::InvalidUnder(path, id);
    out.push_back(std::move(line));
  }
  return out;
}

absl::Status ReadPayload(const std::string& field, const pb::Event& event, std::string_view store_currency,
                         Event& out) {
  if (event.has_order()) {
    auto lines = ReadLines(field + ".order.lines", event.order().lines(), store_currency);
    if (!lines.ok()) return lines.status();
    out.payload = Order{event.order().order_id(), *std::move(lines)};
  } else if (event.has_order_return()) {
    auto lines = ReadLines(field + ".order_return.lines", event.order_return().lines(), store_currency);
    if (!lines.ok()) return lines.status();
    out.payload = Return{event.order_return().order_id(), *std::move(lines)};
  } else if (event.has_view()) {
    const auto& ids = event.view().item_ids();
    out.payload = View{event.customer().session_id(), std::vector<std::string>(ids.begin(), ids.end())};
  } else {
    return rpc::Invalid(field + ".payload", "is required: order, order_return or view");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Event> ReadEvent(std::string_view field, const pb::Event& event,
                                std::string_view store_currency, absl::Time now) {
  const std::string path(field);
  Event out;
  out.event_id = event.event_id();
  out.customer_id = event.customer().customer_id();
  if (!event.has_event_time()) return rpc::Invalid(path + ".event_time", "is required");
  const auto time = ReadTime(path + ".event_time", event.event_time());
  if (!time.ok()) return time.status();
  if (const absl::Status near = CheckEventTime(path + ".event_time", *time, now); !near.ok()) return near;
  out.time = *time;
  if (const absl::Status payload = ReadPayload(path, event, store_currency, out); !payload.ok())
    return payload;
  if (const absl::Status valid = ValidateEvent(out); !valid.ok()) return rpc::InvalidUnder(path, valid);
  return out;
}

}  // namespace awase
