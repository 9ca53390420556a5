#include "engine/history/counting.h"

#include <algorithm>

#include "engine/base/glob.h"

namespace awase {

Counting::Counting(const StringPool& items, const HistoryOptions& options)
    : flags_(items.size(), kProduct),
      from_(options.from),
      length_(options.until == 0 ? ~uint64_t{0} - options.from : options.until - options.from) {
  for (const std::string& pattern : options.non_product_patterns) {
    for (uint32_t item = 0; item < items.size(); ++item) {
      if (GlobMatches(pattern, items[item])) flags_[item] = 0;
    }
  }
}

}  // namespace awase
