#include "engine/history/sorting.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace awase {
namespace {

uint64_t Prefix(std::string_view text, size_t from) {
  uint64_t prefix = 0;
  if (text.size() > from)
    std::memcpy(&prefix, text.data() + from, std::min(text.size() - from, sizeof prefix));
  return __builtin_bswap64(prefix);
}

}  // namespace

void SortByBytes(std::span<uint32_t> numbers, const std::function<std::string_view(uint32_t)>& text) {
  if (numbers.size() < 2) return;
  const std::string_view first = text(numbers[0]);
  size_t common = first.size();
  for (const uint32_t number : numbers) {
    const std::string_view other = text(number);
    const size_t most = std::min(common, other.size());
    common = std::mismatch(first.begin(), first.begin() + most, other.begin()).first - first.begin();
  }
  std::vector<Keyed> keys;
  keys.reserve(numbers.size());
  for (const uint32_t number : numbers) keys.push_back({Prefix(text(number), common), number});
  SortByKey(keys);
  // Equal in those eight bytes: the rest decides.
  for (size_t begin = 0; begin < keys.size();) {
    size_t end = begin + 1;
    while (end < keys.size() && keys[end].key == keys[begin].key) ++end;
    if (end - begin > 1) {
      std::sort(keys.begin() + begin, keys.begin() + end,
                [&](const Keyed& a, const Keyed& b) { return text(a.number) < text(b.number); });
    }
    begin = end;
  }
  for (size_t k = 0; k < keys.size(); ++k) numbers[k] = keys[k].number;
}

void SortByKey(std::vector<Keyed>& entries, uint32_t first_bit) {
  uint64_t all = ~uint64_t{0}, any = 0;
  for (const Keyed& e : entries) {
    all &= e.key;
    any |= e.key;
  }
  const uint64_t differing = all ^ any;
  constexpr uint32_t kBits = 11;
  std::vector<Keyed> other(entries.size());
  for (uint32_t shift = first_bit; shift < 64; shift += kBits) {
    if (((differing >> shift) & ((1u << kBits) - 1)) == 0) continue;
    std::array<uint64_t, (1u << kBits) + 1> starts{};
    for (const Keyed& e : entries) ++starts[((e.key >> shift) & ((1u << kBits) - 1)) + 1];
    for (uint32_t digit = 0; digit < (1u << kBits); ++digit) starts[digit + 1] += starts[digit];
    for (const Keyed& e : entries) other[starts[(e.key >> shift) & ((1u << kBits) - 1)]++] = e;
    entries.swap(other);
  }
}

}  // namespace awase
