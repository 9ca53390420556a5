// What is asked of every method, and what would have been right.
#ifndef AWASE_ENGINE_EVALUATE_PROBE_H_
#define AWASE_ENGINE_EVALUATE_PROBE_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "engine/base/ids.h"
#include "engine/evaluate/split.h"
#include "engine/facts/fact_table.h"
#include "engine/history/history.h"

namespace awase {

enum class Protocol : uint8_t { kCart, kCartHalf, kItemPage, kSession, kNextBasket };
std::string_view Name(Protocol protocol);                       // "cart"
absl::StatusOr<Protocol> ParseProtocol(std::string_view name);  // INVALID_ARGUMENT lists the known ones

// The facts cut in two. Item numbers of both histories are the same.
struct World {
  History all;    // everything, returns dropped
  History known;  // what lies before the part that is asked
  Split split;
  Role asked = Role::kTest;
  std::vector<UnixSeconds> latest;  // by FactTable::orders: newest line that is known
};
// Errors: those of History::Build; FAILED_PRECONDITION when nothing lies before the part.
absl::StatusOr<World> MakeWorld(const FactTable& facts, const Split& split, Role asked,
                                std::span<const std::string> non_product_patterns);

// A ranking is wanted of all items but `excluded`.
struct Probe {
  uint32_t basket;  // number in ProbeSet::baskets
  // Distinct, ascending: the rest of the cart, the item of the page, the item last viewed, the last order.
  std::vector<ItemId> anchors;
  std::vector<ItemId> excluded;  // ascending; never a result and never relevant
  std::vector<ItemId> relevant;  // what was bought or viewed; distinct; a session's in order of its views
  uint32_t hits_among = 1;       // HR and MRR look at the first so many of `relevant`
  uint32_t past_begin = 0;       // past: ProbeSet::past[past_begin .. past_end)
  uint32_t past_end = 0;
};

// One order, or one step of a session, that is asked. Weighs 1, whatever the number of its probes.
struct AskedBasket {
  uint32_t owner;        // in World::all: cluster of the bootstrap
  bool known;            // the customer is
  uint32_t items;        // distinct items left
  uint32_t first_probe;  // in ProbeSet::probes
  uint32_t probes;
};

// Views into the world that it was asked of, and into `sequences`.
struct ProbeSet {
  std::vector<AskedBasket> baskets;
  std::vector<Probe> probes;  // those of one basket are contiguous
  // Sets of items, oldest first: the customer's earlier orders; in a session the views before the last one,
  // one by one.
  std::vector<std::span<const ItemId>> past;
  std::vector<std::vector<ItemId>> sequences;  // session: by basket, its views in time order with repeats

  std::span<const std::span<const ItemId>> PastOf(const Probe& probe) const {
    return {past.data() + probe.past_begin, past.data() + probe.past_end};
  }
};

struct ProbeOptions {
  Protocol protocol = Protocol::kCart;
  uint64_t seed = 1;           // of the positions that are hidden
  uint32_t max_positions = 3;  // cart, item-page: positions drawn of a basket
  uint32_t max_baskets = 0;    // 0: all; otherwise so many drawn with the seed
};

// The probes of the part that is asked, baskets in the order of their owners and times. Items never seen in
// `world.known` are dropped from a basket; what is left must hold 2 items (next-basket: 1 item and 1 earlier
// order; session: 2 views).
//   cart         a drawn item is hidden, the others are in the cart
//   cart-half    a drawn half (rounded down) is hidden
//   item-page    a drawn item is looked at, the others are relevant
//   session      after each view but the last: the next views are relevant, the first of them for HR and MRR;
//   only the item last
//                viewed is excluded
//   next-basket  nothing in the cart, all items are relevant, also those bought before; the anchors are the
//                last earlier order's
// The past: orders of the customer strictly earlier in time, earlier asked baskets included; in a random
// split those learnt from.
ProbeSet MakeProbes(const World& world, const FactTable& facts, const ProbeOptions& options);

// Sessions as orders: one order a session, one line a view, so that every protocol can be asked of views.
FactTable SessionsAsOrders(const FactTable& facts);

// The lines of each order in time order (lines of one second in order of arrival), with repeats. By
// FactTable::orders; item numbers of `numbers`; orders whose `wanted` is false stay empty.
std::vector<std::vector<ItemId>> ReadSequences(const FactTable& facts, const History& numbers,
                                               const std::vector<bool>& wanted);

}  // namespace awase

#endif  // AWASE_ENGINE_EVALUATE_PROBE_H_
