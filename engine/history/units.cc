#include "engine/history/units.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>

#include "engine/history/sorting.h"

namespace awase {
namespace {

// Sets are small: insertion beats everything below this size.
constexpr size_t kSmallSet = 40;

// Sorted and without repetitions; returns how many stay at the front.
uint32_t SortSet(ItemId* items, size_t size) {
  if (size <= kSmallSet) {
    for (size_t i = 1; i < size; ++i) {
      const ItemId item = items[i];
      size_t at = i;
      for (; at > 0 && Index(items[at - 1]) > Index(item); --at) items[at] = items[at - 1];
      items[at] = item;
    }
  } else {
    std::sort(items, items + size, [](ItemId a, ItemId b) { return Index(a) < Index(b); });
  }
  return static_cast<uint32_t>(std::unique(items, items + size) - items);
}

}  // namespace

std::vector<uint32_t> NumberUnits(const Sources& sources, const std::vector<uint32_t>& owner_of,
                                  uint32_t known_owners, const StringPool& names, Units& units) {
  std::vector<Keyed> entries;
  for (uint32_t source = 0; source < sources.lines.size(); ++source) {
    if (sources.lines[source] == 0) continue;
    const uint32_t owner = std::min(owner_of.empty() ? kNoNumber : owner_of[source], known_owners);
    entries.push_back({uint64_t{owner} << 32 | sources.earliest[source], source});
  }
  // Orders mostly arrive in order of time; then only owners are left to sort by.
  const bool in_time = std::is_sorted(entries.begin(), entries.end(), [](const Keyed& a, const Keyed& b) {
    return static_cast<uint32_t>(a.key) < static_cast<uint32_t>(b.key);
  });
  SortByKey(entries, in_time ? 32 : 0);
  std::vector<uint32_t> equal;
  for (size_t begin = 0; begin < entries.size();) {
    size_t end = begin + 1;
    while (end < entries.size() && entries[end].key == entries[begin].key) ++end;
    if (end - begin > 1) {
      equal.clear();
      for (size_t e = begin; e < end; ++e) equal.push_back(entries[e].number);
      SortByBytes(equal, [&](uint32_t source) { return names[source]; });
      for (size_t e = begin; e < end; ++e) entries[e].number = equal[e - begin];
    }
    begin = end;
  }

  std::vector<uint32_t> unit_of(sources.lines.size(), kNoNumber);
  units.known_owners = known_owners;
  units.owners = known_owners;
  units.owner.resize(entries.size());
  units.time.resize(entries.size());
  units.source.resize(entries.size());
  units.by_unit.offsets.resize(entries.size() + 1);
  for (uint32_t u = 0; u < entries.size(); ++u) {
    const uint32_t owner = static_cast<uint32_t>(entries[u].key >> 32);
    units.owner[u] = owner < known_owners ? owner : units.owners++;
    units.time[u] = static_cast<UnixSeconds>(entries[u].key);
    units.source[u] = entries[u].number;
    unit_of[entries[u].number] = u;
    units.by_unit.offsets[u + 1] = units.by_unit.offsets[u] + sources.lines[entries[u].number];
  }
  return unit_of;
}

uint64_t SortUnits(Units& units) {
  std::vector<uint64_t>& offsets = units.by_unit.offsets;
  std::vector<ItemId>& items = units.by_unit.values;
  std::vector<uint32_t> sizes(units.size());
  tbb::parallel_for(tbb::blocked_range<uint32_t>(0, units.size(), 4096),
                    [&](const tbb::blocked_range<uint32_t>& range) {
                      for (uint32_t u = range.begin(); u < range.end(); ++u) {
                        sizes[u] = SortSet(items.data() + offsets[u], offsets[u + 1] - offsets[u]);
                      }
                    });
  // Forward only, so that no unit is overwritten before it has moved.
  uint64_t end = 0;
  for (uint32_t u = 0; u < units.size(); ++u) {
    const uint64_t begin = offsets[u];
    offsets[u] = end;
    if (begin != end) std::copy_n(items.begin() + begin, sizes[u], items.begin() + end);
    end += sizes[u];
  }
  const uint64_t dropped = items.size() - end;
  offsets[units.size()] = end;
  items.resize(end);
  return dropped;
}

}  // namespace awase
