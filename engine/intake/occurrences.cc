#include "engine/intake/occurrences.h"

#include <algorithm>
#include <utility>

namespace awase {

void Occurrences::Grow() {
  const Buffer<uint64_t> old =
      std::exchange(slots_, Buffer<uint64_t>(std::max<size_t>(1024, 2 * slots_.size())));
  std::fill(slots_.begin(), slots_.end(), 0);
  // In the order of the old places, which are low bits of the new ones: both are written from end to end.
  for (const uint64_t hash : old) {
    if (hash == 0) continue;
    uint64_t at = hash & mask();
    while (slots_[at] != 0) at = (at + 1) & mask();
    slots_[at] = hash;
  }
}

}  // namespace awase
