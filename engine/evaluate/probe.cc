#include "engine/evaluate/probe.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "engine/evaluate/draw.h"

namespace awase {
namespace {

constexpr Protocol kProtocols[] = {Protocol::kCart, Protocol::kCartHalf, Protocol::kItemPage,
                                   Protocol::kSession, Protocol::kNextBasket};

// The first `wanted` of a shuffle of 0..n-1.
std::vector<uint32_t> DrawPositions(uint32_t n, uint32_t wanted, Draw& draw) {
  std::vector<uint32_t> positions(n);
  for (uint32_t i = 0; i < n; ++i) positions[i] = i;
  wanted = std::min(wanted, n);
  for (uint32_t i = 0; i < wanted; ++i) std::swap(positions[i], positions[i + draw.Below(n - i)]);
  positions.resize(wanted);
  return positions;
}

// Asks the baskets of one world one after the other.
class Asker {
 public:
  Asker(const World& world, const FactTable& facts, const ProbeOptions& options)
      : world_(world), facts_(facts), options_(options), seen_(world.known.items(), false) {
    for (const ItemId item : world.known.orders().by_unit.values) seen_[Index(item)] = true;
    if (options.protocol == Protocol::kSession) ReadAskedSequences();
  }

  ProbeSet Ask() {
    const Units& orders = world_.all.orders();
    std::vector<uint32_t> asked, first_of_owner(orders.size(), 0);
    for (uint32_t unit = 0; unit < orders.size(); ++unit) {
      const bool same_owner = unit > 0 && orders.owner[unit] == orders.owner[unit - 1];
      first_of_owner[unit] = same_owner ? first_of_owner[unit - 1] : unit;
      if (world_.split.role[orders.source[unit]] == world_.asked) asked.push_back(unit);
    }
    if (options_.max_baskets > 0 && asked.size() > options_.max_baskets) {
      Draw draw(options_.seed);
      std::vector<uint32_t> kept;
      for (const uint32_t at :
           DrawPositions(static_cast<uint32_t>(asked.size()), options_.max_baskets, draw)) {
        kept.push_back(asked[at]);
      }
      std::sort(kept.begin(), kept.end());
      asked = std::move(kept);
    }
    for (const uint32_t unit : asked) AskUnit(unit, first_of_owner[unit]);
    return std::move(set_);
  }

 private:
  void ReadAskedSequences() {
    std::vector<bool> wanted(facts_.orders.size());
    for (uint32_t order = 0; order < wanted.size(); ++order)
      wanted[order] = world_.split.role[order] == world_.asked;
    sequences_ = ReadSequences(facts_, world_.all, wanted);
  }

  // Appends the sets of items that count as the past of a basket.
  void AddPast(uint32_t unit, uint32_t first_of_owner) {
    const Units& orders = world_.all.orders();
    for (uint32_t earlier = first_of_owner;
         earlier < orders.size() && orders.owner[earlier] == orders.owner[unit]; ++earlier) {
      if (earlier == unit) continue;
      const Role role = world_.split.role[orders.source[earlier]];
      const bool before = world_.split.options.kind == SplitKind::kRandom
                              ? role != Role::kNone && role < world_.asked
                              : orders.time[earlier] < orders.time[unit];
      if (before) set_.past.push_back(orders.by_unit[BasketId{earlier}]);
    }
  }

  void AskUnit(uint32_t unit, uint32_t first_of_owner) {
    const Units& orders = world_.all.orders();
    if (options_.protocol == Protocol::kSession) return AskSession(unit);
    std::vector<ItemId> items;
    for (const ItemId item : orders.by_unit[BasketId{unit}]) {
      if (seen_[Index(item)]) items.push_back(item);
    }
    const bool next_basket = options_.protocol == Protocol::kNextBasket;
    if (items.size() < (next_basket ? 1 : 2)) return;
    const bool known = orders.owner[unit] < orders.known_owners;
    const auto past_begin = static_cast<uint32_t>(set_.past.size());
    if (known) AddPast(unit, first_of_owner);
    const auto past_end = static_cast<uint32_t>(set_.past.size());
    if (next_basket && past_begin == past_end) return;

    const auto first = static_cast<uint32_t>(set_.probes.size());
    AskItems(items, unit);
    const auto asked = static_cast<uint32_t>(set_.probes.size()) - first;
    for (uint32_t q = first; q < first + asked; ++q) {
      set_.probes[q].basket = static_cast<uint32_t>(set_.baskets.size());
      set_.probes[q].past_begin = past_begin;
      set_.probes[q].past_end = past_end;
    }
    set_.baskets.push_back({orders.owner[unit], known, static_cast<uint32_t>(items.size()), first, asked});
  }

  void AskItems(const std::vector<ItemId>& items, uint32_t unit) {
    const auto n = static_cast<uint32_t>(items.size());
    Draw draw(options_.seed, facts_.orders[world_.all.orders().source[unit]]);
    switch (options_.protocol) {
      case Protocol::kCart:
        for (const uint32_t hidden : DrawPositions(n, options_.max_positions, draw))
          AskHiding(items, {hidden});
        break;
      case Protocol::kCartHalf:
        AskHiding(items, DrawPositions(n, n / 2, draw));
        break;
      case Protocol::kItemPage:
        for (const uint32_t shown : DrawPositions(n, options_.max_positions, draw)) AskShowing(items, shown);
        break;
      case Protocol::kNextBasket: {
        Probe probe{};
        for (const ItemId item : set_.past.back()) {
          if (seen_[Index(item)]) probe.anchors.push_back(item);
        }
        probe.relevant = items;
        probe.hits_among = n;
        set_.probes.push_back(std::move(probe));
        break;
      }
      case Protocol::kSession:
        break;
    }
  }

  void AskHiding(const std::vector<ItemId>& items, std::vector<uint32_t> hidden) {
    std::sort(hidden.begin(), hidden.end());
    Probe probe{};
    for (uint32_t i = 0; i < items.size(); ++i) {
      (std::binary_search(hidden.begin(), hidden.end(), i) ? probe.relevant : probe.anchors)
          .push_back(items[i]);
    }
    probe.excluded = probe.anchors;
    probe.hits_among = static_cast<uint32_t>(probe.relevant.size());
    set_.probes.push_back(std::move(probe));
  }

  void AskShowing(const std::vector<ItemId>& items, uint32_t shown) {
    Probe probe{};
    probe.anchors = probe.excluded = {items[shown]};
    for (uint32_t i = 0; i < items.size(); ++i) {
      if (i != shown) probe.relevant.push_back(items[i]);
    }
    probe.hits_among = static_cast<uint32_t>(probe.relevant.size());
    set_.probes.push_back(std::move(probe));
  }

  void AskSession(uint32_t unit) {
    const Units& orders = world_.all.orders();
    // Views of items without training stay in the reference protocol: they cannot be hit, and every view is
    // judged.
    std::vector<ItemId>& views = sequences_[orders.source[unit]];
    if (views.size() < 2) return;
    set_.sequences.push_back(std::move(views));
    const std::vector<ItemId>& sequence = set_.sequences.back();
    const auto past_begin = static_cast<uint32_t>(set_.past.size());
    for (const ItemId& view : sequence) set_.past.emplace_back(&view, 1);
    const auto size = static_cast<uint32_t>(orders.by_unit[BasketId{unit}].size());
    for (uint32_t shown = 1; shown < sequence.size(); ++shown) {
      Probe probe{};
      probe.basket = static_cast<uint32_t>(set_.baskets.size());
      probe.anchors = probe.excluded = {sequence[shown - 1]};
      for (size_t next = shown; next < sequence.size(); ++next) {
        const auto& relevant = probe.relevant;
        if (std::find(relevant.begin(), relevant.end(), sequence[next]) == relevant.end()) {
          probe.relevant.push_back(sequence[next]);
        }
      }
      probe.past_begin = past_begin;
      probe.past_end = past_begin + shown - 1;
      // The published figures are means over steps, so each step is a basket of its own here, clustered by
      // session.
      set_.baskets.push_back({orders.owner[unit], orders.owner[unit] < orders.known_owners, size,
                              static_cast<uint32_t>(set_.probes.size()), 1});
      set_.probes.push_back(std::move(probe));
    }
  }

  const World& world_;
  const FactTable& facts_;
  const ProbeOptions& options_;
  std::vector<bool> seen_;  // by item: in training
  std::vector<std::vector<ItemId>> sequences_;
  ProbeSet set_;
};

}  // namespace

std::string_view Name(Protocol protocol) {
  switch (protocol) {
    case Protocol::kCart:
      return "cart";
    case Protocol::kCartHalf:
      return "cart-half";
    case Protocol::kItemPage:
      return "item-page";
    case Protocol::kSession:
      return "session";
    case Protocol::kNextBasket:
      return "next-basket";
  }
  return "";
}

absl::StatusOr<Protocol> ParseProtocol(std::string_view name) {
  for (const Protocol protocol : kProtocols) {
    if (name == Name(protocol)) return protocol;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "protocol: must be cart, cart-half, item-page, session or next-basket, got '", std::string(name), "'"));
}

absl::StatusOr<World> MakeWorld(const FactTable& facts, const Split& split, Role asked,
                                std::span<const std::string> non_product_patterns) {
  HistoryOptions options;
  options.returns = HistoryOptions::Returns::kIgnore;
  options.non_product_patterns.assign(non_product_patterns.begin(), non_product_patterns.end());
  absl::StatusOr<History> all = History::Build(facts, options);
  if (!all.ok()) return all.status();
  std::vector<std::string> ids;
  for (uint32_t item = 0; item < all->items(); ++item) ids.push_back(all->item_id(ItemId{item}));
  const FactTable before = KnownBefore(facts, split, asked);
  absl::StatusOr<History> known = History::Build(before, options, ids);
  if (!known.ok()) return known.status();
  if (known->orders().size() == 0)
    return absl::FailedPreconditionError("split: nothing is left for the training");
  std::vector<UnixSeconds> latest(facts.orders.size(), kNoTime);
  for (const LineFact& line : before.lines) {
    if (line.quantity > 0) latest[line.order] = std::max(latest[line.order], line.time);
  }
  return World{*std::move(all), *std::move(known), split, asked, std::move(latest)};
}

ProbeSet MakeProbes(const World& world, const FactTable& facts, const ProbeOptions& options) {
  return Asker(world, facts, options).Ask();
}

FactTable SessionsAsOrders(const FactTable& facts) {
  FactTable out;
  out.items = facts.items;
  out.orders = facts.sessions;
  out.order_customer.assign(facts.sessions.size(), kAnonymous);
  for (const ViewFact& view : facts.views) out.lines.push_back({view.session, view.item, 1, view.time});
  return out;
}

std::vector<std::vector<ItemId>> ReadSequences(const FactTable& facts, const History& numbers,
                                               const std::vector<bool>& wanted) {
  std::vector<std::optional<ItemId>> number(facts.items.size());
  for (uint32_t item = 0; item < numbers.items(); ++item) {
    if (const auto fact = facts.items.Find(numbers.item_id(ItemId{item}))) number[*fact] = ItemId{item};
  }
  std::vector<std::vector<std::pair<UnixSeconds, ItemId>>> timed(facts.orders.size());
  for (const LineFact& line : facts.lines) {
    if (line.quantity > 0 && wanted[line.order] && number[line.item]) {
      timed[line.order].emplace_back(line.time, *number[line.item]);
    }
  }
  std::vector<std::vector<ItemId>> sequences(timed.size());
  for (size_t order = 0; order < timed.size(); ++order) {
    std::stable_sort(timed[order].begin(), timed[order].end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [time, item] : timed[order]) sequences[order].push_back(item);
  }
  return sequences;
}

}  // namespace awase
