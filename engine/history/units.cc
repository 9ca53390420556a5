#include "engine/history/units.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>

#include "engine/base/large_vector.h"
#include "engine/history/sorting.h"
#include "engine/kernels/small_sets.h"

namespace awase {
namespace {

constexpr size_t kFewSources = 64;
constexpr uint32_t kAhead = 16;  // sources that are fetched before they are needed

// A source of a block, and where its set begins.
struct Placed {
  uint32_t number;
  UnixSeconds time;
  kernels::Set set;
};

// By time, then by the bytes of the names. Numbers are places in `placed`.
void SortSources(LargeVector<Keyed>& sources, const Placed* placed, const StringPool& names) {
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
    for (size_t s = begin; s < end; ++s)
      equal.push_back({names[placed[sources[s].number].number], sources[s].number});
    SortByBytes(equal);
    for (size_t s = begin; s < end; ++s) sources[s].number = equal[s - begin].number;
  }
}

// Writes units one behind the other from their place on; sets are fetched some units before they are copied.
class UnitWriter {
 public:
  UnitWriter(const uint32_t* items, std::span<const uint32_t> number_of, const Extent& begin, Units& units)
      : items_(items),
        number_of_(number_of),
        units_(units),
        at_(begin),
        copied_(units.by_unit.values.data() + begin.items) {}

  void Write(uint32_t owner, const Placed& source) {
    __builtin_prefetch(items_ + source.set.begin);
    __builtin_prefetch(items_ + source.set.begin + source.set.size - 1);
    units_.owner[at_.units] = owner;
    units_.time[at_.units] = source.time;
    units_.source[at_.units] = source.number;
    at_.items += source.set.size;
    units_.by_unit.offsets[++at_.units] = at_.items;
    sets_[waiting_] = source.set;
    if (++waiting_ < sets_.size()) return;
    Copy(kAtOnce);
    std::copy_n(sets_.begin() + kAtOnce, kAtOnce, sets_.begin());
    waiting_ = kAtOnce;
  }
  void Finish() { Copy(waiting_); }

 private:
  static constexpr uint32_t kAtOnce = 32;

  void Copy(uint32_t sets) {
    const uint32_t* const number_of = number_of_.empty() ? nullptr : number_of_.data();
    copied_ = reinterpret_cast<ItemId*>(kernels::GatherSets(
        {sets_.data(), sets}, items_, number_of, reinterpret_cast<kernels::Counter<4>::Word*>(copied_)));
  }

  const uint32_t* const items_;
  const std::span<const uint32_t> number_of_;
  Units& units_;
  Extent at_;
  ItemId* copied_;  // behind the last set that is
  uint32_t waiting_ = 0;
  std::array<kernels::Set, 2 * kAtOnce> sets_;
};

// Puts the sources of one block after the other in order. Keeps its memory for the next one.
class BlockSorter {
 public:
  BlockSorter(const StagedSources& staged, const Buyers& buyers, const StringPool& names)
      : staged_(staged), buyers_(buyers), names_(names) {}

  void Write(uint32_t block, std::span<const uint32_t> number_of, Units& units) {
    const bool anonymous = block == staged_.blocks.anonymous();
    const uint32_t first = anonymous ? kNoNumber : staged_.blocks.Begin(block);
    Place(block, first);
    UnitWriter writer(staged_.items.data(), number_of, buyers_.begins[block], units);
    uint32_t owner = buyers_.owners[block], begin = 0;
    for (const uint32_t end : ends_) {
      if (end == begin) continue;
      WriteOwner(begin, end, owner, anonymous, writer);
      begin = end;
      ++owner;
    }
    writer.Finish();
  }

 private:
  // By owner, from `first` on; fills the end of each one's.
  void Place(uint32_t block, uint32_t first) {
    const uint32_t owners = first == kNoNumber ? 1 : staged_.blocks.Begin(block + 1) - first;
    placed_.resize(buyers_.begins[block + 1].units - buyers_.begins[block].units);
    ends_.assign(owners, 0);
    for (uint32_t owner = 0, at = 0; first != kNoNumber && owner < owners; ++owner) {
      ends_[owner] = at;
      at += buyers_.known[first + owner];
    }
    for (uint32_t stretch = 0; stretch < staged_.stretches(); ++stretch) {
      const Group& group = staged_.At(stretch, block);
      uint32_t item = group.first_item;
      for (uint32_t s = group.first_source; s < group.first_source + group.sources; ++s) {
        const Source& source = staged_.sources[s];
        __builtin_prefetch(staged_.items.data() + item, 0, 2);
        placed_[ends_[source.owner - first]++] = {source.number, source.earliest, {item, source.size}};
        item += source.size;
      }
    }
  }

  void WriteOwner(uint32_t begin, uint32_t end, uint32_t owner, bool each_anew, UnitWriter& writer) {
    bool in_order = true;  // mostly they arrive in order of time
    for (uint32_t at = begin + 1; at < end; ++at) in_order &= placed_[at - 1].time < placed_[at].time;
    if (in_order) {
      for (uint32_t at = begin; at < end; ++at, owner += each_anew) writer.Write(owner, placed_[at]);
      return;
    }
    sources_.clear();
    for (uint32_t at = begin; at < end; ++at) sources_.push_back({placed_[at].time, at});
    SortSources(sources_, placed_.data(), names_);
    for (size_t s = 0; s < sources_.size(); ++s, owner += each_anew) {
      __builtin_prefetch(&placed_[sources_[std::min<size_t>(s + kAhead, sources_.size() - 1)].number]);
      writer.Write(owner, placed_[sources_[s].number]);
    }
  }

  const StagedSources& staged_;
  const Buyers& buyers_;
  const StringPool& names_;
  std::vector<uint32_t> ends_;  // by owner of the block
  LargeVector<Placed> placed_;  // by owner
  LargeVector<Keyed> sources_;  // of one owner
};

}  // namespace

Buyers CountBuyers(const StagedSources& staged) {
  const OwnerBlocks& blocks = staged.blocks;
  Buyers buyers{std::vector<uint32_t>(blocks.owners()), std::vector<Extent>(blocks.size() + 1),
                std::vector<uint32_t>(blocks.size() + 1)};
  tbb::parallel_for(uint32_t{0}, blocks.size(), [&](uint32_t block) {
    Extent all;
    uint32_t owners = 0;
    for (uint32_t stretch = 0; stretch < staged.stretches(); ++stretch) {
      const Group& group = staged.At(stretch, block);
      for (uint32_t s = group.first_source; s < group.first_source + group.sources; ++s) {
        const Source& source = staged.sources[s];
        all.items += source.size;
        if (block != blocks.anonymous()) owners += buyers.known[source.owner]++ == 0;
      }
      all.units += group.sources;
    }
    buyers.begins[block + 1] = all;
    buyers.owners[block + 1] = owners;
  });
  for (uint32_t block = 0; block < blocks.size(); ++block) {
    buyers.begins[block + 1].units += buyers.begins[block].units;
    buyers.begins[block + 1].items += buyers.begins[block].items;
    buyers.owners[block + 1] += buyers.owners[block];
  }
  return buyers;
}

Units NumberUnits(const StagedSources& staged, const Buyers& buyers, const StringPool& names,
                  std::span<const uint32_t> number_of) {
  const uint32_t anonymous = staged.blocks.anonymous();
  const Extent all = buyers.begins.back();
  Units units;
  units.known_owners = buyers.owners.back();
  units.owners = units.known_owners + all.units - buyers.begins[anonymous].units;
  units.owner.resize(all.units);
  units.time.resize(all.units);
  units.source.resize(all.units);
  units.by_unit.offsets.resize(size_t{all.units} + 1);
  units.by_unit.values.resize(all.items);
  tbb::enumerable_thread_specific<BlockSorter> sorters([&] { return BlockSorter(staged, buyers, names); });
  tbb::parallel_for(uint32_t{0}, staged.blocks.size(),
                    [&](uint32_t block) { sorters.local().Write(block, number_of, units); });
  return units;
}

}  // namespace awase
