// Baskets as rows read them: one behind the other in a stream of 16-bit words, so that one visit touches one
// place and, mostly, one cache line.
//
//   basket  [weight - 1] [head] [tail]  bits of the hot labels, in a stream that has them (4 words)
//           `head` labels below 65536, a word each  `tail` others, two words each
//
// Labels are by popularity: a few are in most baskets, and as bits those of many baskets are added at once
// (row_hot-inl.h). A basket of at most 32 words never spans two lines of 64 bytes: what does not fit is put
// on the next line. What stands before the labels is never split either. The stream begins on a line; what is
// skipped is zero.
#ifndef AWASE_ENGINE_KERNELS_STREAM_H_
#define AWASE_ENGINE_KERNELS_STREAM_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace awase::kernels {

inline constexpr uint32_t kHotLabels = 64;  // labels below are bits, in a stream that has them
inline constexpr uint32_t kHotWords = kHotLabels / 16;
inline constexpr uint32_t kLeastBasket = 4;  // words of the smallest basket
inline constexpr uint32_t kLineWords = 32;
inline constexpr uint32_t kHeadLabels = 65536;  // labels from here on are tail
// Behind the last basket stand this many words that may be read.
inline constexpr size_t kStreamSlack = 128;

// Words before the labels.
constexpr uint32_t HeaderWords(bool hot) noexcept { return hot ? 3 + kHotWords : 3; }
constexpr uint32_t BasketWords(bool hot, uint32_t head, uint32_t tail) noexcept {
  return HeaderWords(hot) + head + 2 * tail;
}

// Where a basket of `words` begins when the words from `at` on are free.
constexpr uint64_t PlaceBasket(bool hot, uint64_t at, uint32_t words) noexcept {
  const uint64_t column = at % kLineWords;
  const uint64_t lines = (words + kLineWords - 1) / kLineWords;
  // No branch between the two: it would be guessed wrong.
  const bool fits = (column + words <= lines * kLineWords) & (column + HeaderWords(hot) <= kLineWords);
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
  bool has_hot;  // of its stream

  uint32_t weight() const noexcept { return words[0] + 1u; }
  uint32_t head() const noexcept { return words[1]; }
  uint32_t tail() const noexcept { return words[2]; }
  const uint16_t* hot_bits() const noexcept { return words + 3; }
  uint64_t hot() const noexcept {
    uint64_t bits = 0;
    if (has_hot) std::memcpy(&bits, hot_bits(), sizeof bits);
    return bits;
  }
  uint32_t size() const noexcept { return head() + tail() + static_cast<uint32_t>(std::popcount(hot())); }
  const uint16_t* head_labels() const noexcept { return words + HeaderWords(has_hot); }
  const uint16_t* tail_labels() const noexcept { return head_labels() + head(); }
  uint32_t tail_label(uint32_t k) const noexcept { return LoadLabel(tail_labels() + 2 * k); }
};

template <class Visit>
void ForEachLabel(const BasketView& basket, const Visit& visit) {
  for (uint64_t bits = basket.hot(); bits != 0; bits &= bits - 1) {
    visit(static_cast<uint32_t>(std::countr_zero(bits)));
  }
  for (uint32_t k = 0; k < basket.head(); ++k) visit(uint32_t{basket.head_labels()[k]});
  for (uint32_t k = 0; k < basket.tail(); ++k) visit(basket.tail_label(k));
}

// Writes a header of three words; returns where the bits go or, in a stream without, the labels.
inline uint16_t* WriteHeader(uint32_t weight, uint32_t heads, uint32_t tails, uint16_t* to) noexcept {
  to[0] = static_cast<uint16_t>(weight - 1);
  to[1] = static_cast<uint16_t>(heads);
  to[2] = static_cast<uint16_t>(tails);
  return to + 3;
}

// Calls visit(position, basket) for every basket of `words` words, in order.
template <class Visit>
void ForEachBasket(const uint16_t* stream, uint64_t words, bool hot, const Visit& visit) {
  for (uint64_t at = 0; at < words;) {
    const uint64_t column = at % kLineWords;
    const BasketView basket{stream + at, hot};
    if (column + HeaderWords(hot) > kLineWords || basket.size() == 0) {
      at += kLineWords - column;
      continue;
    }
    visit(at, basket);
    at += BasketWords(hot, basket.head(), basket.tail());
  }
}

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_STREAM_H_
