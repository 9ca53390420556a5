#include "engine/evaluate/plan.h"

#include <gtest/gtest.h>

namespace awase {
namespace {

FactTable FewOrders(bool known) {
  FactTable facts;
  for (uint32_t o = 0; o < 4; ++o) {
    facts.orders.Intern("o" + std::to_string(o));
    facts.order_customer.push_back(known ? facts.customers.Intern("c" + std::to_string(o)) : kAnonymous);
    for (uint32_t i = 0; i < 2; ++i) {
      facts.lines.push_back({o, facts.items.Intern("i" + std::to_string(i)), 1, 1000 + o});
    }
  }
  return facts;
}

TEST(Plan, TheFloorIsTheStoresElseFiveWithCustomersElseTwo) {
  const FactTable known = FewOrders(true), anonymous = FewOrders(false);
  EXPECT_EQ(PrivacyFloor({}, known, Signal::kOrder), 5u);
  EXPECT_EQ(PrivacyFloor({}, anonymous, Signal::kOrder), 2u);
  EXPECT_EQ(PrivacyFloor({}, known, Signal::kView), 2u);
  StoreSettings settings;
  settings.min_support = 7;
  EXPECT_EQ(PrivacyFloor(settings, known, Signal::kOrder), 7u);
}

TEST(Plan, AFloorThatTheStoreHasSetIsNotUndercut) {
  StoreSettings settings;
  settings.min_support = 7;
  TrainOptions options;
  options.min_support = 6;
  EXPECT_EQ(CheckFloor(settings, options).message(),
            "min_support: the store's floor is 7 (awased settings changes it), got 6");
  options.min_support = 7;
  EXPECT_TRUE(CheckFloor(settings, options).ok());
  settings.min_support = 0;
  options.min_support = 1;
  EXPECT_TRUE(CheckFloor(settings, options).ok());
}

TEST(Plan, ANamedMeasureComesBeforeTunedOptionsAndTheseBeforeAValidation) {
  const FactTable facts = FewOrders(true);
  StoreSettings settings;
  settings.max_orders_per_customer = 3;
  TrainOptions tuned;
  tuned.measure = Measure::kCosine;
  tuned.damping = 0.25;
  Shop shop{facts, settings, {}, ToJson(tuned)};
  const Plan named = *PlanTraining(shop, {}, Measure::kLlr);
  EXPECT_EQ(named.chosen_by, "request");
  EXPECT_EQ(named.options.measure, Measure::kLlr);
  EXPECT_EQ(named.options.max_orders_per_customer, 3u);
  EXPECT_EQ(named.options.min_support, 5u);
  const Plan kept = *PlanTraining(shop, {}, std::nullopt);
  EXPECT_EQ(kept.chosen_by, "tuned");
  EXPECT_EQ(kept.options.damping, 0.25);
  EXPECT_EQ(kept.options.min_support, 5u) << "the floor of today, not of the tuning";
  shop.tuned.reset();
  EXPECT_EQ(PlanTraining(shop, {}, std::nullopt)->chosen_by, "validation");
}

TEST(Plan, ViewsAndWindowsTakeTheColdDefault) {
  const FactTable facts = FewOrders(true);
  const StoreSettings settings;
  TrainOptions views;
  views.signal = Signal::kView;
  EXPECT_EQ(PlanTraining({facts, settings, {}, std::nullopt}, views, std::nullopt)->chosen_by,
            "cold default");
}

TEST(Plan, TunedOptionsThatCannotBeReadAreAnError) {
  const FactTable facts = FewOrders(true);
  const StoreSettings settings;
  EXPECT_EQ(PlanTraining({facts, settings, {}, "{\"no_such\":1}"}, {}, std::nullopt).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(Plan, NonProductsAreNoItems) {
  StoreSettings settings;
  settings.non_product_patterns = {"POST", "BANK*"};
  const std::vector<Item> products =
      Products(settings, {{.id = "A"}, {.id = "BANK CHARGES"}, {.id = "POST"}});
  ASSERT_EQ(products.size(), 1u);
  EXPECT_EQ(products[0].id, "A");
}

}  // namespace
}  // namespace awase
