// Which facts count: products, inside the range of time, and bought rather than sent back.
#ifndef AWASE_ENGINE_HISTORY_COUNTING_H_
#define AWASE_ENGINE_HISTORY_COUNTING_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/string_pool.h"
#include "engine/base/time.h"
#include "engine/history/history.h"

namespace awase {

inline constexpr uint32_t kNoNumber = ~uint32_t{0};

// Also remembers which items the facts name, in the byte that says whether an item is a product: both are
// asked for every fact.
class Counting {
 public:
  Counting(const StringPool& items, const HistoryOptions& options);

  bool InRange(UnixSeconds t) const { return t == kNoTime || uint64_t{t} - from_ < length_; }
  bool IsProduct(uint32_t item) const { return (flags_[item] & kProduct) != 0; }
  bool WasNamed(uint32_t item) const { return (flags_[item] & kNamed) != 0; }
  // Says whether the item is a product and remembers it. Threads may call it together.
  bool Name(uint32_t item) {
    const std::atomic_ref flags(flags_[item]);
    const uint8_t before = flags.load(std::memory_order_relaxed);
    if ((before & kNamed) == 0) flags.store(before | kNamed, std::memory_order_relaxed);
    return (before & kProduct) != 0;
  }

 private:
  static constexpr uint8_t kProduct = 1, kNamed = 2;
  std::vector<uint8_t> flags_;  // by item of the facts
  const uint64_t from_, length_;
};

}  // namespace awase

#endif  // AWASE_ENGINE_HISTORY_COUNTING_H_
