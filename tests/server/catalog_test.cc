// CatalogService: items and placements, and what placements do to answers.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "awase/v1/catalog_service.pb.h"
#include "awase/v1/recommendation_service.pb.h"
#include "tests/server/world.h"

namespace awase {
namespace {

namespace pb = ::awase::v1;
using testing::Call;
using testing::FieldIn;
using testing::ReasonIn;
using testing::World;

const std::string kCatalog = "awase.v1.CatalogService/";

class Catalog : public ::testing::Test {
 protected:
  template <class Request, class Response>
  grpc::Status Ask(const std::string& method, const Request& request, Response* response) {
    return Call(*world_.channel(), kCatalog + method, request, response);
  }
  // Items in the answer to a cart with a camera, no fallback.
  std::vector<std::string> Answer(const std::string& placement, const std::string& device = "") {
    pb::RecommendRequest request;
    request.set_placement("stores/shop/placements/" + placement);
    request.add_cart_lines()->set_item_id("camera");
    request.set_fallback_mode(pb::FALLBACK_MODE_NONE);
    if (!device.empty()) (*request.mutable_customer()->mutable_attributes())["device"] = device;
    pb::RecommendResponse response;
    const grpc::Status status =
        Call(*world_.channel(), "awase.v1.RecommendationService/Recommend", request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::vector<std::string> items;
    for (const auto& r : response.recommendations()) items.push_back(r.item_id());
    return items;
  }
  pb::UpdatePlacementRequest Rule(const std::string& item_filter) {
    pb::UpdatePlacementRequest request;
    request.mutable_placement()->set_name("stores/shop/placements/cart");
    auto* rule = request.mutable_placement()->add_rules();
    rule->set_rule_id("r1");
    rule->set_item_filter(item_filter);
    rule->set_hide(true);
    return request;
  }
  World world_;
};

TEST_F(Catalog, ItemsAreWrittenReadListedAndRemoved) {
  pb::BatchUpdateItemsRequest write;
  write.set_parent("stores/shop");
  pb::Item* item = write.add_items();
  item->set_name("stores/shop/items/tripod/a");
  (*item->mutable_titles())[""] = "Tripod";
  item->mutable_price()->set_units(12);
  item->mutable_price()->set_nanos(500'000'000);
  item->set_available(false);
  pb::BatchUpdateItemsResponse written;
  write.set_validate_only(true);
  ASSERT_TRUE(Ask("BatchUpdateItems", write, &written).ok());
  pb::GetItemRequest get;
  get.set_name("stores/shop/items/tripod/a");
  pb::GetItemResponse got;
  EXPECT_EQ(ReasonIn(Ask("GetItem", get, &got)), "ITEM_NOT_FOUND") << "it was only checked";
  write.set_validate_only(false);
  ASSERT_TRUE(Ask("BatchUpdateItems", write, &written).ok());
  EXPECT_EQ(written.changed_count(), 1);
  ASSERT_TRUE(Ask("BatchUpdateItems", write, &written).ok());
  EXPECT_EQ(written.changed_count(), 0);
  ASSERT_TRUE(Ask("GetItem", get, &got).ok());
  EXPECT_EQ(got.item().titles().at(""), "Tripod");
  EXPECT_EQ(got.item().price().units(), 12);
  EXPECT_EQ(got.item().price().nanos(), 500'000'000);
  EXPECT_EQ(got.item().price().currency_code(), "JPY");
  EXPECT_FALSE(got.item().available());
  EXPECT_TRUE(got.item().repeatable());

  pb::ListItemsRequest list;
  list.set_parent("stores/shop");
  list.set_page_size(3);
  int listed = 0, pages = 0;
  pb::ListItemsResponse page;
  do {
    ASSERT_TRUE(Ask("ListItems", list, &page).ok());
    listed += page.items_size();
    ++pages;
    list.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  EXPECT_EQ(listed, 8);
  EXPECT_EQ(pages, 3);

  pb::DeleteItemRequest remove;
  remove.set_name("stores/shop/items/tripod/a");
  pb::DeleteItemResponse removed;
  ASSERT_TRUE(Ask("DeleteItem", remove, &removed).ok());
  EXPECT_EQ(ReasonIn(Ask("DeleteItem", remove, &removed)), "ITEM_NOT_FOUND");
}

TEST_F(Catalog, EachLimitOfAnItemIsNamed) {
  const auto field_of = [&](const std::function<void(pb::BatchUpdateItemsRequest&)>& change) {
    pb::BatchUpdateItemsRequest request;
    request.set_parent("stores/shop");
    request.add_items()->set_name("stores/shop/items/a");
    change(request);
    pb::BatchUpdateItemsResponse response;
    const grpc::Status status = Ask("BatchUpdateItems", request, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    return FieldIn(status);
  };
  EXPECT_EQ(field_of([](auto& r) { r.clear_items(); }), "items");
  EXPECT_EQ(field_of([](auto& r) {
              for (int n = 0; n < 1000; ++n)
                r.add_items()->set_name("stores/shop/items/" + std::to_string(n));
            }),
            "items");
  EXPECT_EQ(field_of([](auto& r) { r.add_items()->set_name("stores/shop/items/a"); }), "items[1].name");
  EXPECT_EQ(field_of([](auto& r) { r.mutable_items(0)->set_name("stores/other/items/a"); }), "items[0].name");
  EXPECT_EQ(field_of([](auto& r) { r.mutable_items(0)->mutable_price()->set_units(-1); }), "items[0].price");
  EXPECT_EQ(field_of([](auto& r) { r.mutable_items(0)->mutable_price()->set_nanos(1); }),
            "items[0].price.nanos");
  EXPECT_EQ(field_of([](auto& r) { r.mutable_items(0)->mutable_price()->set_currency_code("USD"); }),
            "items[0].price.currency_code");
  EXPECT_EQ(field_of([](auto& r) {
              for (int n = 0; n < 65; ++n)
                (*r.mutable_items(0)->mutable_attributes())["a" + std::to_string(n)] = "v";
            }),
            "items[0].attributes");
}

TEST_F(Catalog, APlacementTakesEffectAtOnce) {
  pb::UpdatePlacementRequest hide = Rule("item_id = \"bag\"");
  pb::UpdatePlacementResponse kept;
  ASSERT_TRUE(Ask("UpdatePlacement", hide, &kept).ok());
  EXPECT_FALSE(kept.placement().etag().empty());
  const auto items = Answer("cart");
  EXPECT_EQ(std::count(items.begin(), items.end(), "bag"), 0);
  EXPECT_EQ(std::count(items.begin(), items.end(), "card"), 1);
  const auto untouched = Answer("default");
  EXPECT_EQ(untouched[0], "bag");

  pb::DeletePlacementRequest remove;
  remove.set_name("stores/shop/placements/cart");
  pb::DeletePlacementResponse removed;
  ASSERT_TRUE(Ask("DeletePlacement", remove, &removed).ok());
  EXPECT_EQ(ReasonIn(Ask("DeletePlacement", remove, &removed)), "PLACEMENT_NOT_FOUND");
}

TEST_F(Catalog, PinsBoostsConditionsAndDatesAct) {
  pb::UpdatePlacementRequest request;
  pb::Placement* placement = request.mutable_placement();
  placement->set_name("stores/shop/placements/cart");
  auto* pin = placement->add_rules();
  pin->set_rule_id("pin-lamp");
  pin->set_item_filter("item_id = \"lamp\"");
  pin->set_condition("customer.attributes.device = \"app\"");
  pin->set_pin_position(1);
  auto* past = placement->add_rules();
  past->set_rule_id("past");
  past->set_item_filter("item_id = \"card\"");
  past->set_hide(true);
  past->mutable_end_time()->set_seconds(1'000'000'000);
  auto* boost = placement->add_rules();
  boost->set_rule_id("boost-pen");
  boost->set_item_filter("item_id = \"card\"");
  boost->set_boost(100);
  pb::UpdatePlacementResponse kept;
  const grpc::Status status = Ask("UpdatePlacement", request, &kept);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(Answer("cart")[0], "card");
  EXPECT_EQ(Answer("cart", "app")[0], "lamp");
  EXPECT_EQ(Answer("cart", "web")[0], "card");
}

TEST_F(Catalog, PlacementsAreReadAndListedWithTheBuiltInDefault) {
  pb::UpdatePlacementResponse kept;
  ASSERT_TRUE(Ask("UpdatePlacement", Rule("item_id = \"bag\""), &kept).ok());
  pb::GetPlacementRequest get;
  get.set_name("stores/shop/placements/cart");
  pb::GetPlacementResponse got;
  ASSERT_TRUE(Ask("GetPlacement", get, &got).ok());
  EXPECT_EQ(got.placement().rules(0).item_filter(), "item_id = \"bag\"");
  EXPECT_TRUE(got.placement().rules(0).hide());
  EXPECT_EQ(got.placement().etag(), kept.placement().etag());
  pb::ListPlacementsRequest list;
  list.set_parent("stores/shop");
  list.set_page_size(1);
  pb::ListPlacementsResponse page;
  ASSERT_TRUE(Ask("ListPlacements", list, &page).ok());
  EXPECT_EQ(page.placements(0).name(), "stores/shop/placements/cart");
  list.set_page_token(page.next_page_token());
  ASSERT_TRUE(Ask("ListPlacements", list, &page).ok());
  ASSERT_EQ(page.placements_size(), 1);
  EXPECT_EQ(page.placements(0).name(), "stores/shop/placements/default");
  EXPECT_TRUE(page.placements(0).etag().empty());
  EXPECT_TRUE(page.next_page_token().empty());
}

TEST_F(Catalog, AnOldEtagIsRefused) {
  pb::UpdatePlacementRequest request = Rule("item_id = \"bag\"");
  pb::UpdatePlacementResponse kept;
  ASSERT_TRUE(Ask("UpdatePlacement", request, &kept).ok());
  const std::string first = kept.placement().etag();
  request.mutable_placement()->set_etag(first);
  request.mutable_placement()->set_max_per_category(3);
  ASSERT_TRUE(Ask("UpdatePlacement", request, &kept).ok());
  const grpc::Status status = Ask("UpdatePlacement", request, &kept);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(ReasonIn(status), "ETAG_MISMATCH");
}

TEST_F(Catalog, EachLimitOfAPlacementIsNamed) {
  const auto field_of = [&](const std::function<void(pb::Placement&)>& change) {
    pb::UpdatePlacementRequest request = Rule("item_id = \"bag\"");
    change(*request.mutable_placement());
    pb::UpdatePlacementResponse response;
    const grpc::Status status = Ask("UpdatePlacement", request, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    return FieldIn(status);
  };
  EXPECT_EQ(field_of([](auto& p) { p.set_filter("colour = red"); }), "placement.filter");
  EXPECT_EQ(field_of([](auto& p) { p.set_filter("price >"); }), "placement.filter");
  EXPECT_EQ(field_of([](auto& p) { p.set_filter(std::string(2001, 'x')); }), "placement.filter");
  EXPECT_EQ(field_of([](auto& p) { p.mutable_rules(0)->set_item_filter("("); }),
            "placement.rules[0].item_filter");
  EXPECT_EQ(field_of([](auto& p) { p.mutable_rules(0)->set_item_filter(""); }),
            "placement.rules[0].item_filter");
  EXPECT_EQ(field_of([](auto& p) { p.mutable_rules(0)->set_condition(")"); }),
            "placement.rules[0].condition");
  EXPECT_EQ(field_of([](auto& p) { p.mutable_rules(0)->set_rule_id(""); }), "placement.rules[0].rule_id");
  EXPECT_EQ(field_of([](auto& p) { *p.add_rules() = p.rules(0); }), "placement.rules[1].rule_id");
  EXPECT_EQ(field_of([](auto& p) { p.mutable_rules(0)->set_boost(0); }), "placement.rules[0].boost");
  EXPECT_EQ(field_of([](auto& p) { p.mutable_rules(0)->set_boost(100.5); }), "placement.rules[0].boost");
  EXPECT_EQ(field_of([](auto& p) { p.mutable_rules(0)->set_pin_position(101); }),
            "placement.rules[0].pin_position");
  EXPECT_EQ(field_of([](auto& p) { p.mutable_rules(0)->clear_effect(); }), "placement.rules[0].effect");
  EXPECT_EQ(field_of([](auto& p) { p.set_max_per_category(-1); }), "placement.max_per_category");
  EXPECT_EQ(field_of([](auto& p) { p.set_default_max_results(101); }), "placement.default_max_results");
  EXPECT_EQ(field_of([](auto& p) { p.set_model_id("a b"); }), "placement.model_id");
  EXPECT_EQ(field_of([](auto& p) { p.set_name("stores/shop/placements/a b"); }), "placement.name");
  EXPECT_EQ(field_of([](auto& p) {
              for (int n = 0; n < 100; ++n) {
                *p.add_rules() = p.rules(0);
                p.mutable_rules(n + 1)->set_rule_id("x" + std::to_string(n));
              }
            }),
            "placement.rules");
}

}  // namespace
}  // namespace awase
