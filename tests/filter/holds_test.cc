#include <gtest/gtest.h>

#include <map>

#include "engine/filter/filter.h"

namespace awase {
namespace {

bool Holds(std::string_view text) {
  static const std::map<std::string, std::vector<std::string>, std::less<>> request = {
      {"customer.known", {"true"}},       {"customer.attributes.device", {"mobile"}}, {"cart.size", {"3"}},
      {"cart.items", {"A1", "B2", "C3"}}, {"customer.attributes.zip", {"007"}},
  };
  const auto filter = Filter::Parse(text);
  EXPECT_TRUE(filter.ok()) << filter.status();
  return filter.ok() && filter->Holds([](std::string_view field) {
    const auto at = request.find(field);
    return at == request.end() ? std::vector<std::string>{} : at->second;
  });
}

TEST(Holds, ReadsTheRequest) {
  for (const char* text :
       {"", "customer.known = true", "cart.size >= 3", "cart.size < 10", "cart.size = 3.0", "cart.size = '3'",
        "cart.items:A1", "cart.items = B2", "cart.items = B*", "cart.items:*", "focus_item_id != X",
        "NOT cart.items:D4", "customer.attributes.device = mobile AND cart.size > 2",
        "customer.attributes.device = desktop OR cart.size > 2", "customer.attributes.zip = 7",
        "customer.attributes.zip = '007'", "cart.items != Z"}) {
    EXPECT_TRUE(Holds(text)) << text;
  }
  for (const char* text :
       {"customer.known = false", "customer.known != true", "cart.size > 3", "cart.size = '3.0'",
        "cart.items:A", "cart.items:A10", "focus_item_id = X", "focus_item_id:*", "focus_item_id < X",
        "cart.items != A1", "customer.attributes.zip = '7'", "customer.attributes.device > 5",
        "customer.known = true cart.size > 5"}) {
    EXPECT_FALSE(Holds(text)) << text;
  }
}

TEST(Holds, NamesItsFieldsOnce) {
  EXPECT_EQ(Filter::Parse("a = 1 b.c:2 OR NOT (a = 3 AND d < 4)")->Fields(),
            (std::vector<std::string>{"a", "b.c", "d"}));
  EXPECT_TRUE(Filter::Parse("")->Fields().empty());
}

}  // namespace
}  // namespace awase
