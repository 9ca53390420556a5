#include "engine/facts/facts.h"

#include "absl/strings/str_cat.h"

#include "engine/base/plain_text.h"

namespace awase {
namespace {

constexpr size_t kMaxTextBytes = 1000;
constexpr size_t kMaxAttributes = 64;

absl::Status Wrong(std::string_view field, std::string_view what, std::string_view got) {
  return absl::InvalidArgumentError(std::string(field) + ": " + std::string(what) + ", got '" +
                                    std::string(got.substr(0, 200)) + "'");
}

// Length of the UTF-8 sequence at text[at]; 0 when it is not valid (overlong forms and surrogates included).
size_t Utf8Length(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xC2 && lead < 0xE0   ? 2
                        : (lead & 0xF0) == 0xE0       ? 3
                        : lead >= 0xF0 && lead < 0xF5 ? 4
                                                      : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  }
  const unsigned char second = byte(at + 1);
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second >= 0xA0) ||
      (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second >= 0x90)) {
    return 0;
  }
  return length;
}

// Valid UTF-8 without control characters, tab and line breaks included.
absl::Status ValidateText(std::string_view field, std::string_view text, size_t max_bytes) {
  if (text.size() > max_bytes)
    return Wrong(field, absl::StrCat("is longer than ", max_bytes, " bytes"), text);
  if (IsPlainText(text)) return absl::OkStatus();
  for (size_t i = 0; i < text.size();) {
    const size_t length = Utf8Length(text, i);
    if (length == 0) return absl::InvalidArgumentError(std::string(field) + ": is not valid UTF-8");
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7F)
      return absl::InvalidArgumentError(std::string(field) + ": holds a control character");
    i += length;
  }
  return absl::OkStatus();
}

absl::Status ValidatePrice(std::string_view field, Micros price) {
  if (price == kNoPrice) return absl::OkStatus();
  if (price < 0) return Wrong(field, "is negative", FormatPrice(price));
  if (price > kMaxPrice) return Wrong(field, "is beyond the limit", FormatPrice(price));
  return absl::OkStatus();
}

absl::Status ValidateLines(const std::vector<OrderLine>& lines) {
  if (lines.size() > kMaxEventLines)
    return Wrong("lines", "has more than 1000 entries", absl::StrCat(lines.size()));
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string at = absl::StrCat("lines[", i, "].");
    if (absl::Status status = ValidateId(at + "item_id", lines[i].item_id); !status.ok()) return status;
    if (lines[i].quantity < 1 || lines[i].quantity > kMaxQuantity) {
      return Wrong(at + "quantity", "must lie in 1..1000000", absl::StrCat(lines[i].quantity));
    }
    if (absl::Status status = ValidatePrice(at + "unit_price", lines[i].unit_price); !status.ok())
      return status;
  }
  return absl::OkStatus();
}

absl::Status Validate(const Order& order) {
  if (absl::Status status = ValidateId("order_id", order.order_id); !status.ok()) return status;
  if (order.lines.empty()) return absl::InvalidArgumentError("lines: is empty");
  return ValidateLines(order.lines);
}

absl::Status Validate(const Return& back) {
  if (back.order_id.empty() && back.lines.empty()) {
    return absl::InvalidArgumentError("lines: is empty, and there is no order_id to take back as a whole");
  }
  if (!back.order_id.empty()) {
    if (absl::Status status = ValidateId("order_id", back.order_id); !status.ok()) return status;
  }
  return ValidateLines(back.lines);
}

absl::Status Validate(const View& view) {
  if (absl::Status status = ValidateId("session_id", view.session_id); !status.ok()) return status;
  if (view.item_ids.empty()) return absl::InvalidArgumentError("item_ids: is empty");
  if (view.item_ids.size() > kMaxEventLines) {
    return Wrong("item_ids", "has more than 1000 entries", absl::StrCat(view.item_ids.size()));
  }
  for (size_t i = 0; i < view.item_ids.size(); ++i) {
    if (absl::Status status = ValidateId(absl::StrCat("item_ids[", i, "]"), view.item_ids[i]); !status.ok())
      return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateId(std::string_view field, std::string_view id) {
  if (id.empty()) return absl::InvalidArgumentError(std::string(field) + ": is empty");
  if (id.front() == ' ' || id.back() == ' ') return Wrong(field, "has surrounding spaces", id);
  return ValidateText(field, id, kMaxIdBytes);
}

absl::Status ValidateItem(const Item& item) {
  if (absl::Status status = ValidateId("item_id", item.id); !status.ok()) return status;
  for (size_t i = 0; i < item.titles.size(); ++i) {
    if (i > 0 && item.titles[i - 1].first >= item.titles[i].first) {
      return Wrong("titles", "are not sorted by language or name one twice", item.titles[i].first);
    }
    if (absl::Status status = ValidateText("title", item.titles[i].second, kMaxTextBytes); !status.ok())
      return status;
  }
  if (absl::Status status = ValidateText("category", item.category, kMaxTextBytes); !status.ok())
    return status;
  if (absl::Status status = ValidatePrice("price", item.price); !status.ok()) return status;
  if (absl::Status status = ValidateText("group", item.group, kMaxIdBytes); !status.ok()) return status;
  if (item.attributes.size() > kMaxAttributes) {
    return Wrong("attributes", "has more than 64 entries", absl::StrCat(item.attributes.size()));
  }
  for (size_t i = 0; i < item.attributes.size(); ++i) {
    const auto& [name, value] = item.attributes[i];
    if (i > 0 && item.attributes[i - 1].first >= name)
      return Wrong("attributes", "are not sorted or name one twice", name);
    if (absl::Status status = ValidateId("attributes", name); !status.ok()) return status;
    if (absl::Status status = ValidateText("attributes." + name, value, kMaxTextBytes); !status.ok())
      return status;
  }
  return absl::OkStatus();
}

absl::Status ValidateEvent(const Event& event) {
  if (absl::Status status = ValidateId("event_id", event.event_id); !status.ok()) return status;
  if (!event.customer_id.empty()) {
    if (absl::Status status = ValidateId("customer_id", event.customer_id); !status.ok()) return status;
  }
  if (event.time == kNoTime) return absl::InvalidArgumentError("event_time: is missing");
  if (const auto* back = std::get_if<Return>(&event.payload);
      back != nullptr && back->order_id.empty() && event.customer_id.empty()) {
    return absl::InvalidArgumentError("order_id: a return needs the order or the customer, got neither");
  }
  return std::visit([](const auto& payload) { return Validate(payload); }, event.payload);
}

}  // namespace awase
