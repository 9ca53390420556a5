#include "engine/train/windows.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "engine/model/draft.h"

namespace awase {
namespace {

constexpr size_t kVisitsAhead = 12;  // whose baskets are fetched before they are needed

// Smallest lag from the purchases in `bought` (baskets, ascending in time) to a basket at time t; kNoLag when
// the direction leaves none. `next` is the first purchase after t or at it, kept between calls with rising t.
uint32_t LagTo(const std::vector<DatedBasket>& dated, std::span<const uint32_t> bought, Direction direction,
               UnixSeconds t, size_t& next) {
  while (next < bought.size() && dated[bought[next]].time < t) ++next;
  uint32_t lag = kNoLag;
  if (direction != Direction::kBefore && next > 0) lag = t - dated[bought[next - 1]].time;
  size_t later = next;
  if (direction == Direction::kBefore) {
    while (later < bought.size() && dated[bought[later]].time == t) ++later;
  }
  if (direction != Direction::kAfter && later < bought.size())
    lag = std::min(lag, dated[bought[later]].time - t);
  return lag;
}

// Baskets of the owner of `bought` that may lie in the window: first and one past the last. Looks at no
// others but the two beyond.
std::pair<uint32_t, uint32_t> Reach(const std::vector<DatedBasket>& dated, std::span<const uint32_t> bought,
                                    const TrainOptions& options) {
  uint32_t begin = bought.front(), end = bought.back() + 1;
  const DatedBasket &first = dated[bought.front()], &last = dated[bought.back()];
  if (options.direction != Direction::kAfter) {
    while (begin > 0 && dated[begin - 1].owner == first.owner &&
           first.time - dated[begin - 1].time <= options.window_seconds) {
      --begin;
    }
  }
  if (options.direction != Direction::kBefore) {
    while (end < dated.size() && dated[end].owner == last.owner &&
           dated[end].time - last.time <= options.window_seconds) {
      ++end;
    }
  }
  return {begin, end};
}

}  // namespace

void FindWindowVisits(const Population& population, const TrainOptions& options, uint32_t label,
                      WindowVisits& out) {
  out.visits.clear();
  out.lags.clear();
  out.pairs = 0;
  out.owners_repeat = false;
  const std::vector<DatedBasket>& dated = population.dated;
  const std::span<const uint32_t> all = population.VisitsOf(label);
  for (size_t begin = 0, end = 0; begin < all.size(); begin = end) {
    const uint32_t owner = dated[all[begin]].owner;
    for (; end < all.size() && dated[all[end]].owner == owner; ++end) {
      __builtin_prefetch(&dated[all[std::min(end + kVisitsAhead, all.size() - 1)]]);
    }
    const std::span<const uint32_t> bought = all.subspan(begin, end - begin);
    uint32_t flag = 0;
    const auto add = [&](uint32_t basket, uint32_t lag) {
      out.visits.push_back(dated[basket].position | flag);
      out.lags.push_back(lag);
      out.pairs += dated[basket].size;
      out.owners_repeat |= flag != 0;
      flag = kernels::kSameOwner;
    };
    if (options.window_seconds == 0) {
      for (const uint32_t basket : bought) add(basket, 0);
      continue;
    }
    const auto [from, to] = Reach(dated, bought, options);
    size_t next = 0;
    for (uint32_t b = from; b < to; ++b) {
      const uint32_t lag = LagTo(dated, bought, options.direction, dated[b].time, next);
      if (lag != kNoLag && lag <= options.window_seconds) add(b, lag);
    }
  }
}

}  // namespace awase
