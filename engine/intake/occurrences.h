// Which copy of a line is this one?
#ifndef AWASE_ENGINE_INTAKE_OCCURRENCES_H_
#define AWASE_ENGINE_INTAKE_OCCURRENCES_H_

#include <cstdint>
#include <span>
#include <unordered_map>

#include "engine/base/buffer.h"

namespace awase {

// Counts lines by the 64-bit hash of their content. 11 to 22 bytes a line. Two contents with one hash (of 10
// million lines in one file of 400,000) would be numbered 0 and 1 instead of 0 and 0: neither is lost, and a
// second reading numbers them alike.
class Occurrences {
 public:
  Occurrences() { Grow(); }
  // In the order of `hashes`: 0 for the first line of its hash, 1 for the second... `number(i, copy)` takes
  // each. Many at once, so that one's place is fetched from memory while others are counted.
  template <class Number>
  void Add(std::span<const uint64_t> hashes, const Number& number) {
    for (size_t i = 0; i < hashes.size(); ++i) {
      if (i + kAhead < hashes.size()) __builtin_prefetch(&slots_[hashes[i + kAhead] & mask()], 1);
      number(i, AddOne(hashes[i]));
    }
  }

 private:
  static constexpr size_t kAhead = 16;

  uint64_t mask() const { return slots_.size() - 1; }
  uint32_t AddOne(uint64_t hash) {
    if (hash == 0) hash = 1;
    uint64_t at = hash & mask();
    while (slots_[at] != 0 && slots_[at] != hash) at = (at + 1) & mask();
    if (slots_[at] == hash) return ++copies_[hash];
    slots_[at] = hash;
    if (++used_ * 4 > slots_.size() * 3) Grow();
    return 0;
  }
  void Grow();

  Buffer<uint64_t> slots_;  // 0 is free; size a power of two
  uint64_t used_ = 0;
  std::unordered_map<uint64_t, uint32_t> copies_;  // copies beyond the first: few
};

}  // namespace awase

#endif  // AWASE_ENGINE_INTAKE_OCCURRENCES_H_
