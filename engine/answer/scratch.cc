#include "engine/answer/scratch.h"

#include <algorithm>
#include <bit>

namespace awase {

void Scratch::Begin(uint32_t model_items) {
  if (model_items + 1 > capacity_) {
    capacity_ = model_items + 1;
    place_of_ = std::make_unique<uint32_t[]>(capacity_);
    // One place more than items: the hot loop writes the next free place before it knows whether it is
    // needed.
    item_at = std::make_unique_for_overwrite<uint32_t[]>(capacity_);
    together = std::make_unique_for_overwrite<float[]>(capacity_);
    personal = std::make_unique_for_overwrite<float[]>(capacity_);
    likely = std::make_unique_for_overwrite<float[]>(capacity_);
    mark = std::make_unique_for_overwrite<uint8_t[]>(capacity_);
    keys = std::make_unique_for_overwrite<uint64_t[]>(capacity_);
    stamped_ = 0;
  }
  // Stamps fill the bits that places leave free: with 100,000 items one clearing every 32,767 questions.
  const uint32_t mask = std::bit_ceil(model_items + 2) - 1;
  if (stamped_ != model_items || mask != mask_ || stamp_ + mask + 1 < stamp_) {
    std::fill_n(place_of_.get(), capacity_, 0);
    stamped_ = model_items;
    mask_ = mask;
    stamp_ = 0;
  }
  stamp_ += mask_ + 1;
  items = model_items;
  places = anchors = candidates = passed = 0;
  together_scale = personal_scale = sales_scale = 0;
  anchor_items.clear();
  anchor_categories.clear();
  anchor_groups.clear();
  chosen.clear();
  pinned.clear();
  pin_positions.clear();
  category_counts.clear();
  tier.clear();
  rejected.clear();
}

void Scratch::AddRow(std::span<const Edge> row) {
  uint32_t* const place_of = place_of_.get();
  float* const sums = together.get();
  uint32_t* const at = item_at.get();
  const uint32_t mask = mask_, stamp = stamp_, limit = items;
  uint32_t next = places;
  for (const Edge edge : row) {
    // Only a file that was not checked in full can hold such an edge.
    if (edge.item >= limit) [[unlikely]]
      continue;
    const uint32_t entry = place_of[edge.item];
    // Whether an item was met before cannot be guessed, so both ways are computed and one is masked out.
    const uint32_t known = (entry & ~mask) == stamp ? ~uint32_t{0} : 0;
    const uint32_t place = (entry & mask & known) | (next & ~known);
    const auto before = std::bit_cast<float>(std::bit_cast<uint32_t>(sums[place]) & known);
    sums[place] = before + edge.score;
    at[place] = edge.item;
    place_of[edge.item] = stamp | place;
    next += known + 1;
  }
  places = next;
}

void ScratchDeleter::operator()(Scratch* scratch) const { delete scratch; }
std::unique_ptr<Scratch, ScratchDeleter> MakeScratch() {
  return std::unique_ptr<Scratch, ScratchDeleter>(new Scratch);
}

}  // namespace awase
