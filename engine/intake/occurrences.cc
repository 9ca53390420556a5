#include "engine/intake/occurrences.h"

namespace awase {

uint32_t Occurrences::Add(uint64_t hash) {
  if (hash == 0) hash = 1;
  uint64_t* slot = Find(hash);
  if (*slot == hash) return ++copies_[hash];
  *slot = hash;
  if (++used_ * 4 > slots_.size() * 3) Grow();
  return 0;
}

uint64_t* Occurrences::Find(uint64_t hash) {
  const uint64_t mask = slots_.size() - 1;
  uint64_t at = hash & mask;
  while (slots_[at] != 0 && slots_[at] != hash) at = (at + 1) & mask;
  return &slots_[at];
}

void Occurrences::Grow() {
  std::vector<uint64_t> old(slots_.size() * 2);
  old.swap(slots_);
  for (const uint64_t hash : old) {
    if (hash != 0) *Find(hash) = hash;
  }
}

}  // namespace awase
