// Baskets as rows read them: one behind the other in a stream of 16-bit words, so that one visit touches one
// place and, mostly, one cache line.
//
//   basket  [weight - 1] [head] [tail]  `head` labels below 65536, a word each  `tail` others, two words each
//
// A basket of at most 32 words never spans two lines of 64 bytes: what does not fit is put on the next line.
// A header is never split either. The stream begins on a line; what is skipped is zero.
#ifndef AWASE_ENGINE_KERNELS_STREAM_H_
#define AWASE_ENGINE_KERNELS_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace awase::kernels {

inline constexpr uint32_t kHeaderWords = 3;
inline constexpr uint32_t kLeastBasket = kHeaderWords + 1;  // words of the smallest basket
inline constexpr uint32_t kLineWords = 32;
inline constexpr uint32_t kHeadLabels = 65536;  // labels from here on are tail
// Behind the last basket stand this many words that may be read.
inline constexpr size_t kStreamSlack = 128;

constexpr uint32_t BasketWords(uint32_t head, uint32_t tail) noexcept {
  return kHeaderWords + head + 2 * tail;
}

// Where a basket of `words` begins when the words from `at` on are free.
constexpr uint64_t PlaceBasket(uint64_t at, uint32_t words) noexcept {
  const uint64_t column = at % kLineWords;
  const uint64_t lines = (words + kLineWords - 1) / kLineWords;
  // No branch between the two: it would be guessed wrong.
  const bool fits = (column + words <= lines * kLineWords) & (column + kHeaderWords <= kLineWords);
  return fits ? at : at - column + kLineWords;
}

// A label of two words.
inline uint32_t LoadLabel(const uint16_t* words) noexcept {
  uint32_t label;
  std::memcpy(&label, words, sizeof label);
  return label;
}

struct BasketView {
  const uint16_t* words;

  uint32_t weight() const noexcept { return words[0] + 1u; }
  uint32_t head() const noexcept { return words[1]; }
  uint32_t tail() const noexcept { return words[2]; }
  uint32_t size() const noexcept { return head() + tail(); }
  const uint16_t* head_labels() const noexcept { return words + kHeaderWords; }
  const uint16_t* tail_labels() const noexcept { return head_labels() + head(); }
  uint32_t tail_label(uint32_t k) const noexcept { return LoadLabel(tail_labels() + 2 * k); }
};

template <class Visit>
void ForEachLabel(const BasketView& basket, const Visit& visit) {
  for (uint32_t k = 0; k < basket.head(); ++k) visit(uint32_t{basket.head_labels()[k]});
  for (uint32_t k = 0; k < basket.tail(); ++k) visit(basket.tail_label(k));
}

// Writes a header; returns where the labels go, head labels first.
inline uint16_t* WriteHeader(uint32_t weight, uint32_t heads, uint32_t tails, uint16_t* to) noexcept {
  to[0] = static_cast<uint16_t>(weight - 1);
  to[1] = static_cast<uint16_t>(heads);
  to[2] = static_cast<uint16_t>(tails);
  return to + kHeaderWords;
}

// Calls visit(position, basket) for every basket of `words` words, in order.
template <class Visit>
void ForEachBasket(const uint16_t* stream, uint64_t words, const Visit& visit) {
  for (uint64_t at = 0; at < words;) {
    const uint64_t column = at % kLineWords;
    const BasketView basket{stream + at};
    if (column + kHeaderWords > kLineWords || basket.size() == 0) {
      at += kLineWords - column;
      continue;
    }
    visit(at, basket);
    at += BasketWords(basket.head(), basket.tail());
  }
}

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_STREAM_H_
