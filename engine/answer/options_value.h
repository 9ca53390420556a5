// One value out of a model's options without parsing them: answers read it per request.
#ifndef AWASE_ENGINE_ANSWER_OPTIONS_VALUE_H_
#define AWASE_ENGINE_ANSWER_OPTIONS_VALUE_H_

#include <optional>
#include <string_view>

namespace awase {

// Value of a key of a flat JSON object of numbers and plain words: digits as written, words without their
// quotes; "" when the key is absent. No allocation.
std::string_view OptionValue(std::string_view json, std::string_view key);
// The same as a number; nullopt when absent or none.
std::optional<double> OptionNumber(std::string_view json, std::string_view key);

}  // namespace awase

#endif  // AWASE_ENGINE_ANSWER_OPTIONS_VALUE_H_
