// The working memory of one question: every item it meets gets a place, and the places lie close together.
//
// place_of[item] holds (question's stamp | place), so a new question needs no clearing: an entry with another
// stamp is free. Places: anchors first, then candidates, then items met later (excluded, owned, best
// sellers).
#ifndef AWASE_ENGINE_ANSWER_SCRATCH_H_
#define AWASE_ENGINE_ANSWER_SCRATCH_H_

#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/answer/answer.h"

namespace awase {

// What is known about a place before any gate.
enum Mark : uint8_t {
  kMarkOwned = 1,     // owned and not repeatable
  kMarkExcluded = 2,  // named by the caller
  kMarkTaken = 4,     // pinned, or already considered by a fallback
};

// (score, item) as one number: larger is better in the total order of answers. Scores are above 0.
inline uint64_t KeyOf(float score, uint32_t place_order) {
  return uint64_t{std::bit_cast<uint32_t>(score)} << 32 | static_cast<uint32_t>(~place_order);
}
inline uint32_t ItemOf(uint64_t key) { return ~static_cast<uint32_t>(key); }
inline float ScoreOf(uint64_t key) { return std::bit_cast<float>(static_cast<uint32_t>(key >> 32)); }

class Scratch {
 public:
  // Starts a question about a model of `model_items` items.
  void Begin(uint32_t model_items);

  // Place of an item that has one, or kNowhere.
  static constexpr uint32_t kNowhere = ~uint32_t{0};
  uint32_t Find(uint32_t item) const {
    const uint32_t entry = place_of_[item];
    return (entry & ~mask_) == stamp_ ? entry & mask_ : kNowhere;
  }
  // Place of an item, a new one with nothing in it when it has none. item < items.
  uint32_t Place(uint32_t item) {
    const uint32_t found = Find(item);
    if (found != kNowhere) return found;
    together[places] = 0;
    personal[places] = 0;
    mark[places] = 0;
    item_at[places] = item;
    place_of_[item] = stamp_ | places;
    return places++;
  }
  // Adds the rows of the anchors to `together`: the hot loop.
  void AddRow(std::span<const Edge> row);

  uint32_t items = 0;       // of the model
  uint32_t places = 0;      // taken so far
  uint32_t anchors = 0;     // places of anchors: [0, anchors)
  uint32_t candidates = 0;  // places of anchors and candidates: [0, candidates)
  // By place; room for every item, memory touched only as far as used.
  std::unique_ptr<uint32_t[]> item_at;
  std::unique_ptr<float[]> together;  // S
  std::unique_ptr<float[]> personal;  // P
  std::unique_ptr<float[]> likely;    // score without popularity
  std::unique_ptr<uint8_t[]> mark;    // Mark bits
  std::unique_ptr<uint64_t[]> keys;   // of candidates that passed every gate
  uint32_t passed = 0;                // keys

  // Scale of the score's parts: 1 / largest (0 when there is none).
  float together_scale = 0, personal_scale = 0, sales_scale = 0;

  std::vector<ItemId> anchor_items;         // ascending, distinct
  std::vector<uint32_t> anchor_categories;  // ascending, distinct
  std::vector<uint32_t> anchor_groups;
  std::vector<uint64_t> chosen;  // keys of the ranked results, best first
  std::vector<Result> pinned;    // with their 1-based positions in pin_positions
  std::vector<uint32_t> pin_positions;
  std::vector<std::pair<uint32_t, uint32_t>> category_counts;     // (category, results)
  std::vector<uint64_t> tier;                                     // keys of a fallback's items
  std::vector<std::pair<uint64_t, Answer::Suppressed>> rejected;  // with Detail::kFull
  std::vector<uint32_t> result_at;  // by place: result's index, for contributions

 private:
  std::unique_ptr<uint32_t[]> place_of_;  // by item: stamp | place
  uint32_t capacity_ = 0;                 // items that the arrays have room for
  uint32_t stamped_ = 0;                  // items of the model that the stamps belong to
  uint32_t stamp_ = 0, mask_ = 0;
};

}  // namespace awase

#endif  // AWASE_ENGINE_ANSWER_SCRATCH_H_
