#include "engine/evaluate/ranker.h"

#include <algorithm>

namespace awase {

void Best::Keep(const Scored& scored) {
  if (heap_.size() == kDepth) {
    std::pop_heap(heap_.begin(), heap_.end(), Better);
    heap_.back() = scored;
  } else {
    heap_.push_back(scored);
  }
  std::push_heap(heap_.begin(), heap_.end(), Better);
}

void Best::Take(std::vector<ItemId>& best) {
  std::sort(heap_.begin(), heap_.end(), Better);
  best.clear();
  for (const auto& [score, item] : heap_) best.push_back(item);
  heap_.clear();
}

void ScoreSums::TakeBest(std::span<const ItemId> excluded, std::vector<ItemId>& ranked) {
  for (const ItemId item : excluded) sums_[Index(item)] = 0;
  for (const ItemId item : touched_) best_.Offer(item, std::exchange(sums_[Index(item)], 0));
  touched_.clear();
  best_.Take(ranked);
}

}  // namespace awase
