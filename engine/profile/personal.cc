#include "engine/profile/personal.h"

#include <algorithm>

namespace awase {
namespace {

// Turns one entry a purchase (weight of its order, `orders` its order's number) into one entry an item.
void Merge(std::vector<Owned>& purchases) {
  std::sort(purchases.begin(), purchases.end(), [](const Owned& a, const Owned& b) {
    return a.item != b.item ? a.item < b.item : a.orders < b.orders;
  });
  size_t kept = 0;
  for (const Owned& purchase : purchases) {
    if (kept > 0 && purchases[kept - 1].item == purchase.item) {
      purchases[kept - 1].weight += purchase.weight;
      ++purchases[kept - 1].orders;
    } else {
      purchases[kept++] = {purchase.item, purchase.weight, 1};
    }
  }
  purchases.resize(kept);
}

}  // namespace

void PersonalFrequency(std::span<const std::span<const ItemId>> orders, float decay,
                       std::vector<Owned>& out) {
  out.clear();
  float weight = 1;
  for (size_t order = orders.size(); order-- > 0; weight *= decay) {
    for (const ItemId item : orders[order]) out.push_back({item, weight, static_cast<uint32_t>(order)});
  }
  Merge(out);
}

}  // namespace awase
