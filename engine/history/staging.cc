#include "engine/history/staging.h"

#include <algorithm>
#include <bit>

namespace awase {
namespace {

constexpr size_t kFactsOfBlock = 1 << 17;
constexpr uint32_t kMostBlocks = 256;

}  // namespace

OwnerBlocks::OwnerBlocks(std::span<const uint32_t> customer_of, std::span<const Name> names, size_t facts)
    : customer_of_(customer_of), rank_of_(names.size()) {
  for (uint32_t rank = 0; rank < names.size(); ++rank) rank_of_[names[rank].number] = rank;
  const uint64_t most = std::min<uint64_t>(kMostBlocks, std::bit_ceil(facts / kFactsOfBlock + 1));
  while (uint64_t{owners()} >> shift_ >= most) ++shift_;
  anonymous_ = (owners() >> shift_) + 1;
}

void Stage::Write(const uint32_t* items, uint32_t stretch, uint32_t first_source, uint32_t first_item,
                  StagedSources& staged) {
  Group* const groups = &staged.At(stretch, 0);
  Order(staged.blocks, groups);
  // Written in order: what is read out of order is in the second-level cache.
  Source* const sources = staged.sources.data() + first_source;
  for (size_t k = 0; k < order_.size(); ++k) {
    sources[k] = sources_[order_[k]];
    ordered_[k] = sets_[order_[k]];
  }
  kernels::SortSets(ordered_, items, staged.items.data() + first_item);
  for (uint32_t block = 0, k = 0; block < staged.blocks.size(); ++block) {
    Group& group = groups[block];
    group.first_source = first_source + k;
    group.first_item = first_item;
    for (const uint32_t end = k + group.sources; k < end; ++k)
      first_item += sources[k].size = ordered_[k].size;
  }
  sources_.clear();
  sets_.clear();
}

void Stage::Order(const OwnerBlocks& blocks, Group* groups) {
  constexpr size_t kAhead = 16;
  blocks_.resize(sources_.size());
  order_.resize(sources_.size());
  ordered_.resize(sources_.size());
  next_.assign(blocks.size() + 1, 0);
  for (size_t s = 0; s < sources_.size(); ++s) {
    blocks.Fetch(sources_[std::min(s + kAhead, sources_.size() - 1)].number);
    sources_[s].owner = blocks.OwnerOf(sources_[s].number);
    blocks_[s] = static_cast<uint16_t>(blocks.BlockOf(sources_[s].owner));
    ++next_[blocks_[s] + 1];
  }
  for (uint32_t block = 0; block < blocks.size(); ++block) {
    groups[block].sources = next_[block + 1];
    next_[block + 1] += next_[block];
  }
  for (uint32_t s = 0; s < sources_.size(); ++s) order_[next_[blocks_[s]]++] = s;
}

}  // namespace awase
