// An evaluation in words: one JSON object, or a table for people.
#ifndef AWASE_ENGINE_EVALUATE_REPORT_H_
#define AWASE_ENGINE_EVALUATE_REPORT_H_

#include <string>

#include "engine/evaluate/evaluate.h"

namespace awase {

// Keys: protocol (every rule, date, seed and option, and `digest`, 16 hex digits of XXH3 over them), methods,
// paired, chosen, tuned, seconds. The digest does not cover the data.
std::string ReportJson(const Evaluation& evaluation, const EvaluateOptions& options);
// The rules in short, a line a method, the paired differences.
std::string ReportTable(const Evaluation& evaluation, const EvaluateOptions& options);

// Keys: chosen, tried, validation.
std::string TunedJson(const Tuned& tuned, const Split& split);
std::string TunedTable(const Tuned& tuned);

}  // namespace awase

#endif  // AWASE_ENGINE_EVALUATE_REPORT_H_
