// Something that ranks items for a probe: what is served, a simple rule to compare with, or a published
// method.
#ifndef AWASE_ENGINE_EVALUATE_RANKER_H_
#define AWASE_ENGINE_EVALUATE_RANKER_H_

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/ids.h"
#include "engine/evaluate/metrics.h"
#include "engine/evaluate/probe.h"

namespace awase {

// One thread's; owns its scratch. Refers to what its method was made from.
class Ranker {
 public:
  virtual ~Ranker() = default;
  // The best kDepth items at most, best first, ties by item. Items with score 0 or in probe.excluded never
  // appear.
  virtual void Rank(const ProbeSet& set, const Probe& probe, std::vector<ItemId>& ranked) = 0;
};

// A named way of ranking. `make` may be called from several threads at once.
struct Method {
  std::string name;
  std::function<std::unique_ptr<Ranker>()> make;
};

// The best kDepth of a stream of scored items: score descending, then item ascending. Items offered are
// distinct.
class Best {
 public:
  void Offer(ItemId item, double score) {
    if (score > 0 && (heap_.size() < kDepth || Better({score, item}, heap_.front()))) Keep({score, item});
  }
  // Leaves nothing.
  void Take(std::vector<ItemId>& best);

 private:
  using Scored = std::pair<double, ItemId>;
  static bool Better(const Scored& a, const Scored& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  }
  void Keep(const Scored& scored);
  std::vector<Scored> heap_;  // worst on top
};

// Sums of scores by item with a touched list.
class ScoreSums {
 public:
  explicit ScoreSums(uint32_t items) : sums_(items, 0) {}
  // score > 0
  void Add(ItemId item, double score) {
    double& sum = sums_[Index(item)];
    if (sum == 0) touched_.push_back(item);
    sum += score;
  }
  // The best of them without `excluded`. Clears the sums.
  void TakeBest(std::span<const ItemId> excluded, std::vector<ItemId>& ranked);

 private:
  std::vector<double> sums_;
  std::vector<ItemId> touched_;
  Best best_;
};

}  // namespace awase

#endif  // AWASE_ENGINE_EVALUATE_RANKER_H_
