#include "engine/base/string_pool.h"

// Ids are short: a call would cost as much as the hashing.
#define XXH_INLINE_ALL
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

uint64_t HashOf(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

// A slot is free (0), or 32 bits of a string's hash above its number plus one. Those bits also say where it
// belongs, so that growing reads no string, and looking for one reads few others.
uint64_t Upper(uint64_t hash) { return hash & 0xffffffff00000000; }
uint32_t NumberIn(uint64_t slot) { return static_cast<uint32_t>(slot) - 1; }

}  // namespace

uint32_t StringPool::Intern(std::string_view text) {
  if ((uint64_t{ends_.size()} + 1) * 4 > slots_.size() * 3) Grow();
  const uint64_t hash = HashOf(text);
  uint64_t& slot = slots_[SlotOf(hash, text)];
  if (slot != 0) return NumberIn(slot);
  bytes_.append(text);
  ends_.push_back(bytes_.size());
  slot = Upper(hash) | size();
  return size() - 1;
}

std::optional<uint32_t> StringPool::Find(std::string_view text) const {
  if (slots_.empty()) return std::nullopt;
  const uint64_t slot = slots_[SlotOf(HashOf(text), text)];
  return slot == 0 ? std::nullopt : std::optional<uint32_t>(NumberIn(slot));
}

uint64_t StringPool::SlotOf(uint64_t hash, std::string_view text) const {
  const uint64_t mask = slots_.size() - 1;
  uint64_t at = (hash >> 32) & mask;
  while (slots_[at] != 0 && (Upper(slots_[at] ^ hash) != 0 || (*this)[NumberIn(slots_[at])] != text))
    at = (at + 1) & mask;
  return at;
}

void StringPool::Grow() {
  std::vector<uint64_t> old(std::max<size_t>(64, slots_.size() * 2));
  old.swap(slots_);
  const uint64_t mask = slots_.size() - 1;
  for (const uint64_t slot : old) {
    if (slot == 0) continue;
    uint64_t at = (slot >> 32) & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

uint64_t StringPool::memory_bytes() const {
  return bytes_.capacity() + ends_.capacity() * sizeof(uint64_t) + slots_.capacity() * sizeof(uint64_t);
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
