// What happened, as plain structs: the type at the door of intake and of the ledger.
#ifndef AWASE_ENGINE_FACTS_FACTS_H_
#define AWASE_ENGINE_FACTS_FACTS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"

#include "engine/base/money.h"
#include "engine/base/time.h"

namespace awase {

inline constexpr size_t kMaxIdBytes = 128;
inline constexpr int32_t kMaxQuantity = 1'000'000;
inline constexpr size_t kMaxEventLines = 1000;

// A sellable item.
struct Item {
  std::string id;
  // (BCP 47 tag, title); tag "" is the title for every other language. Sorted by tag, each tag once.
  std::vector<std::pair<std::string, std::string>> titles;
  std::string category;  // path, "home/kitchen/knives"; may be empty
  Micros price = kNoPrice;
  std::string group;       // variants and versions of one product share it; may be empty
  bool available = true;   // on sale
  bool repeatable = true;  // may be recommended to owners
  std::vector<std::pair<std::string, std::string>> attributes;  // sorted by name, each name once

  friend bool operator==(const Item&, const Item&) = default;
};

struct OrderLine {
  std::string item_id;
  int32_t quantity = 1;  // >= 1
  Micros unit_price = kNoPrice;
};

// A paid order.
struct Order {
  std::string order_id;
  std::vector<OrderLine> lines;
};

// Lines sent back. Without order_id the latest earlier purchases of the customer are taken back; without
// lines the whole order.
struct Return {
  std::string order_id;
  std::vector<OrderLine> lines;
};

// Detail pages seen in one session, in order.
struct View {
  std::string session_id;
  std::vector<std::string> item_ids;
};

// One thing that happened; event_id counts once.
struct Event {
  std::string event_id;
  UnixSeconds time = kNoTime;
  std::string customer_id;  // empty: anonymous
  std::variant<Order, Return, View> payload;
};

// One line of an orders file: a purchase (quantity > 0) or a return (quantity < 0).
struct OrderRow {
  std::string_view order_id;
  std::string_view customer_id;  // empty: anonymous
  UnixSeconds time = kNoTime;
  std::string_view item_id;
  int32_t quantity = 1;
  Micros unit_price = kNoPrice;
  // 0 for the first exact copy of this line inside its order, 1 for the second...
  uint32_t occurrence = 0;
  uint64_t line = 0;  // where it stands in its file, 1-based, for messages; 0 elsewhere
};

// One line of a views file.
struct ViewRow {
  std::string_view session_id;
  std::string_view customer_id;
  UnixSeconds time = kNoTime;
  std::string_view item_id;
  uint32_t occurrence = 0;
  uint64_t line = 0;
};

// 1..kMaxIdBytes bytes of valid UTF-8 without control characters or surrounding white space.
// Errors: INVALID_ARGUMENT "<field>: ..., got '...'".
absl::Status ValidateId(std::string_view field, std::string_view id);
// Every field of an item, named as in the item file: INVALID_ARGUMENT "price: is negative, got -3".
absl::Status ValidateItem(const Item& item);
// Every field of an event, apart from bounds on its time, which depend on where it comes from.
absl::Status ValidateEvent(const Event& event);

}  // namespace awase

#endif  // AWASE_ENGINE_FACTS_FACTS_H_
