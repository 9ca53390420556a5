// EventService: what is kept, what is refused, and that profiles follow at once.
#include <gtest/gtest.h>

#include <string>

#include "absl/time/clock.h"

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

class Events : public ::testing::Test {
 protected:
  static pb::Event* AddOrder(pb::WriteEventsRequest& request, const std::string& id,
                             const std::string& customer, const std::string& item) {
    pb::Event* event = request.add_events();
    event->set_event_id(id);
    event->mutable_event_time()->set_seconds(absl::ToUnixSeconds(absl::Now()) - 60);
    event->mutable_customer()->set_customer_id(customer);
    event->mutable_order()->set_order_id("event-order-" + id);
    event->mutable_order()->add_lines()->set_item_id(item);
    return event;
  }
  grpc::Status Write(const pb::WriteEventsRequest& request, pb::WriteEventsResponse* response) {
    return Call(*world_.channel(), "awase.v1.EventService/WriteEvents", request, response);
  }
  pb::WriteEventsResponse Keep(const pb::WriteEventsRequest& request) {
    pb::WriteEventsResponse response;
    const grpc::Status status = Write(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  int Personal(const std::string& customer) {
    pb::RecommendRequest request;
    request.set_placement("stores/shop/placements/default");
    request.mutable_customer()->set_customer_id(customer);
    request.set_fallback_mode(pb::FALLBACK_MODE_NONE);
    pb::RecommendResponse response;
    EXPECT_TRUE(Call(*world_.channel(), "awase.v1.RecommendationService/Recommend", request, &response).ok());
    return response.recommendations_size();
  }
  static pb::WriteEventsRequest Batch() {
    pb::WriteEventsRequest request;
    request.set_parent("stores/shop");
    return request;
  }
  World world_;
};

TEST_F(Events, AnOrderCountsOnceAndIsInTheProfileWhenTheCallReturns) {
  EXPECT_EQ(Personal("newcomer"), 0);
  pb::WriteEventsRequest request = Batch();
  AddOrder(request, "e1", "newcomer", "pen");
  request.set_validate_only(true);
  Keep(request);
  EXPECT_EQ(Personal("newcomer"), 0) << "it was only checked";
  request.set_validate_only(false);
  EXPECT_EQ(Keep(request).accepted_count(), 1);
  EXPECT_GT(Personal("newcomer"), 0);
  const pb::WriteEventsResponse again = Keep(request);
  EXPECT_EQ(again.accepted_count(), 0);
  EXPECT_EQ(again.duplicate_count(), 1);
  request.mutable_events(0)->mutable_order()->mutable_lines(0)->set_item_id("paper");
  const pb::WriteEventsResponse other = Keep(request);
  ASSERT_EQ(other.errors_size(), 1);
  EXPECT_EQ(other.errors(0).code(), static_cast<int>(grpc::StatusCode::ALREADY_EXISTS));
  EXPECT_FALSE(other.errors(0).reason().empty());
}

TEST_F(Events, AReturnTakesTheItemOutOfTheProfile) {
  pb::WriteEventsRequest request = Batch();
  AddOrder(request, "e1", "newcomer", "pen");
  Keep(request);
  ASSERT_GT(Personal("newcomer"), 0);
  pb::WriteEventsRequest back = Batch();
  pb::Event* event = AddOrder(back, "e2", "newcomer", "pen");
  event->clear_order();
  event->mutable_order_return()->set_order_id("event-order-e1");
  EXPECT_EQ(Keep(back).accepted_count(), 1);
  EXPECT_EQ(Personal("newcomer"), 0);
}

TEST_F(Events, ViewsAreKept) {
  pb::WriteEventsRequest request = Batch();
  pb::Event* event = AddOrder(request, "v1", "", "pen");
  event->clear_order();
  event->mutable_customer()->set_session_id("session-1");
  event->mutable_view()->add_item_ids("pen");
  event->mutable_view()->add_item_ids("paper");
  const pb::WriteEventsResponse response = Keep(request);
  EXPECT_EQ(response.accepted_count(), 1) << response.DebugString();
}

TEST_F(Events, BadEventsAreReportedOneByOneAndTheOthersKept) {
  pb::WriteEventsRequest request = Batch();
  AddOrder(request, "good", "c", "pen");
  const int64_t now = absl::ToUnixSeconds(absl::Now());
  AddOrder(request, "future", "c", "pen")->mutable_event_time()->set_seconds(now + 3600);
  AddOrder(request, "ancient", "c", "pen")
      ->mutable_event_time()
      ->set_seconds(now - int64_t{11} * 366 * 86400);
  AddOrder(request, "", "c", "pen");
  AddOrder(request, "timeless", "c", "pen")->clear_event_time();
  AddOrder(request, "empty", "c", "pen")->clear_order();
  AddOrder(request, "negative", "c", "pen")->mutable_order()->mutable_lines(0)->set_quantity(-1);
  AddOrder(request, "fine-price", "c", "pen")
      ->mutable_order()
      ->mutable_lines(0)
      ->mutable_unit_price()
      ->set_nanos(5);
  AddOrder(request, "long", std::string(129, 'x'), "pen");
  AddOrder(request, "no-item", "c", "");
  AddOrder(request, "ahead", "c", "pen")->mutable_event_time()->set_seconds(now + 300);
  const pb::WriteEventsResponse response = Keep(request);
  EXPECT_EQ(response.accepted_count(), 2) << response.DebugString();
  ASSERT_EQ(response.errors_size(), 9);
  for (int e = 0; e < 9; ++e) {
    EXPECT_EQ(response.errors(e).index(), e + 1);
    EXPECT_EQ(response.errors(e).code(), static_cast<int>(grpc::StatusCode::INVALID_ARGUMENT));
    EXPECT_EQ(response.errors(e).reason(), "INVALID_FIELD");
  }
  EXPECT_EQ(response.errors(0).message(), "events[1].event_time: lies more than 10 minutes ahead");
}

TEST_F(Events, ABatchHoldsOneToAThousandEvents) {
  pb::WriteEventsResponse response;
  pb::WriteEventsRequest request = Batch();
  EXPECT_EQ(FieldIn(Write(request, &response)), "events");
  for (int e = 0; e < 1001; ++e) AddOrder(request, std::to_string(e), "c", "pen");
  EXPECT_EQ(FieldIn(Write(request, &response)), "events");
  request.mutable_events()->RemoveLast();
  EXPECT_EQ(Keep(request).accepted_count(), 1000);
  request.set_parent("stores/nope");
  EXPECT_EQ(ReasonIn(Write(request, &response)), "STORE_NOT_FOUND");
}

}  // namespace
}  // namespace awase
