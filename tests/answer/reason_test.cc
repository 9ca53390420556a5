#include <gtest/gtest.h>

#include "engine/answer/evidence.h"
#include "tests/support/random_draft.h"

namespace awase {
namespace {

struct Row {
  const char* options;
  Source source;
  uint32_t joint, anchor_count, recent;
  const char* id;
  const char* english;
  const char* japanese;
};

constexpr Row kRows[] = {
    {R"({"signal":"order","unit":"order","window_seconds":0})", Source::kCoPurchase, 34, 1210, 0,
     "also_bought_same_order", "Bought together with Teapot in 34 of its 1,210 orders",
     "「急須」をご購入の1,210件中34件で一緒に購入されています"},
    {"{}", Source::kCoPurchase, 1, 1, 0, "also_bought_same_order",
     "Bought together with Teapot in 1 of its 1 order", "「急須」をご購入の1件中1件で一緒に購入されています"},
    {R"({"unit":"customer","window_seconds":7776000,"direction":"either"})", Source::kCoPurchase, 12, 80, 0,
     "also_bought_within_days", "12 of 80 customers who bought Teapot also bought this within 90 days",
     "「急須」をご購入のお客様80人のうち12人が、90日以内にこちらも購入されています"},
    {R"({"unit":"customer","window_seconds":86400,"direction":"before"})", Source::kCoPurchase, 12, 80, 0,
     "also_bought_within_days", "12 of 80 customers who bought Teapot also bought this within 1 day",
     "「急須」をご購入のお客様80人のうち12人が、1日以内にこちらも購入されています"},
    {R"({"unit":"customer","window_seconds":2592000,"direction":"after"})", Source::kCoPurchase, 12, 80, 0,
     "bought_next_within_days", "12 of 80 customers who bought Teapot came back for this within 30 days",
     "「急須」をご購入のお客様80人のうち12人が、その後30日以内にこちらを購入されています"},
    {R"({"unit":"customer","window_seconds":43200})", Source::kCoPurchase, 2, 9, 0,
     "also_bought_within_hours", "2 of 9 customers who bought Teapot also bought this within 12 hours",
     "「急須」をご購入のお客様9人のうち2人が、12時間以内にこちらも購入されています"},
    {R"({"unit":"customer","window_seconds":4294967295})", Source::kCoPurchase, 2, 9, 0,
     "also_bought_by_customers", "2 of 9 customers who bought Teapot also bought this",
     "「急須」をご購入のお客様9人のうち2人が、こちらも購入されています"},
    {R"({"unit":"customer","window_seconds":0})", Source::kCoPurchase, 2, 9, 0, "also_bought_by_customers",
     "2 of 9 customers who bought Teapot also bought this",
     "「急須」をご購入のお客様9人のうち2人が、こちらも購入されています"},
    {R"({"signal":"view"})", Source::kCoPurchase, 7, 50, 0, "also_viewed",
     "Viewed together with Teapot in 7 of its 50 visits",
     "「急須」をご覧になった50回の訪問のうち7回で、こちらも閲覧されています"},
    {"{}", Source::kPersonal, 0, 0, 0, "bought_before", "You have bought this before",
     "以前にもご購入いただいた商品です"},
    {"{}", Source::kManual, 0, 0, 0, "pinned", "Recommended by the shop", "当店のおすすめです"},
    {R"({"popularity_days":28})", Source::kCategoryPopularity, 0, 0, 1234, "best_seller_category",
     "A best seller in cups: in 1,234 orders of the last 28 days",
     "「cups」の売れ筋商品です（最近28日間の注文1,234件）"},
    {"{}", Source::kCategoryPopularity, 0, 0, 4, "best_seller_category", "A best seller in cups",
     "「cups」の売れ筋商品です"},
    {"{}", Source::kStorePopularity, 0, 0, 5, "best_seller_store",
     "A best seller of this shop: in 5 orders of the last 28 days",
     "当店の売れ筋商品です（最近28日間の注文5件）"},
    {"{}", Source::kStorePopularity, 0, 0, 0, "best_seller_store", "A best seller of this shop",
     "当店の売れ筋商品です"},
};

TEST(Reason, SaysItInBothLanguages) {
  for (const Row& row : kRows) {
    ModelDraft draft = testing::PlainDraft(2);
    draft.items[0].titles = {{"", "Teapot"}, {"ja", "急須"}};
    draft.items[1].category = "kitchen/cups";
    draft.support_units = {row.anchor_count, row.joint};
    draft.recent_sales = {0, row.recent};
    draft.units = 5000;
    draft.options_json = row.options;
    testing::AddRow(draft, 0, {{1, 1.0f}});
    draft.evidence[0] = {row.joint, row.joint, kNoLag, 0};
    const auto model = *Model::FromDraft(draft);
    Result result{.item = ItemId{1},
                  .score = 1,
                  .source = row.source,
                  .co_purchase = 1,
                  .personal = 0,
                  .popularity = 0};
    if (row.source == Source::kCoPurchase) {
      result.contributions = 1;
      result.contribution[0] = {ItemId{0}, 0, 1.0f};
    }
    for (const char* language : {"en", "en-GB", "fr", "", "jam"}) {
      EXPECT_EQ(ReasonFor(*model, result, language).text, row.english) << language;
    }
    for (const char* language : {"ja", "ja-JP", "JA", "ja_JP"}) {
      EXPECT_EQ(ReasonFor(*model, result, language).text, row.japanese) << language;
    }
    EXPECT_EQ(ReasonFor(*model, result, "en").template_id, row.id);
  }
}

TEST(Reason, ParametersAreRaw) {
  ModelDraft draft = testing::PlainDraft(2);
  draft.support_units = {1500, 1200};
  draft.units = 5000;
  testing::AddRow(draft, 0, {{1, 1.0f}});
  draft.evidence[0] = {1200, 900, kNoLag, 0};
  const auto model = *Model::FromDraft(draft);
  Result result{.item = ItemId{1},
                .score = 1,
                .source = Source::kCoPurchase,
                .co_purchase = 1,
                .personal = 0,
                .popularity = 0};
  result.contributions = 1;
  result.contribution[0] = {ItemId{0}, 0, 1.0f};
  const Reason reason = ReasonFor(*model, result, "en");
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"anchor", "a"}, {"anchor_item_id", "a"}, {"joint", "1200"}, {"anchor_count", "1500"}};
  EXPECT_EQ(reason.parameters, expected) << "an item without a title is called by its id";
  EXPECT_EQ(reason.text, "Bought together with a in 1,200 of its 1,500 orders");
}

TEST(Reason, TitlesMayLookLikeAnything) {
  ModelDraft draft = testing::PlainDraft(2);
  draft.items[0].titles = {{"", "{joint} 007 {"}};
  draft.support_units = {2, 2};
  draft.units = 5;
  testing::AddRow(draft, 0, {{1, 1.0f}});
  draft.evidence[0] = {2, 2, kNoLag, 0};
  Result result{.item = ItemId{1},
                .score = 1,
                .source = Source::kCoPurchase,
                .co_purchase = 1,
                .personal = 0,
                .popularity = 0};
  result.contributions = 1;
  result.contribution[0] = {ItemId{0}, 0, 1.0f};
  EXPECT_EQ(ReasonFor(**Model::FromDraft(draft), result, "en").text,
            "Bought together with {joint} 007 { in 2 of its 2 orders");
}

}  // namespace
}  // namespace awase
