// What sources hold, staged so that all of one block of owners is found together.
#ifndef AWASE_ENGINE_HISTORY_STAGING_H_
#define AWASE_ENGINE_HISTORY_STAGING_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/buffer.h"
#include "engine/facts/fact_table.h"
#include "engine/history/counting.h"
#include "engine/history/sorting.h"
#include "engine/kernels/small_sets.h"

namespace awase {

// Customers by rank of their ids, cut into blocks whose units fit the second-level cache while they are put
// in order. Behind them stands one more block: that of all anonymous sources.
class OwnerBlocks {
 public:
  OwnerBlocks() = default;  // all sources are anonymous
  // `customer_of`: by source, kAnonymous when unknown. `names`: customers by rank.
  OwnerBlocks(std::span<const uint32_t> customer_of, std::span<const Name> names, size_t facts);

  uint32_t owners() const { return static_cast<uint32_t>(rank_of_.size()); }
  // With that of anonymous sources, the last.
  uint32_t size() const { return anonymous_ + 1; }
  uint32_t anonymous() const { return anonymous_; }
  // Rank of its customer; kNoNumber: anonymous.
  uint32_t OwnerOf(uint32_t source) const {
    const uint32_t customer = customer_of_.empty() ? kAnonymous : customer_of_[source];
    return customer == kAnonymous ? kNoNumber : rank_of_[customer];
  }
  // Asks for what OwnerOf will read.
  void Fetch(uint32_t source) const {
    const uint32_t customer = customer_of_.empty() ? kAnonymous : customer_of_[source];
    if (customer != kAnonymous) __builtin_prefetch(&rank_of_[customer]);
  }
  uint32_t BlockOf(uint32_t owner) const { return owner == kNoNumber ? anonymous_ : owner >> shift_; }
  // First owner of a block that is not the anonymous one, or the end of the last.
  uint32_t Begin(uint32_t block) const { return std::min(block << shift_, owners()); }

 private:
  std::span<const uint32_t> customer_of_;
  std::vector<uint32_t> rank_of_;  // by customer
  uint32_t shift_ = 0, anonymous_ = 0;
};

// A source of which something counts.
struct Source {
  uint32_t number;
  uint32_t owner;  // as OwnerBlocks has it
  uint32_t size;   // distinct items
  UnixSeconds earliest;
};

// Sources of one stretch of the facts and one block, and their sets: both one behind the other.
struct Group {
  uint32_t first_source, sources;
  uint32_t first_item;
};

struct StagedSources {
  OwnerBlocks blocks;
  Buffer<Source> sources;
  Buffer<uint32_t> items;     // ranks, ascending in each set
  std::vector<Group> groups;  // by stretch, then by block

  uint32_t stretches() const { return static_cast<uint32_t>(groups.size() / blocks.size()); }
  Group& At(uint32_t stretch, uint32_t block) { return groups[size_t{stretch} * blocks.size() + block]; }
  const Group& At(uint32_t stretch, uint32_t block) const {
    return groups[size_t{stretch} * blocks.size() + block];
  }
};

// Sources of one stretch on their way into their groups. Keeps its memory for the next stretch.
class Stage {
 public:
  // Of a source, whose items stand at items[begin .. begin + size) of what is given to Write.
  void Add(uint32_t number, const kernels::Set& unsorted, UnixSeconds earliest) {
    sources_.push_back({number, 0, 0, earliest});
    sets_.push_back(unsorted);
  }
  size_t size() const { return sources_.size(); }
  // Writes what was added from first_source and first_item on, and is then empty.
  void Write(const uint32_t* items, uint32_t stretch, uint32_t first_source, uint32_t first_item,
             StagedSources& staged);

 private:
  // By block, and how many each has.
  void Order(const OwnerBlocks& blocks, Group* groups);

  std::vector<Source> sources_;
  std::vector<kernels::Set> sets_;
  std::vector<uint16_t> blocks_;  // by source
  std::vector<uint32_t> next_;    // by block: place of the next source
  std::vector<uint32_t> order_;
  std::vector<kernels::Set> ordered_;
};

}  // namespace awase

#endif  // AWASE_ENGINE_HISTORY_STAGING_H_
