// Which facts count: products, inside the range of time, and bought rather than sent back.
#ifndef AWASE_ENGINE_HISTORY_COUNTING_H_
#define AWASE_ENGINE_HISTORY_COUNTING_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/base/time.h"
#include "engine/history/history.h"
#include "engine/kernels/plain_lines.h"

namespace awase {

inline constexpr uint32_t kNoNumber = ~uint32_t{0};
// Ranks of items are below; of what is no product.
inline constexpr uint32_t kNoRank = ~kernels::kMet;

// Knows the rank of each item and remembers which items the facts name, in one word: both are asked for every
// fact.
class Counting {
 public:
  // `rank_of`: by item of the facts.
  Counting(std::vector<uint32_t> rank_of, const HistoryOptions& options)
      : entries_(std::move(rank_of)),
        from_(options.from),
        length_(options.until == 0 ? ~uint64_t{0} - options.from : options.until - options.from) {}

  // Times that are in range; kNoTime is, besides.
  UnixSeconds first() const { return static_cast<UnixSeconds>(from_); }
  UnixSeconds last() const {
    return static_cast<UnixSeconds>(std::min<uint64_t>(from_ + length_ - 1, ~UnixSeconds{0}));
  }
  bool InRange(UnixSeconds t) const { return t == kNoTime || uint64_t{t} - from_ < length_; }
  bool IsProduct(uint32_t item) const { return (entries_[item] & kNoRank) != kNoRank; }
  bool WasNamed(uint32_t item) const { return (entries_[item] & kNamed) != 0; }
  // As kernels/plain_lines.h has them.
  uint32_t* entries() { return entries_.data(); }
  // Rank of the item, which is remembered. Threads may call it together.
  uint32_t Name(uint32_t item) {
    const std::atomic_ref entry(entries_[item]);
    const uint32_t before = entry.load(std::memory_order_relaxed);
    if ((before & kNamed) == 0) entry.store(before | kNamed, std::memory_order_relaxed);
    return before & kNoRank;
  }

 private:
  static constexpr uint32_t kNamed = kernels::kMet;
  std::vector<uint32_t> entries_;  // by item of the facts
  const uint64_t from_, length_;
};

}  // namespace awase

#endif  // AWASE_ENGINE_HISTORY_COUNTING_H_
