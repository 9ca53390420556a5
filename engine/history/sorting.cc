#include "engine/history/sorting.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace awase {
namespace {

uint64_t Prefix(std::string_view text, size_t from) {
  uint64_t prefix = 0;
  if (text.size() > from)
    std::memcpy(&prefix, text.data() + from, std::min(text.size() - from, sizeof prefix));
  return __builtin_bswap64(prefix);
}

size_t CommonPrefix(const std::vector<Name>& names) {
  const std::string_view first = names[0].text;
  size_t common = first.size();
  for (const Name& name : names) {
    const size_t most = std::min(common, name.text.size());
    if (std::memcmp(first.data(), name.text.data(), most) == 0) {
      common = most;
    } else {
      common = std::mismatch(first.begin(), first.begin() + most, name.text.begin()).first - first.begin();
    }
  }
  return common;
}

}  // namespace

void SortByBytes(std::vector<Name>& names) {
  if (names.size() < 2) return;
  const size_t common = CommonPrefix(names);
  std::vector<Keyed> keys;
  keys.reserve(names.size());
  for (const Name& name : names)
    keys.push_back({Prefix(name.text, common), static_cast<uint32_t>(keys.size())});
  SortByKey(keys);
  std::vector<Name> sorted;
  sorted.reserve(names.size());
  for (const Keyed& key : keys) sorted.push_back(names[key.number]);
  // Equal in those eight bytes: the rest decides.
  for (size_t begin = 0; begin < keys.size();) {
    size_t end = begin + 1;
    while (end < keys.size() && keys[end].key == keys[begin].key) ++end;
    if (end - begin > 1) {
      std::sort(sorted.begin() + begin, sorted.begin() + end,
                [](const Name& a, const Name& b) { return a.text < b.text; });
    }
    begin = end;
  }
  names = std::move(sorted);
}

template <class Keys>
void SortByKey(Keys& entries) {
  uint64_t all = ~uint64_t{0}, any = 0;
  for (const Keyed& e : entries) {
    all &= e.key;
    any |= e.key;
  }
  // Digits begin where keys differ: those of two decimal places in ASCII differ in 12 bits.
  constexpr uint32_t kBits = 12;
  constexpr uint64_t kDigits = uint64_t{1} << kBits;
  Keys other(entries.size());
  for (uint64_t differing = all ^ any; differing != 0;) {
    const auto shift = static_cast<uint32_t>(std::countr_zero(differing));
    differing &= ~((kDigits - 1) << shift);
    std::array<uint32_t, kDigits + 1> starts{};
    for (const Keyed& e : entries) ++starts[((e.key >> shift) & (kDigits - 1)) + 1];
    for (uint32_t digit = 0; digit < kDigits; ++digit) starts[digit + 1] += starts[digit];
    for (const Keyed& e : entries) other[starts[(e.key >> shift) & (kDigits - 1)]++] = e;
    entries.swap(other);
  }
}

template void SortByKey(LargeVector<Keyed>&);
template void SortByKey(std::vector<Keyed>&);

}  // namespace awase
