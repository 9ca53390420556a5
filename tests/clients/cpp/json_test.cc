#include "clients/cpp/json.h"

#include <gtest/gtest.h>

#include "awase/v1/admin_service.pb.h"
#include "awase/v1/catalog_service.pb.h"
#include "awase/v1/recommendation_service.pb.h"

namespace awase::client {
namespace {

TEST(Json, SixtyFourBitIntegersAreNumbers) {
  v1::CoPurchaseEvidence evidence;
  evidence.set_joint_count(9'007'199'254'740'993);
  const auto json = ToJson(evidence);
  ASSERT_TRUE(json.at("joint_count").is_number_integer());
  EXPECT_EQ(json.at("joint_count").get<int64_t>(), 9'007'199'254'740'993);
  EXPECT_EQ(json.dump().find("\"9007"), std::string::npos);
}

TEST(Json, DefaultsAreThereAndUnsetMessagesAreNot) {
  const auto json = ToJson(v1::CoPurchaseEvidence());
  EXPECT_EQ(json.at("anchor_item_id"), "");
  EXPECT_EQ(json.at("joint_count"), 0);
  EXPECT_EQ(json.at("lift"), 0.0);
  EXPECT_FALSE(json.contains("median_lag"));
}

TEST(Json, EnumsAreTheirNamesAndNewOnesNumbers) {
  v1::Recommendation it;
  it.set_source(v1::RESULT_SOURCE_CO_PURCHASE);
  EXPECT_EQ(ToJson(it).at("source"), "RESULT_SOURCE_CO_PURCHASE");
  it.set_source(static_cast<v1::ResultSource>(77));
  EXPECT_EQ(ToJson(it).at("source"), 77);
}

TEST(Json, TimesAndDurationsAreAsProtobufWritesThem) {
  v1::CoPurchaseEvidence evidence;
  evidence.mutable_median_lag()->set_seconds(86400);
  EXPECT_EQ(ToJson(evidence).at("median_lag"), "86400s");
  v1::Job job;
  job.mutable_create_time()->set_seconds(1'711'929'600);
  EXPECT_EQ(ToJson(job).at("create_time"), "2024-04-01T00:00:00Z");
}

TEST(Json, MapsAreObjectsSortedByKey) {
  v1::Item item;
  (*item.mutable_titles())["ja"] = "急須";
  (*item.mutable_titles())[""] = "Teapot";
  (*item.mutable_titles())["en"] = "Teapot";
  EXPECT_EQ(ToJson(item).at("titles").dump(), R"({"":"Teapot","en":"Teapot","ja":"急須"})");
}

TEST(Json, OptionalFieldsAndOneofsOnlyWhenSet) {
  v1::Item item;
  EXPECT_FALSE(ToJson(item).contains("repeatable"));
  item.set_repeatable(false);
  EXPECT_EQ(ToJson(item).at("repeatable"), false);
  v1::RankingRule rule;
  rule.set_hide(true);
  const auto json = ToJson(rule);
  EXPECT_TRUE(json.contains("hide"));
  EXPECT_FALSE(json.contains("boost"));
}

TEST(Json, ListsOfMessagesKeepTheirOrder) {
  v1::RecommendResponse answer;
  answer.add_recommendations()->set_item_id("b");
  answer.add_recommendations()->set_item_id("a");
  answer.add_unknown_item_ids("x");
  const auto json = ToJson(answer);
  EXPECT_EQ(json.at("recommendations").at(0).at("item_id"), "b");
  EXPECT_EQ(json.at("recommendations").at(1).at("item_id"), "a");
  EXPECT_EQ(json.at("unknown_item_ids").dump(), R"(["x"])");
  EXPECT_TRUE(json.at("shortfalls").is_array());
}

}  // namespace
}  // namespace awase::client
