// Orders of strings by their bytes, and of entries by a key.
#ifndef AWASE_ENGINE_HISTORY_SORTING_H_
#define AWASE_ENGINE_HISTORY_SORTING_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/large_vector.h"

namespace awase {

struct Name {
  std::string_view text;
  uint32_t number;
};
// Sorts by the bytes of the texts. Most comparisons are of eight bytes after what all texts have in common.
void SortByBytes(std::vector<Name>& names);

// A number to sort and its key.
struct Keyed {
  uint64_t key;
  uint32_t number;
};
// Stable radix sort by key (least significant digit first); digits in which all keys agree cost nothing but
// the look. Keys: LargeVector<Keyed>, or std::vector<Keyed> for few.
template <class Keys>
void SortByKey(Keys& entries);

}  // namespace awase

#endif  // AWASE_ENGINE_HISTORY_SORTING_H_
