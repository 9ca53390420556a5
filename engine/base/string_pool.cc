#include "engine/base/string_pool.h"

#include <xxhash.h>

#include <algorithm>
#include <cstring>

namespace awase {
namespace {

// The first eight bytes as a big-endian number: most comparisons end here.
uint64_t Prefix(std::string_view text) {
  uint64_t prefix = 0;
  std::memcpy(&prefix, text.data(), std::min<size_t>(text.size(), sizeof prefix));
  return __builtin_bswap64(prefix);
}

}  // namespace

uint32_t StringPool::Intern(std::string_view text) {
  if ((uint64_t{ends_.size()} + 1) * 2 > slots_.size()) Grow();
  const uint64_t mask = slots_.size() - 1;
  for (uint64_t slot = XXH3_64bits(text.data(), text.size()) & mask;; slot = (slot + 1) & mask) {
    if (slots_[slot] == 0) {
      bytes_.append(text);
      ends_.push_back(bytes_.size());
      slots_[slot] = size();
      return size() - 1;
    }
    if ((*this)[slots_[slot] - 1] == text) return slots_[slot] - 1;
  }
}

std::optional<uint32_t> StringPool::Find(std::string_view text) const {
  if (slots_.empty()) return std::nullopt;
  const uint64_t mask = slots_.size() - 1;
  for (uint64_t slot = XXH3_64bits(text.data(), text.size()) & mask;; slot = (slot + 1) & mask) {
    if (slots_[slot] == 0) return std::nullopt;
    if ((*this)[slots_[slot] - 1] == text) return slots_[slot] - 1;
  }
}

void StringPool::Grow() {
  slots_.assign(std::max<size_t>(64, slots_.size() * 2), 0);
  const uint64_t mask = slots_.size() - 1;
  for (uint32_t number = 0; number < size(); ++number) {
    const std::string_view text = (*this)[number];
    uint64_t slot = XXH3_64bits(text.data(), text.size()) & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = number + 1;
  }
}

uint64_t StringPool::memory_bytes() const {
  return bytes_.capacity() + ends_.capacity() * sizeof(uint64_t) + slots_.capacity() * sizeof(uint32_t);
}

std::vector<uint32_t> StringPool::SortedByBytes() const {
  struct Key {
    uint64_t prefix;
    uint32_t number;
  };
  std::vector<Key> keys(size());
  for (uint32_t number = 0; number < size(); ++number) keys[number] = {Prefix((*this)[number]), number};
  std::sort(keys.begin(), keys.end(), [this](const Key& a, const Key& b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : (*this)[a.number] < (*this)[b.number];
  });
  std::vector<uint32_t> order(size());
  for (uint32_t rank = 0; rank < size(); ++rank) order[rank] = keys[rank].number;
  return order;
}

}  // namespace awase
