// What a customer has bought, and how often lately: a pure fold, the same in training, evaluation and
// serving.
#ifndef AWASE_ENGINE_PROFILE_PERSONAL_H_
#define AWASE_ENGINE_PROFILE_PERSONAL_H_

#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/ids.h"

namespace awase {

// One item a customer owns.
struct Owned {
  ItemId item;
  float weight;     // sum over the orders with it of decay^(orders of the customer since)
  uint32_t orders;  // orders with it
};

// `orders`: the customer's orders, oldest first, each a set of items. Result sorted by item; `out` is cleared
// first and is the only memory used. Cost: n log n over the purchases. The same bits wherever it is computed:
// sums run from the oldest order to the newest. Source: Hu et al., SIGIR 2020 ("personalised item
// frequency"), with their time decay per order.
void PersonalFrequency(std::span<const std::span<const ItemId>> orders, float decay, std::vector<Owned>& out);

}  // namespace awase

#endif  // AWASE_ENGINE_PROFILE_PERSONAL_H_
