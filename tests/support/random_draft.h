// Small random models that hold every kind of item: with and without title, category, group, price, edges and
// sales.
#ifndef AWASE_TESTS_SUPPORT_RANDOM_DRAFT_H_
#define AWASE_TESTS_SUPPORT_RANDOM_DRAFT_H_

#include <cstdint>

#include "engine/model/draft.h"

namespace awase::testing {

struct RandomShape {
  uint32_t items = 50;
  uint32_t max_neighbours = 20;
  uint32_t categories = 6;
  uint32_t groups = 10;
  // Scores are drawn from this many values, so that ties are common; 0: all different.
  uint32_t distinct_scores = 8;
  double unavailable = 0.1;
  double not_repeatable = 0.2;
};

// Equal for equal seeds. Valid by ValidateDraft; evidence agrees with the supports.
ModelDraft RandomDraft(uint64_t seed, const RandomShape& shape = {});

// The draft that a test writes down: items "a", "b", ... without edges, all available and repeatable.
ModelDraft PlainDraft(uint32_t items);
// Adds edges to one row of a draft, in any order; rows must be added in item order, each at most once.
void AddRow(ModelDraft& draft, uint32_t row, std::vector<Edge> edges);

}  // namespace awase::testing

#endif  // AWASE_TESTS_SUPPORT_RANDOM_DRAFT_H_
