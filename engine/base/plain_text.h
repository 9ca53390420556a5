// The texts that nearly all are: printable ASCII.
#ifndef AWASE_ENGINE_BASE_PLAIN_TEXT_H_
#define AWASE_ENGINE_BASE_PLAIN_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace awase {

// Eight bytes as one number, in the machine's order.
inline uint64_t LoadEight(const char* at) {
  uint64_t eight;
  std::memcpy(&eight, at, sizeof eight);
  return eight;
}

// Every byte lies in 0x20..0x7E.
inline bool IsPlainText(std::string_view text) {
  constexpr uint64_t kEach = 0x0101010101010101;
  size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    const uint64_t eight = LoadEight(text.data() + at);
    // The upper bit of a byte is set by 0x80 and above, by 0x7F plus one, and by what is below 0x20 less
    // 0x20.
    if (((eight | (eight + kEach) | (eight - 0x20 * kEach)) & 0x80 * kEach) != 0) return false;
  }
  bool plain = true;
  for (; at < text.size(); ++at) plain &= static_cast<unsigned char>(text[at] - 0x20) < 0x5F;
  return plain;
}

}  // namespace awase

#endif  // AWASE_ENGINE_BASE_PLAIN_TEXT_H_
