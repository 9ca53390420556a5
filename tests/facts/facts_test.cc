#include "engine/facts/facts.h"

#include <gtest/gtest.h>

namespace awase {
namespace {

Event OrderOf(std::vector<OrderLine> lines) {
  return {.event_id = "e1",
          .time = 1,
          .customer_id = "c",
          .payload = Order{.order_id = "o1", .lines = std::move(lines)}};
}

TEST(ValidateId, TakesWhatAShopUses) {
  for (const char* id : {"85123A", "85123a", "BANK CHARGES", "商品-1", "a/b", "ü"})
    EXPECT_TRUE(ValidateId("item_id", id).ok()) << id;
  EXPECT_TRUE(ValidateId("item_id", std::string(128, 'x')).ok());
}

TEST(ValidateId, RefusesAndNamesFieldAndValue) {
  EXPECT_EQ(ValidateId("item_id", " x").message(), "item_id: has surrounding spaces, got ' x'");
  EXPECT_EQ(ValidateId("item_id", "").message(), "item_id: is empty");
  EXPECT_FALSE(ValidateId("item_id", std::string(129, 'x')).ok());
  for (const char* id :
       {"a\tb", "a\nb", "a\x7f", "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE3\x81", "\x80"}) {
    EXPECT_FALSE(ValidateId("item_id", id).ok());
  }
}

TEST(ValidateItem, NamesTheFieldThatIsWrong) {
  Item item{.id = "a"};
  EXPECT_TRUE(ValidateItem(item).ok());
  item.price = -3'000'000;
  EXPECT_EQ(ValidateItem(item).message(), "price: is negative, got '-3'");
  item.price = 0;
  EXPECT_TRUE(ValidateItem(item).ok());
  item.titles = {{"ja", "x"}, {"", "y"}};
  EXPECT_FALSE(ValidateItem(item).ok());
  item.titles = {{"", "y"}, {"ja", "x"}};
  EXPECT_TRUE(ValidateItem(item).ok());
  item.attributes = {{"a", "1"}, {"a", "2"}};
  EXPECT_FALSE(ValidateItem(item).ok());
}

TEST(ValidateEvent, ChecksEveryLine) {
  EXPECT_TRUE(ValidateEvent(OrderOf({{"a", 1, 0}})).ok());
  EXPECT_EQ(ValidateEvent(OrderOf({{"a", 1, 0}, {"b", 0, 0}})).message(),
            "lines[1].quantity: must lie in 1..1000000, got '0'");
  EXPECT_FALSE(ValidateEvent(OrderOf({})).ok());
  EXPECT_FALSE(ValidateEvent(OrderOf({{"a", 1, -1}})).ok());
  EXPECT_FALSE(ValidateEvent(OrderOf(std::vector<OrderLine>(1001, {"a", 1, 0}))).ok());
  Event timeless = OrderOf({{"a", 1, 0}});
  timeless.time = kNoTime;
  EXPECT_EQ(ValidateEvent(timeless).message(), "event_time: is missing");
}

TEST(ValidateEvent, AReturnNeedsOrderOrCustomerAndLinesOrOrder) {
  Event event{.event_id = "e",
              .time = 1,
              .customer_id = "",
              .payload = Return{.order_id = "", .lines = {{"a", 1, kNoPrice}}}};
  EXPECT_FALSE(ValidateEvent(event).ok());
  event.customer_id = "c";
  EXPECT_TRUE(ValidateEvent(event).ok());
  event.payload = Return{.order_id = "", .lines = {}};
  EXPECT_FALSE(ValidateEvent(event).ok());
  event.payload = Return{.order_id = "o", .lines = {}};
  EXPECT_TRUE(ValidateEvent(event).ok());
}

}  // namespace
}  // namespace awase
