// The rules of a protocol in words, printed with every figure: each of them moves figures.
#ifndef AWASE_ENGINE_EVALUATE_RULES_H_
#define AWASE_ENGINE_EVALUATE_RULES_H_

#include <string>
#include <utility>
#include <vector>

#include "engine/evaluate/probe.h"
#include "engine/evaluate/split.h"

namespace awase {

// (name, rule in one sentence), in a fixed order.
std::vector<std::pair<std::string, std::string>> RulesOf(Protocol protocol, SplitKind split);

}  // namespace awase

#endif  // AWASE_ENGINE_EVALUATE_RULES_H_
