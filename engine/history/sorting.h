// Orders of strings by their bytes.
#ifndef AWASE_ENGINE_HISTORY_SORTING_H_
#define AWASE_ENGINE_HISTORY_SORTING_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace awase {

// Sorts `numbers` by the bytes of text(number). Most comparisons are of eight bytes after what all texts have
// in common.
void SortByBytes(std::span<uint32_t> numbers, const std::function<std::string_view(uint32_t)>& text);

// A number to sort and its key.
struct Keyed {
  uint64_t key;
  uint32_t number;
};
// Stable radix sort by key (least significant digit first); digits in which all keys agree cost nothing but
// the look.
// Bits below `first_bit` are not looked at.
void SortByKey(std::vector<Keyed>& entries, uint32_t first_bit = 0);

}  // namespace awase

#endif  // AWASE_ENGINE_HISTORY_SORTING_H_
