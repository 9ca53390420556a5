// Settings as texts: how they are typed, shown and kept.
#ifndef AWASE_ENGINE_LEDGER_SETTINGS_TEXT_H_
#define AWASE_ENGINE_LEDGER_SETTINGS_TEXT_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

#include "engine/facts/store_settings.h"

namespace awase {

// (key, value), every field in a fixed order; lists are comma-separated.
std::vector<std::pair<std::string, std::string>> ToText(const StoreSettings& settings);

// Sets one field. INVALID_ARGUMENT "min_support: is not a whole number, got 'x'", or naming the keys that
// there are.
absl::Status SetFromText(std::string_view key, std::string_view value, StoreSettings& settings);

}  // namespace awase

#endif  // AWASE_ENGINE_LEDGER_SETTINGS_TEXT_H_
