#include "engine/evaluate/plan.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "engine/base/glob.h"
#include "engine/evaluate/auto.h"

namespace awase {

std::vector<Item> Products(const StoreSettings& settings, std::vector<Item> catalogue) {
  std::erase_if(catalogue, [&](const Item& item) {
    return std::any_of(settings.non_product_patterns.begin(), settings.non_product_patterns.end(),
                       [&](const std::string& pattern) { return GlobMatches(pattern, item.id); });
  });
  return catalogue;
}

uint32_t PrivacyFloor(const StoreSettings& settings, const FactTable& facts, Signal signal) {
  if (settings.min_support > 0) return settings.min_support;
  return signal == Signal::kOrder ? DefaultMinSupport(facts) : 2;
}

absl::Status CheckFloor(const StoreSettings& settings, const TrainOptions& options) {
  if (options.min_support >= settings.min_support) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("min_support: the store's floor is ", settings.min_support,
                                                 " (awased settings changes it), got ", options.min_support));
}

absl::StatusOr<Plan> PlanTraining(const Shop& shop, TrainOptions base, std::optional<Measure> measure) {
  base.max_orders_per_customer = shop.settings.max_orders_per_customer;
  base.min_support = PrivacyFloor(shop.settings, shop.facts, base.signal);
  if (measure.has_value()) return Plan{WithMeasure(base, *measure), "request"};
  if (base.signal == Signal::kView || base.unit == CountingUnit::kCustomer) {
    return Plan{WithMeasure(base, Measure::kJaccard), "cold default"};
  }
  if (shop.tuned.has_value()) {
    absl::StatusOr<TrainOptions> tuned = TrainOptionsFromJson(*shop.tuned);
    if (!tuned.ok()) return tuned.status();
    // Settings may have changed since.
    tuned->min_support = base.min_support;
    return Plan{*std::move(tuned), "tuned"};
  }
  ValidateOptions validate;
  validate.non_product_patterns = shop.settings.non_product_patterns;
  validate.catalogue = shop.products;
  const absl::StatusOr<Choice> choice = ChooseOptions(shop.facts, base, validate);
  if (!choice.ok()) return choice.status();
  return Plan{choice->options, "validation"};
}

}  // namespace awase
