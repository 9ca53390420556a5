#include "engine/kernels/text_marks.h"

#include <bit>
#include <cassert>
#include <cstring>

#define HWY_DISABLED_TARGETS HWY_SSSE3
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/kernels/text_marks.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kWords = kMarkWindow / 64;

// One bit a byte. All of them are stored before any is read again: reading just stored bytes as one word
// would stall.
#if HWY_TARGET == HWY_EMU128 || HWY_TARGET == HWY_SCALAR

// The bytes of `eight` that are `c`, as eight bits.
HWY_INLINE uint64_t BytesThatAre(uint64_t eight, char c) {
  constexpr uint64_t kOnes = 0x0101010101010101, kLow = 0x7f7f7f7f7f7f7f7f;
  const uint64_t other = eight ^ (kOnes * static_cast<uint8_t>(c));
  const uint64_t same = ~(((other & kLow) + kLow) | other | kLow);
  return (same >> 7) * 0x0102040810204080 >> 56;
}

HWY_INLINE void FindBits(const char* text, size_t words, uint64_t* bits) {
  for (size_t w = 0; w < words; ++w) {
    uint64_t found = 0;
    for (size_t b = 0; b < 8; ++b) {
      uint64_t eight;
      std::memcpy(&eight, text + 64 * w + 8 * b, sizeof eight);
      found |= (BytesThatAre(eight, ',') | BytesThatAre(eight, '"') | BytesThatAre(eight, '\n')) << (8 * b);
    }
    bits[w] = found;
  }
}

#else

HWY_INLINE void FindBits(const char* text, size_t words, uint64_t* bits) {
  const hn::CappedTag<uint8_t, 64> d;
  const size_t lanes = hn::Lanes(d);
  const auto comma = hn::Set(d, ','), quote = hn::Set(d, '"'), feed = hn::Set(d, '\n');
  auto* out = reinterpret_cast<uint8_t*>(bits);
  for (size_t at = 0; at < 64 * words; at += lanes) {
    const auto bytes = hn::LoadU(d, reinterpret_cast<const uint8_t*>(text) + at);
    const auto marks = hn::Or(hn::Or(hn::Eq(bytes, comma), hn::Eq(bytes, quote)), hn::Eq(bytes, feed));
    hn::StoreMaskBits(d, marks, out + at / 8);
  }
}

#endif

size_t FindMarks(std::string_view text, uint32_t* marks) {
  alignas(64) uint64_t bits[kWords];
  const size_t whole = text.size() / 64;
  FindBits(text.data(), whole, bits);
  size_t words = whole;
  if (const size_t rest = text.size() % 64; rest > 0) {
    char padded[64] = {};
    std::memcpy(padded, text.data() + 64 * whole, rest);
    FindBits(padded, 1, bits + words++);
  }
  size_t found = 0;
  for (size_t w = 0; w < words; ++w) {
    const auto base = static_cast<uint32_t>(64 * w);
    uint64_t left = bits[w];
    const auto count = static_cast<size_t>(std::popcount(left));
    // Eight at a time without asking how many: a branch on each would be guessed wrong once a word.
    for (size_t done = 0; done < count; done += 8) {
      for (size_t i = 0; i < 8; ++i) {
        marks[found + done + i] = base + static_cast<uint32_t>(std::countr_zero(left));
        left &= left - 1;
      }
    }
    found += count;
  }
  return found;
}

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace awase::kernels {

HWY_EXPORT(FindMarks);

size_t FindMarks(std::string_view text, uint32_t* marks) noexcept {
  assert(text.size() <= kMarkWindow);
  return HWY_DYNAMIC_DISPATCH(FindMarks)(text, marks);
}

}  // namespace awase::kernels
#endif  // HWY_ONCE
