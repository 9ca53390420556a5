// Prices: millionths of the store's currency unit.
#ifndef AWASE_ENGINE_BASE_MONEY_H_
#define AWASE_ENGINE_BASE_MONEY_H_

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace awase {

using Micros = int64_t;

inline constexpr Micros kNoPrice = std::numeric_limits<Micros>::min();
inline constexpr Micros kMaxPrice = 1'000'000'000'000 * Micros{1'000'000};

// Reads a plain decimal ("2.55", "-11062.06", "1980"). Digits beyond the sixth place are rounded half away
// from zero. Blank yields kNoPrice. Errors: INVALID_ARGUMENT "not a price, got '...'", beyond ±kMaxPrice.
absl::StatusOr<Micros> ParsePrice(std::string_view text);

// Shortest decimal: "2.55", "1980"; kNoPrice yields "".
std::string FormatPrice(Micros price);

}  // namespace awase

#endif  // AWASE_ENGINE_BASE_MONEY_H_
