// Adds judgements up over seeds, and makes figures of them.
#ifndef AWASE_ENGINE_EVALUATE_FIGURES_H_
#define AWASE_ENGINE_EVALUATE_FIGURES_H_

#include <map>
#include <string>
#include <vector>

#include "engine/evaluate/evaluate.h"
#include "engine/evaluate/judge.h"

namespace awase {

// Baskets of all seeds side by side, one column of values a method.
class Figures {
 public:
  // Begins the next seed: its probes and the training support of every item.
  void Begin(const ProbeSet& set, std::vector<uint32_t> support);
  // One method's judgement of the seed begun last. Every method must come once a seed.
  void Add(const std::string& method, const ProbeSet& set, const Judgement& judgement);
  // Means, intervals, segments; paired differences of every method but the simple ones against the simple
  // ones that are there.
  void Finish(uint32_t draws, uint64_t seed, Evaluation& evaluation) const;

 private:
  struct Column {
    std::vector<MetricValues> by_basket;
    MethodFigures sums;  // means of the seeds, added up
    uint32_t seeds = 0;
  };
  std::vector<uint32_t> cluster_, size_;  // by basket
  std::vector<bool> known_;               // by basket
  std::vector<uint32_t> support_;         // of the seed begun last
  std::vector<std::string> order_;        // of the methods
  std::map<std::string, Column> columns_;

  std::vector<Segment> SegmentsOf(const Column& column) const;
};

}  // namespace awase

#endif  // AWASE_ENGINE_EVALUATE_FIGURES_H_
