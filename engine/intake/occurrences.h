// Which copy of a line is this one?
#ifndef AWASE_ENGINE_INTAKE_OCCURRENCES_H_
#define AWASE_ENGINE_INTAKE_OCCURRENCES_H_

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace awase {

// Counts lines by the 64-bit hash of their content. 8 to 16 bytes a line. Two contents with one hash (of 10
// million lines in one file of 400,000) would be numbered 0 and 1 instead of 0 and 0: neither is lost, and a
// second reading numbers them alike.
class Occurrences {
 public:
  Occurrences() : slots_(1024) {}
  // 0 for the first line of this hash, 1 for the second...
  uint32_t Add(uint64_t hash);

 private:
  void Grow();
  uint64_t* Find(uint64_t hash);

  std::vector<uint64_t> slots_;  // 0 is free; size a power of two
  uint64_t used_ = 0;
  std::unordered_map<uint64_t, uint32_t> copies_;  // copies beyond the first: few
};

}  // namespace awase

#endif  // AWASE_ENGINE_INTAKE_OCCURRENCES_H_
