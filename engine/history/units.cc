#include "engine/history/units.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>

#include "engine/history/sorting.h"

namespace awase {
namespace {

constexpr size_t kFewSources = 64;
constexpr uint32_t kAhead = 16;  // sources whose place is fetched before it is needed

bool InTime(const std::vector<Keyed>& sources) {
  return std::is_sorted(sources.begin(), sources.end(),
                        [](const Keyed& a, const Keyed& b) { return a.key < b.key; });
}

// By time, then by the bytes of the names. They mostly arrive in order of time.
void SortSources(std::vector<Keyed>& sources, const StringPool& names) {
  if (!InTime(sources)) {
    if (sources.size() > kFewSources) {
      SortByKey(sources);
    } else {
      std::sort(sources.begin(), sources.end(), [](const Keyed& a, const Keyed& b) { return a.key < b.key; });
    }
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

// Where the units of each owner begin, and the end; anonymous ones stand together, last.
std::vector<uint32_t> OwnerBegins(std::span<const uint32_t> known, const Buyers& buyers) {
  std::vector<uint32_t> begins{0};
  begins.reserve(known.size() + 2);
  for (const uint32_t customer : known) begins.push_back(begins.back() + buyers.orders[customer]);
  begins.push_back(begins.back() + buyers.anonymous);
  return begins;
}

// Sources that count, by owner, in order of arrival.
Buffer<uint32_t> SourcesByOwner(const SourceLines& reading, std::span<const uint32_t> customer_of,
                                std::span<const uint32_t> known, const std::vector<uint32_t>& begins,
                                size_t customers) {
  Buffer<uint32_t> by_owner(begins.back());
  std::vector<uint32_t> next(customers);
  for (size_t owner = 0; owner < known.size(); ++owner) next[known[owner]] = begins[owner];
  uint32_t next_anonymous = begins[known.size()];
  for (uint32_t source = 0; source < reading.sources.size(); ++source) {
    if (reading.sources[source].lines == 0) continue;
    const uint32_t customer = customer_of.empty() ? kAnonymous : customer_of[source];
    by_owner[customer == kAnonymous ? next_anonymous++ : next[customer]++] = source;
  }
  return by_owner;
}

}  // namespace

Buyers CountBuyers(const SourceLines& reading, std::span<const uint32_t> customer_of, uint32_t customers) {
  Buyers buyers{std::vector<uint32_t>(customers)};
  for (uint32_t source = 0; source < reading.sources.size(); ++source) {
    const Source& found = reading.sources[source];
    if (found.lines == 0) continue;
    buyers.newest = std::max(buyers.newest, found.newest);
    const uint32_t customer = customer_of.empty() ? kAnonymous : customer_of[source];
    ++(customer == kAnonymous ? buyers.anonymous : buyers.orders[customer]);
  }
  return buyers;
}

Buffer<Run> NumberUnits(const SourceLines& reading, std::span<const uint32_t> customer_of,
                        std::span<const uint32_t> known, const Buyers& buyers, const StringPool& names,
                        Units& units) {
  const std::vector<uint32_t> begins = OwnerBegins(known, buyers);
  const Buffer<uint32_t> by_owner = SourcesByOwner(reading, customer_of, known, begins, buyers.orders.size());
  const auto groups = static_cast<uint32_t>(begins.size() - 1), size = begins.back();
  units.known_owners = static_cast<uint32_t>(known.size());
  units.owners = units.known_owners + buyers.anonymous;
  units.owner.resize(size);
  units.time.resize(size);
  units.source.resize(size);
  Buffer<Run> runs(size);
  using Range = tbb::blocked_range<uint32_t>;
  tbb::parallel_for(Range(0, groups, 1024), [&](const Range& range) {
    std::vector<Keyed> sources;
    for (uint32_t group = range.begin(); group < range.end(); ++group) {
      sources.clear();
      for (uint32_t at = begins[group]; at < begins[group + 1]; ++at) {
        __builtin_prefetch(&reading.sources[by_owner[std::min(at + kAhead, size - 1)]]);
        sources.push_back({reading.sources[by_owner[at]].earliest, by_owner[at]});
      }
      SortSources(sources, names);
      for (uint32_t at = begins[group]; at < begins[group + 1]; ++at) {
        const Keyed& source = sources[at - begins[group]];
        const Source& found = reading.sources[source.number];
        units.owner[at] = group < units.known_owners ? group : group + (at - begins[group]);
        units.time[at] = found.earliest;
        units.source[at] = source.number;
        runs[at] = {found.begin, found.lines};
      }
    }
  });
  return runs;
}

}  // namespace awase
