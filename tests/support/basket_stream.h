// A stream of baskets, one appended after the other.
#ifndef AWASE_TESTS_SUPPORT_BASKET_STREAM_H_
#define AWASE_TESTS_SUPPORT_BASKET_STREAM_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "engine/base/buffer.h"
#include "engine/kernels/stream.h"

namespace awase::testing {

class BasketStream {
 public:
  // Returns the basket's position. The order of labels is kept among those below 65536 and among the others.
  template <class Labels>
  uint32_t Append(const Labels& labels, uint32_t weight) {
    std::vector<uint16_t> head;
    std::vector<uint32_t> tail;
    for (const uint32_t label : labels) {
      if (label < kernels::kHeadLabels) head.push_back(static_cast<uint16_t>(label));
      if (label >= kernels::kHeadLabels) tail.push_back(label);
    }
    const auto heads = static_cast<uint32_t>(head.size()), tails = static_cast<uint32_t>(tail.size());
    const uint32_t words = kernels::BasketWords(heads, tails);
    const uint64_t at = kernels::PlaceBasket(words_.size(), words);
    words_.resize(at + words, 0);
    uint16_t* const to = kernels::WriteHeader(weight, heads, tails, &words_[at]);
    std::copy(head.begin(), head.end(), to);
    std::memcpy(to + heads, tail.data(), 4 * size_t{tails});
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
  std::vector<uint16_t> words_;
  Buffer<uint16_t> aligned_;
};

}  // namespace awase::testing

#endif  // AWASE_TESTS_SUPPORT_BASKET_STREAM_H_
