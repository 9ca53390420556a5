// A stream of baskets, one appended after the other.
#ifndef AWASE_TESTS_SUPPORT_BASKET_STREAM_H_
#define AWASE_TESTS_SUPPORT_BASKET_STREAM_H_

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <vector>

#include "engine/base/buffer.h"
#include "engine/kernels/stream.h"

namespace awase::testing {

class BasketStream {
 public:
  // `hot`: hot labels become bits.
  explicit BasketStream(bool hot = false) : hot_(hot) {}
  // Returns the basket's position. The order of labels is kept among those below 65536 and among the others.
  template <class Labels>
  uint32_t Append(const Labels& labels, uint32_t weight) {
    std::vector<uint16_t> head;
    std::vector<uint32_t> tail;
    std::bitset<kernels::kHotLabels> bits;
    for (const uint32_t label : labels) {
      const bool is_hot = hot_ && label < kernels::kHotLabels;
      if (is_hot) bits.set(label);
      if (!is_hot && label < kernels::kHeadLabels) head.push_back(static_cast<uint16_t>(label));
      if (label >= kernels::kHeadLabels) tail.push_back(label);
    }
    const auto heads = static_cast<uint32_t>(head.size()), tails = static_cast<uint32_t>(tail.size());
    const uint32_t words = kernels::BasketWords(hot_, heads, tails);
    const uint64_t at = kernels::PlaceBasket(hot_, words_.size(), words);
    words_.resize(at + words, 0);
    uint16_t* to = kernels::WriteHeader(weight, heads, tails, &words_[at]);
    for (uint32_t label = 0; hot_ && label < kernels::kHotLabels; ++label) {
      to[label / 16] |= static_cast<uint16_t>(bits[label] << label % 16);
    }
    to = &words_[at] + kernels::HeaderWords(hot_);
    std::copy(head.begin(), head.end(), to);
    if (tails > 0) std::memcpy(to + heads, tail.data(), 4 * size_t{tails});
    return static_cast<uint32_t>(at);
  }
  // On a line of its own, with slack behind it. Valid until the next Append.
  const uint16_t* data() {
    aligned_ = Buffer<uint16_t>(words_.size() + kernels::kStreamSlack);
    std::fill(std::copy(words_.begin(), words_.end(), aligned_.begin()), aligned_.end(), uint16_t{0});
    return aligned_.data();
  }
  uint64_t words() const { return words_.size(); }

 private:
  bool hot_;
  std::vector<uint16_t> words_;
  Buffer<uint16_t> aligned_;
};

}  // namespace awase::testing

#endif  // AWASE_TESTS_SUPPORT_BASKET_STREAM_H_
