// How a store is trained when nobody says more: its floor, its tuned options or `auto`. One place for command
// and server.
#ifndef AWASE_ENGINE_EVALUATE_PLAN_H_
#define AWASE_ENGINE_EVALUATE_PLAN_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/facts/fact_table.h"
#include "engine/facts/facts.h"
#include "engine/facts/store_settings.h"
#include "engine/train/options.h"

namespace awase {

// What a plan looks at. The facts and settings must outlive it.
struct Shop {
  const FactTable& facts;
  const StoreSettings& settings;
  std::vector<Item> products;        // see Products
  std::optional<std::string> tuned;  // the ledger's document kTunedDocument
};

// The items that the settings do not name as non-products.
std::vector<Item> Products(const StoreSettings& settings, std::vector<Item> catalogue);

// Fewest distinct customers behind an edge: the store's setting, else 5 where customers are known, 2 where
// every unit is anonymous (sessions are).
uint32_t PrivacyFloor(const StoreSettings& settings, const FactTable& facts, Signal signal);

// INVALID_ARGUMENT when the options go below a floor that the store has set.
absl::Status CheckFloor(const StoreSettings& settings, const TrainOptions& options);

struct Plan {
  TrainOptions options;
  std::string chosen_by;  // "request", "tuned", "validation", "cold default"
};

// `base` says what is counted (signal, unit, window); floor and order cap come from the settings. Without
// `measure`: as tuned, else by a short validation on the store's own orders. Views and windows are no cart
// questions, so there it is jaccard's cold default. Errors: INVALID_ARGUMENT (base, or tuned options that
// cannot be read).
absl::StatusOr<Plan> PlanTraining(const Shop& shop, TrainOptions base, std::optional<Measure> measure);

}  // namespace awase

#endif  // AWASE_ENGINE_EVALUATE_PLAN_H_
