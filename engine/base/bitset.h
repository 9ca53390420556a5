// A fixed-size set of dense numbers.
#ifndef AWASE_ENGINE_BASE_BITSET_H_
#define AWASE_ENGINE_BASE_BITSET_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace awase {

class Bitset {
 public:
  explicit Bitset(uint32_t size = 0, bool value = false)
      : size_(size), words_((size + 63) / 64, value ? ~uint64_t{0} : 0) {
    if (value && size % 64 != 0) words_.back() = (uint64_t{1} << (size % 64)) - 1;
  }
  uint32_t size() const { return size_; }
  bool Test(uint32_t i) const { return (words_[i / 64] >> (i % 64)) & 1; }
  void Set(uint32_t i) { words_[i / 64] |= uint64_t{1} << (i % 64); }
  void Reset(uint32_t i) { words_[i / 64] &= ~(uint64_t{1} << (i % 64)); }
  // Smallest member at or after `from`; size() when there is none. Skips 64 at a time.
  uint32_t Next(uint32_t from) const {
    if (from >= size_) return size_;
    std::size_t w = from / 64;
    uint64_t word = words_[w] >> (from % 64) << (from % 64);
    while (word == 0) {
      if (++w == words_.size()) return size_;
      word = words_[w];
    }
    return static_cast<uint32_t>(w * 64) + static_cast<uint32_t>(std::countr_zero(word));
  }
  // Sizes must be equal.
  Bitset& operator&=(const Bitset& other) {
    for (std::size_t w = 0; w < words_.size(); ++w) words_[w] &= other.words_[w];
    return *this;
  }
  Bitset& operator|=(const Bitset& other) {
    for (std::size_t w = 0; w < words_.size(); ++w) words_[w] |= other.words_[w];
    return *this;
  }
  // Members become strangers and strangers members.
  void Flip() {
    for (uint64_t& w : words_) w = ~w;
    if (size_ % 64 != 0) words_.back() &= (uint64_t{1} << (size_ % 64)) - 1;
  }
  uint32_t Count() const {
    uint32_t n = 0;
    for (const uint64_t w : words_) n += static_cast<uint32_t>(std::popcount(w));
    return n;
  }

 private:
  uint32_t size_;
  std::vector<uint64_t> words_;
};

}  // namespace awase

#endif  // AWASE_ENGINE_BASE_BITSET_H_
