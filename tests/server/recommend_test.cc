// RecommendationService over a real server: what callers get, and what they are told when it cannot be done.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "awase/v1/catalog_service.pb.h"
#include "awase/v1/event_service.pb.h"
#include "awase/v1/recommendation_service.pb.h"
#include "tests/server/world.h"

namespace awase {
namespace {

namespace pb = ::awase::v1;
using testing::Call;
using testing::FieldIn;
using testing::ReasonIn;
using testing::World;

constexpr char kRecommend[] = "awase.v1.RecommendationService/Recommend";
constexpr char kPage[] = "awase.v1.RecommendationService/RecommendPage";
constexpr char kRelated[] = "awase.v1.RecommendationService/ListRelatedItems";
constexpr char kExplain[] = "awase.v1.RecommendationService/ExplainDecision";

pb::RecommendRequest Cart(std::initializer_list<const char*> items) {
  pb::RecommendRequest request;
  request.set_placement("stores/shop/placements/default");
  for (const char* item : items) request.add_cart_lines()->set_item_id(item);
  return request;
}

class Recommendation : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { world_ = new World(); }
  static void TearDownTestSuite() {
    delete world_;
    world_ = nullptr;
  }
  pb::RecommendResponse Ask(const pb::RecommendRequest& request) {
    pb::RecommendResponse response;
    const grpc::Status status = Call(*world_->channel(), kRecommend, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  grpc::Status Refuse(const pb::RecommendRequest& request) {
    pb::RecommendResponse response;
    const grpc::Status status = Call(*world_->channel(), kRecommend, request, &response);
    EXPECT_FALSE(status.ok());
    return status;
  }
  static World* world_;
};
World* Recommendation::world_ = nullptr;

TEST_F(Recommendation, AnswersACartWithSourcesCountsAndReasons) {
  pb::RecommendRequest request = Cart({"camera"});
  request.set_view(pb::RECOMMENDATION_VIEW_EXPLAINED);
  request.set_fallback_mode(pb::FALLBACK_MODE_NONE);
  const pb::RecommendResponse response = Ask(request);
  ASSERT_EQ(response.recommendations_size(), 3) << response.DebugString();
  const pb::Recommendation& best = response.recommendations(0);
  EXPECT_EQ(best.item_id(), "bag");
  EXPECT_EQ(best.title(), "Bag");
  EXPECT_EQ(best.source(), pb::RESULT_SOURCE_CO_PURCHASE);
  ASSERT_EQ(best.explanation().evidence_size(), 1);
  EXPECT_EQ(best.explanation().evidence(0).anchor_item_id(), "camera");
  EXPECT_EQ(best.explanation().evidence(0).joint_count(), 12);
  EXPECT_EQ(best.explanation().evidence(0).anchor_count(), 18);
  EXPECT_EQ(best.explanation().evidence(0).population_count(), 30);
  EXPECT_FALSE(best.explanation().text().empty());
  EXPECT_EQ(best.explanation().score_parts(0).name(), "co_purchase");
  EXPECT_EQ(response.serving_info().model_version(), "stores/shop/models/default/versions/1");
  EXPECT_GT(response.serving_info().data_watermark_time().seconds(), 0);
  EXPECT_GT(response.shortfalls_size(), 0) << "fewer than ten, so it says why";
}

TEST_F(Recommendation, SpeaksJapaneseAndFallsBackToThePrimaryLanguage) {
  pb::RecommendRequest request = Cart({"camera"});
  request.set_view(pb::RECOMMENDATION_VIEW_EXPLAINED);
  const std::string english = Ask(request).recommendations(0).explanation().text();
  request.set_language_code("ja-JP");
  const pb::RecommendResponse japanese = Ask(request);
  EXPECT_EQ(japanese.recommendations(0).title(), "バッグ");
  EXPECT_NE(japanese.recommendations(0).explanation().text(), english);
  request.set_language_code("fr");
  EXPECT_EQ(Ask(request).recommendations(0).title(), "Bag");
}

TEST_F(Recommendation, BasicViewHoldsNoTitlesAndNeverMoreThanAsked) {
  pb::RecommendRequest request = Cart({"camera"});
  request.set_max_results(2);
  const pb::RecommendResponse response = Ask(request);
  EXPECT_EQ(response.recommendations_size(), 2);
  EXPECT_TRUE(response.recommendations(0).title().empty());
  EXPECT_FALSE(response.recommendations(0).has_explanation());
  EXPECT_EQ(response.shortfalls_size(), 0);
}

TEST_F(Recommendation, UnknownItemsAreReportedAndFallbackIsLabelled) {
  pb::RecommendRequest request = Cart({"no-such", "lamp"});
  const pb::RecommendResponse response = Ask(request);
  ASSERT_EQ(response.unknown_item_ids_size(), 1);
  EXPECT_EQ(response.unknown_item_ids(0), "no-such");
  ASSERT_GT(response.recommendations_size(), 0);
  EXPECT_EQ(response.recommendations(0).source(), pb::RESULT_SOURCE_STORE_POPULARITY);
  request.set_fallback_mode(pb::FALLBACK_MODE_NONE);
  EXPECT_EQ(Ask(request).recommendations_size(), 0);
}

TEST_F(Recommendation, PersonalHistoryCountsOnlyWithConsent) {
  pb::RecommendRequest request = Cart({"lamp"});
  request.set_fallback_mode(pb::FALLBACK_MODE_NONE);
  request.mutable_customer()->set_customer_id("cust-12");
  const pb::RecommendResponse personal = Ask(request);
  ASSERT_GT(personal.recommendations_size(), 0);
  EXPECT_EQ(personal.recommendations(0).source(), pb::RESULT_SOURCE_PERSONAL_HISTORY);
  request.mutable_customer()->set_personalization_consent(false);
  EXPECT_EQ(Ask(request).recommendations_size(), 0);
  request.mutable_customer()->set_personalization_consent(true);
  EXPECT_EQ(Ask(request).recommendations_size(), personal.recommendations_size());
}

TEST_F(Recommendation, OwnedItemsThatNobodyBuysTwiceAreLeftOut) {
  pb::RecommendRequest request = Cart({"bag"});
  EXPECT_EQ(Ask(request).recommendations(0).item_id(), "camera");
  request.mutable_customer()->set_customer_id("cust-0");
  const pb::RecommendResponse answer = Ask(request);
  for (const auto& r : answer.recommendations()) EXPECT_NE(r.item_id(), "camera");
}

TEST_F(Recommendation, FiltersAndExclusionsHold) {
  pb::RecommendRequest request = Cart({"camera"});
  request.set_filter("category = \"accessories/*\"");
  std::set<std::string> shown;
  const pb::RecommendResponse answer = Ask(request);
  for (const auto& r : answer.recommendations()) shown.insert(r.item_id());
  EXPECT_EQ(shown, (std::set<std::string>{"bag", "card"}));
  request.add_exclude_item_ids("bag");
  const pb::RecommendResponse response = Ask(request);
  ASSERT_EQ(response.recommendations_size(), 1);
  EXPECT_EQ(response.recommendations(0).item_id(), "card");
}

TEST_F(Recommendation, FullViewNamesWhatWasRejected) {
  pb::RecommendRequest request = Cart({"camera"});
  request.set_view(pb::RECOMMENDATION_VIEW_FULL);
  bool old_named = false;
  const pb::RecommendResponse answer = Ask(request);
  for (const auto& rejected : answer.suppressed_candidates()) {
    if (rejected.item_id() == "old") old_named = rejected.reasons(0) == pb::SUPPRESSION_REASON_UNAVAILABLE;
  }
  EXPECT_TRUE(old_named);
}

TEST_F(Recommendation, OfALongCartTheLastTwoHundredLinesCount) {
  pb::RecommendRequest request = Cart({"pen"});
  for (int l = 0; l < 200; ++l) request.add_cart_lines()->set_item_id("camera");
  request.set_fallback_mode(pb::FALLBACK_MODE_NONE);
  const pb::RecommendResponse response = Ask(request);
  ASSERT_EQ(response.serving_info().skipped_stages_size(), 1);
  EXPECT_EQ(response.serving_info().skipped_stages(0), "cart_head");
  EXPECT_EQ(response.recommendations(0).item_id(), "bag") << "the pen was cut off";
}

TEST_F(Recommendation, ValidateOnlyAnswersNothing) {
  pb::RecommendRequest request = Cart({"camera"});
  request.set_validate_only(true);
  EXPECT_EQ(Ask(request).ByteSizeLong(), 0u);
  request.set_filter("price >");
  EXPECT_EQ(FieldIn(Refuse(request)), "filter");
}

TEST_F(Recommendation, EachLimitIsNamedInTheErrorsDetails) {
  const auto field_of = [&](const std::function<void(pb::RecommendRequest&)>& change) {
    pb::RecommendRequest request = Cart({"camera"});
    change(request);
    const grpc::Status status = Refuse(request);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(ReasonIn(status), "INVALID_FIELD");
    return FieldIn(status);
  };
  const std::string long_id(129, 'x');
  EXPECT_EQ(field_of([](auto& r) { r.set_max_results(-1); }), "max_results");
  EXPECT_EQ(field_of([](auto& r) { r.add_cart_lines(); }), "cart_lines[1].item_id");
  EXPECT_EQ(field_of([&](auto& r) { r.mutable_cart_lines(0)->set_item_id(long_id); }),
            "cart_lines[0].item_id");
  EXPECT_EQ(field_of([](auto& r) { r.mutable_cart_lines(0)->set_quantity(-3); }), "cart_lines[0].quantity");
  EXPECT_EQ(field_of([](auto& r) { r.mutable_cart_lines(0)->mutable_unit_price()->set_units(-1); }),
            "cart_lines[0].unit_price");
  EXPECT_EQ(field_of([](auto& r) { r.mutable_cart_lines(0)->mutable_unit_price()->set_nanos(1); }),
            "cart_lines[0].unit_price");
  EXPECT_EQ(field_of([&](auto& r) { r.set_focus_item_id(long_id); }), "focus_item_id");
  EXPECT_EQ(field_of([&](auto& r) { r.mutable_customer()->set_customer_id(long_id); }),
            "customer.customer_id");
  EXPECT_EQ(field_of([&](auto& r) { r.set_filter(std::string(2001, 'x')); }), "filter");
  EXPECT_EQ(field_of([](auto& r) { r.set_filter("colour = red"); }), "filter");
  EXPECT_EQ(field_of([](auto& r) {
              for (int n = 0; n < 1001; ++n) r.add_exclude_item_ids("a");
            }),
            "exclude_item_ids");
  EXPECT_EQ(field_of([](auto& r) {
              for (int n = 0; n < 33; ++n)
                (*r.mutable_customer()->mutable_attributes())[std::to_string(n)] = "v";
            }),
            "customer.attributes");
  EXPECT_EQ(field_of([](auto& r) { r.mutable_as_of_time()->set_seconds(-5); }), "as_of_time");
  EXPECT_EQ(field_of([](auto& r) { r.set_placement("shop"); }), "placement");
}

TEST_F(Recommendation, UnknownStoresAndPlacementsAreNotFound) {
  pb::RecommendRequest request = Cart({"camera"});
  request.set_placement("stores/nope/placements/default");
  EXPECT_EQ(ReasonIn(Refuse(request)), "STORE_NOT_FOUND");
  request.set_placement("stores/shop/placements/nope");
  const grpc::Status status = Refuse(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonIn(status), "PLACEMENT_NOT_FOUND");
}

TEST_F(Recommendation, AMessageOverOneMebibyteIsRefused) {
  pb::RecommendRequest request = Cart({"camera"});
  for (int n = 0; n < 12000; ++n) request.add_exclude_item_ids(std::string(100, 'x'));
  EXPECT_EQ(Refuse(request).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(Recommendation, APageShowsNoItemTwiceAndOneBadSlotSpoilsNoOther) {
  pb::RecommendPageRequest page;
  page.mutable_shared()->add_cart_lines()->set_item_id("camera");
  for (int s = 0; s < 2; ++s) {
    page.add_slots()->set_placement("stores/shop/placements/default");
    page.mutable_slots(s)->set_max_results(2);
  }
  page.add_slots()->set_placement("stores/shop/placements/nope");
  pb::RecommendPageResponse response;
  ASSERT_TRUE(Call(*world_->channel(), kPage, page, &response).ok());
  ASSERT_EQ(response.results_size(), 3);
  std::set<std::string> shown;
  for (int s = 0; s < 2; ++s) {
    for (const auto& r : response.results(s).response().recommendations())
      EXPECT_TRUE(shown.insert(r.item_id()).second);
  }
  EXPECT_GE(shown.size(), 3u);
  EXPECT_EQ(response.results(0).status_code(), 0);
  EXPECT_EQ(response.results(2).status_code(), static_cast<int>(grpc::StatusCode::NOT_FOUND));
  EXPECT_FALSE(response.results(2).status_message().empty());
  bool named = false;
  for (const auto& shortfall : response.results(1).response().shortfalls()) {
    named |= shortfall.reason() == pb::SUPPRESSION_REASON_IN_EARLIER_SLOT && shortfall.count() == 2;
    EXPECT_NE(shortfall.reason(), pb::SUPPRESSION_REASON_EXCLUDED);
  }
  EXPECT_TRUE(named || response.results(1).response().shortfalls_size() == 0);
}

TEST_F(Recommendation, APagesSharedPartLeavesTheSlotsToTheSlots) {
  pb::RecommendPageRequest page;
  pb::RecommendPageResponse response;
  page.mutable_shared()->set_placement("stores/shop/placements/default");
  page.add_slots()->set_placement("stores/shop/placements/default");
  EXPECT_EQ(FieldIn(Call(*world_->channel(), kPage, page, &response)), "shared.placement");
  page.mutable_shared()->clear_placement();
  page.add_slots()->set_placement("stores/other/placements/default");
  EXPECT_EQ(FieldIn(Call(*world_->channel(), kPage, page, &response)), "slots[1].placement");
  page.clear_slots();
  EXPECT_EQ(FieldIn(Call(*world_->channel(), kPage, page, &response)), "slots");
}

TEST_F(Recommendation, ARowOfTheMatrixComesInPagesWithItsEvidence) {
  pb::ListRelatedItemsRequest request;
  request.set_parent("stores/shop/items/camera");
  request.set_page_size(2);
  std::vector<std::string> listed;
  pb::ListRelatedItemsResponse response;
  do {
    ASSERT_TRUE(Call(*world_->channel(), kRelated, request, &response).ok());
    for (const auto& related : response.related_items()) {
      listed.push_back(related.item_id());
      EXPECT_GE(related.evidence().joint_customer_count(), 5) << "the privacy floor";
    }
    request.set_page_token(response.next_page_token());
  } while (!response.next_page_token().empty());
  EXPECT_EQ(listed.size(), 4u);
  EXPECT_EQ(listed[0], "bag");
  EXPECT_EQ(response.model_version(), "stores/shop/models/default/versions/1");

  request.set_parent("stores/shop/items/bag");
  request.set_page_token("nonsense");
  EXPECT_EQ(FieldIn(Call(*world_->channel(), kRelated, request, &response)), "page_token");
  request.clear_page_token();
  request.set_page_size(-1);
  EXPECT_EQ(FieldIn(Call(*world_->channel(), kRelated, request, &response)), "page_size");
  request.set_page_size(0);
  request.set_parent("stores/shop/items/nope");
  EXPECT_EQ(ReasonIn(Call(*world_->channel(), kRelated, request, &response)), "ITEM_NOT_FOUND");
  request.set_parent("stores/shop/items/bag");
  request.set_model_id("also-viewed");
  EXPECT_EQ(ReasonIn(Call(*world_->channel(), kRelated, request, &response)), "MODEL_NOT_READY");
}

TEST_F(Recommendation, ExplainsWhatIsShownAndWhatIsNot) {
  const auto explain = [&](const pb::RecommendRequest& request, const std::string& item) {
    pb::ExplainDecisionRequest asked;
    *asked.mutable_request() = request;
    asked.set_item_id(item);
    pb::ExplainDecisionResponse response;
    const grpc::Status status = Call(*world_->channel(), kExplain, asked, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  };
  pb::RecommendRequest request = Cart({"camera"});
  request.set_fallback_mode(pb::FALLBACK_MODE_NONE);
  const auto shown = explain(request, "bag");
  EXPECT_TRUE(shown.shown());
  EXPECT_EQ(shown.final_rank(), 1);
  EXPECT_EQ(shown.model_rank(), 1);
  EXPECT_EQ(shown.explanation().evidence_size(), 1);
  EXPECT_FALSE(shown.has_suppression());

  request.set_max_results(1);
  const auto outranked = explain(request, "card");
  EXPECT_FALSE(outranked.shown());
  EXPECT_GT(outranked.model_rank(), 1);
  EXPECT_EQ(outranked.suppression().reasons(0), pb::SUPPRESSION_REASON_OUTRANKED);
  EXPECT_EQ(explain(request, "old").suppression().reasons(0), pb::SUPPRESSION_REASON_UNAVAILABLE);
  EXPECT_EQ(explain(request, "camera").suppression().reasons(0), pb::SUPPRESSION_REASON_IN_CART);
  EXPECT_EQ(explain(request, "lamp").suppression().reasons(0), pb::SUPPRESSION_REASON_NO_CANDIDATE);
  EXPECT_EQ(explain(request, "nope").suppression().reasons(0), pb::SUPPRESSION_REASON_NO_CANDIDATE);
  request.add_exclude_item_ids("bag");
  EXPECT_EQ(explain(request, "bag").suppression().reasons(0), pb::SUPPRESSION_REASON_EXCLUDED);
  EXPECT_EQ(explain(request, "bag").model_rank(), 1) << "by score alone it would be first";
}

TEST(RecommendationWithoutAModel, SaysThatNoneServes) {
  World world(/*trained=*/false);
  pb::RecommendResponse response;
  const grpc::Status status = Call(*world.channel(), kRecommend, Cart({"camera"}), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonIn(status), "MODEL_NOT_READY");
}

}  // namespace
}  // namespace awase
