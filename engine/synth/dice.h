// Draws that are the same on every machine: the standard library's distributions are not.
#ifndef AWASE_ENGINE_SYNTH_DICE_H_
#define AWASE_ENGINE_SYNTH_DICE_H_

#include <algorithm>
#include <cstdint>
#include <vector>

namespace awase {

// SplitMix64; integers only. Source: Steele, Lea, Flood, OOPSLA 2014.
class Dice {
 public:
  // One stream per (seed, stream), so that views do not change when returns are drawn otherwise.
  Dice(uint64_t seed, uint64_t stream) : state_(seed) { state_ = Next() ^ (stream * 0xd1342543de82ef95ull); }

  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  // Uniform in [0, n), n > 0.
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>((Next() >> 32) * n >> 32); }
  uint32_t Between(uint32_t low, uint32_t high) { return low + Below(high - low + 1); }
  bool Chance(uint32_t per_thousand) { return Below(1000) < per_thousand; }
  // 0, 1, 2...: how often a chance succeeds in a row, at most `most`.
  uint32_t Geometric(uint32_t per_thousand, uint32_t most) {
    uint32_t n = 0;
    while (n < most && Chance(per_thousand)) ++n;
    return n;
  }

 private:
  uint64_t state_;
};

// Numbers drawn in proportion to their weights. A draw costs O(log n).
class Weighted {
 public:
  // The sum of the weights must stay below 2^32.
  void Add(uint32_t number, uint32_t weight) {
    numbers_.push_back(number);
    ends_.push_back((ends_.empty() ? 0 : ends_.back()) + weight);
  }
  bool empty() const { return ends_.empty() || ends_.back() == 0; }
  uint32_t total() const { return ends_.empty() ? 0 : ends_.back(); }
  // Not of an empty one.
  uint32_t Draw(Dice& dice) const {
    const auto at = std::upper_bound(ends_.begin(), ends_.end(), dice.Below(ends_.back()));
    return numbers_[static_cast<size_t>(at - ends_.begin())];
  }

 private:
  std::vector<uint32_t> numbers_;
  std::vector<uint32_t> ends_;
};

// Zipf-Mandelbrot with exponent 1, rank from 0: integers, so that no logarithm of a library decides a byte.
inline uint32_t ZipfWeight(uint32_t rank, uint32_t offset) { return (1u << 24) / (rank + 1 + offset); }

}  // namespace awase

#endif  // AWASE_ENGINE_SYNTH_DICE_H_
