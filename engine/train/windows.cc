#include "engine/train/windows.h"

#include <algorithm>
#include <span>

#include "engine/model/draft.h"

namespace awase {
namespace {

// Smallest lag from the purchases in `bought` (baskets, ascending in time) to a basket at time t; kNoLag when
// the direction leaves none. `next` is the first purchase after t or at it, kept between calls with rising t.
uint32_t LagTo(const std::vector<UnixSeconds>& times, std::span<const uint32_t> bought, Direction direction,
               UnixSeconds t, size_t& next) {
  while (next < bought.size() && times[bought[next]] < t) ++next;
  uint32_t lag = kNoLag;
  if (direction != Direction::kBefore && next > 0) lag = t - times[bought[next - 1]];
  size_t later = next;
  if (direction == Direction::kBefore) {
    while (later < bought.size() && times[bought[later]] == t) ++later;
  }
  if (direction != Direction::kAfter && later < bought.size()) lag = std::min(lag, times[bought[later]] - t);
  return lag;
}

}  // namespace

void FindWindowVisits(const Population& population, const TrainOptions& options, uint32_t label,
                      WindowVisits& out) {
  out.visits.clear();
  out.lags.clear();
  out.pairs = 0;
  out.owners_repeat = false;
  const std::span<const uint32_t> all = population.VisitsOf(label);
  for (size_t begin = 0, end = 0; begin < all.size(); begin = end) {
    const uint32_t owner = population.owner[all[begin]];
    while (end < all.size() && population.owner[all[end]] == owner) ++end;
    const std::span<const uint32_t> bought = all.subspan(begin, end - begin);
    uint32_t flag = 0;
    const auto add = [&](uint32_t basket, uint32_t lag) {
      out.visits.push_back(population.position[basket] | flag);
      out.lags.push_back(lag);
      out.pairs += kernels::BasketView{&population.stream[population.position[basket]]}.size();
      out.owners_repeat |= flag != 0;
      flag = kernels::kSameOwner;
    };
    if (options.window_seconds == 0) {
      for (const uint32_t basket : bought) add(basket, 0);
      continue;
    }
    size_t next = 0;
    for (uint32_t b = population.first_basket[owner]; b < population.first_basket[owner + 1]; ++b) {
      const uint32_t lag = LagTo(population.times, bought, options.direction, population.times[b], next);
      if (lag != kNoLag && lag <= options.window_seconds) add(b, lag);
    }
  }
}

}  // namespace awase
