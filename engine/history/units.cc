#include "engine/history/units.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>

#include "engine/history/sorting.h"
#include "engine/kernels/small_sets.h"

namespace awase {
namespace {

constexpr size_t kFewSources = 64;
constexpr uint32_t kAhead = 16;  // sources whose place is fetched before it is needed

// By time, then by the bytes of the names.
void SortSources(std::vector<Keyed>& sources, const StringPool& names) {
  if (sources.size() > kFewSources) {
    SortByKey(sources);
  } else {
    std::sort(sources.begin(), sources.end(), [](const Keyed& a, const Keyed& b) { return a.key < b.key; });
  }
  std::vector<Name> equal;
  for (size_t begin = 0, end = 0; begin < sources.size(); begin = end) {
    for (end = begin + 1; end < sources.size() && sources[end].key == sources[begin].key;) ++end;
    if (end - begin == 1) continue;
    equal.clear();
    for (size_t s = begin; s < end; ++s) equal.push_back({names[sources[s].number], sources[s].number});
    SortByBytes(equal);
    for (size_t s = begin; s < end; ++s) sources[s].number = equal[s - begin].number;
  }
}

// Where the units of each owner and their items begin, and the end; anonymous ones stand together, last.
std::vector<Extent> OwnerBegins(std::span<const uint32_t> known, const Buyers& buyers) {
  std::vector<Extent> begins(1);
  begins.reserve(known.size() + 2);
  const auto add = [&](const Extent& more) {
    begins.push_back({begins.back().units + more.units, begins.back().items + more.items});
  };
  for (const uint32_t customer : known) add(buyers.known[customer]);
  add(buyers.anonymous);
  return begins;
}

// Sources that count, by owner, in order of arrival.
Buffer<uint32_t> SourcesByOwner(const SourceLines& reading, std::span<const uint32_t> customer_of,
                                std::span<const uint32_t> known, const std::vector<Extent>& begins,
                                size_t customers) {
  Buffer<uint32_t> by_owner(begins.back().units);
  std::vector<uint32_t> next(customers);
  for (size_t owner = 0; owner < known.size(); ++owner) next[known[owner]] = begins[owner].units;
  next.push_back(begins[known.size()].units);
  const auto next_of = [&](size_t source) -> uint32_t& {
    return next[customer_of.empty() ? customers : std::min<size_t>(customer_of[source], customers)];
  };
  const size_t last = reading.sources.size() - 1;
  for (uint32_t source = 0; source < reading.sources.size(); ++source) {
    __builtin_prefetch(&next_of(std::min<size_t>(source + 2 * kAhead, last)), 1);
    __builtin_prefetch(by_owner.data() + next_of(std::min<size_t>(source + kAhead, last)), 1);
    if (reading.sources[source].size > 0) by_owner[next_of(source)++] = source;
  }
  return by_owner;
}

// Writes units one behind the other from their place on; sets are fetched some units before they are copied.
class UnitWriter {
 public:
  UnitWriter(const SourceLines& reading, std::span<const uint32_t> number_of, const Extent& begin,
             Units& units)
      : reading_(reading),
        number_of_(number_of),
        units_(units),
        at_(begin),
        copied_(units.by_unit.values.data() + begin.items) {}

  void Write(uint32_t owner, uint32_t number) {
    const Source& source = reading_.sources[number];
    __builtin_prefetch(&reading_.items[source.begin]);
    __builtin_prefetch(&reading_.items[source.begin + source.size - 1]);
    units_.owner[at_.units] = owner;
    units_.time[at_.units] = source.earliest;
    units_.source[at_.units] = number;
    at_.items += source.size;
    units_.by_unit.offsets[++at_.units] = at_.items;
    sets_[waiting_] = {source.begin, source.size};
    if (++waiting_ < sets_.size()) return;
    Copy(kAtOnce);
    std::copy_n(sets_.begin() + kAtOnce, kAtOnce, sets_.begin());
    waiting_ = kAtOnce;
  }
  void Finish() { Copy(waiting_); }

 private:
  static constexpr uint32_t kAtOnce = 32;

  void Copy(uint32_t sets) {
    ItemId* const to = copied_;
    copied_ = reinterpret_cast<ItemId*>(kernels::GatherSets(
        {sets_.data(), sets}, reading_.items.data(), reinterpret_cast<kernels::Counter<4>::Word*>(to)));
    if (number_of_.empty()) return;
    for (ItemId* item = to; item < copied_; ++item) *item = ItemId{number_of_[Index(*item)]};
  }

  const SourceLines& reading_;
  const std::span<const uint32_t> number_of_;
  Units& units_;
  Extent at_;
  ItemId* copied_;  // behind the last set that is
  uint32_t waiting_ = 0;
  std::array<kernels::Set, 2 * kAtOnce> sets_;
};

}  // namespace

Buyers CountBuyers(const SourceLines& reading, std::span<const uint32_t> customer_of, uint32_t customers) {
  Buyers buyers{std::vector<Extent>(customers)};
  for (uint32_t source = 0; source < reading.sources.size(); ++source) {
    const Source& found = reading.sources[source];
    if (found.size == 0) continue;
    buyers.newest = std::max(buyers.newest, found.newest);
    const uint32_t customer = customer_of.empty() ? kAnonymous : customer_of[source];
    Extent& buyer = customer == kAnonymous ? buyers.anonymous : buyers.known[customer];
    ++buyer.units;
    buyer.items += found.size;
  }
  return buyers;
}

Units NumberUnits(const SourceLines& reading, std::span<const uint32_t> customer_of,
                  std::span<const uint32_t> known, const Buyers& buyers, const StringPool& names,
                  std::span<const uint32_t> number_of) {
  const std::vector<Extent> begins = OwnerBegins(known, buyers);
  const Buffer<uint32_t> by_owner = SourcesByOwner(reading, customer_of, known, begins, buyers.known.size());
  const auto groups = static_cast<uint32_t>(begins.size() - 1), size = begins.back().units;
  Units units;
  units.known_owners = static_cast<uint32_t>(known.size());
  units.owners = units.known_owners + buyers.anonymous.units;
  units.owner.resize(size);
  units.time.resize(size);
  units.source.resize(size);
  units.by_unit.offsets.resize(size_t{size} + 1);
  units.by_unit.values.resize(begins.back().items);
  using Range = tbb::blocked_range<uint32_t>;
  tbb::parallel_for(Range(0, groups, 1024), [&](const Range& range) {
    std::vector<Keyed> sources;
    UnitWriter writer(reading, number_of, begins[range.begin()], units);
    for (uint32_t group = range.begin(); group < range.end(); ++group) {
      sources.clear();
      bool in_order = true;  // mostly they arrive in order of time
      for (uint32_t at = begins[group].units; at < begins[group + 1].units; ++at) {
        __builtin_prefetch(&reading.sources[by_owner[std::min(at + kAhead, size - 1)]]);
        const uint32_t earliest = reading.sources[by_owner[at]].earliest;
        in_order = in_order && (sources.empty() || sources.back().key < earliest);
        sources.push_back({earliest, by_owner[at]});
      }
      if (!in_order) SortSources(sources, names);
      for (uint32_t s = 0; s < sources.size(); ++s)
        writer.Write(group < units.known_owners ? group : group + s, sources[s].number);
    }
    writer.Finish();
  });
  return units;
}

}  // namespace awase
