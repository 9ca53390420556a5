// The answer as its documentation says it, with maps and sorting: the twin of Recommend.
#ifndef AWASE_TESTS_SUPPORT_SLOW_ANSWER_H_
#define AWASE_TESTS_SUPPORT_SLOW_ANSWER_H_

#include "engine/answer/answer.h"

namespace awase::testing {

Answer SlowRecommend(const Model& model, const Query& query, Detail detail);

// "" when both say the same, else the first difference. `rejected` is compared where the slow one has it.
std::string Difference(const Answer& fast, const Answer& slow);

}  // namespace awase::testing

#endif  // AWASE_TESTS_SUPPORT_SLOW_ANSWER_H_
