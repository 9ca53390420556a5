// Random draws that are the same on every machine: the standard library's distributions are not.
#ifndef AWASE_ENGINE_EVALUATE_DRAW_H_
#define AWASE_ENGINE_EVALUATE_DRAW_H_

#include <cstdint>
#include <string_view>

namespace awase {

// SplitMix64. Source: Steele, Lea, Flood, OOPSLA 2014.
class Draw {
 public:
  explicit Draw(uint64_t seed) : state_(seed) {}
  // One stream per (seed, name), so that what is drawn for one order does not depend on the others.
  Draw(uint64_t seed, std::string_view name) : state_(seed) {
    uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    state_ = Next() ^ hash;
  }
  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // In [0, n), n > 0. Source: Lemire, TOMACS 2019, without the rejection: off uniform by less than n / 2^32.
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(((Next() >> 32) * n) >> 32); }

 private:
  uint64_t state_;
};

}  // namespace awase

#endif  // AWASE_ENGINE_EVALUATE_DRAW_H_
