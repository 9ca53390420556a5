#include "engine/history/staging.h"

#include <algorithm>
#include <bit>
#include <utility>

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
  const OwnerBlocks& blocks = staged.blocks;
  Group* const groups = &staged.At(stretch, 0);
  blocks_.resize(sources_.size());
  next_.assign(blocks.size(), 0);
  for (uint32_t block = 0; block < blocks.size(); ++block) groups[block] = {};
  for (size_t s = 0; s < sources_.size(); ++s) {
    Source& source = sources_[s];
    source.owner = blocks.OwnerOf(source.number);
    blocks_[s] = static_cast<uint16_t>(blocks.BlockOf(source.owner));
    ++groups[blocks_[s]].sources;
    next_[blocks_[s]] += sets_[s].size;
  }
  ends_.resize(blocks.size());
  for (uint32_t block = 0; block < blocks.size(); ++block) {
    groups[block].first_source = first_source;
    groups[block].first_item = first_item;
    ends_[block] = staged.items.data() + first_item;
    first_item += std::exchange(next_[block], first_source);
    first_source += groups[block].sources;
  }
  kernels::SortSets(sets_, items, blocks_.data(), ends_.data());
  for (size_t s = 0; s < sources_.size(); ++s) {
    sources_[s].size = sets_[s].size;
    staged.sources[next_[blocks_[s]]++] = sources_[s];
  }
  sources_.clear();
  sets_.clear();
}

}  // namespace awase
