// Which baskets of a customer hold candidates for the customer's purchases of an anchor.
#ifndef AWASE_ENGINE_TRAIN_WINDOWS_H_
#define AWASE_ENGINE_TRAIN_WINDOWS_H_

#include <cstdint>
#include <vector>

#include "engine/train/options.h"
#include "engine/train/population.h"

namespace awase {

// The visits of one row with unit customer.
struct WindowVisits {
  std::vector<uint32_t> visits;  // as kernels' visits: each basket once
  std::vector<uint32_t> lags;    // of each: seconds to the nearest purchase of the anchor
  uint64_t pairs = 0;            // sum of the sizes of the baskets
  bool owners_repeat = false;
};

// Without a window: the baskets with the anchor. Otherwise all baskets of its buyers at most window_seconds
// from one of its purchases, on the side that the direction asks for. `out` is cleared first. Linear in the
// baskets that the window reaches.
void FindWindowVisits(const Population& population, const TrainOptions& options, uint32_t label,
                      WindowVisits& out);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_WINDOWS_H_
