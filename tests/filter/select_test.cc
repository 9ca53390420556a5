// What an expression selects, on a catalogue small enough to read.
#include <gtest/gtest.h>

#include "engine/filter/filter.h"
#include "tests/support/random_draft.h"

namespace awase {
namespace {

// a: knife 1,980.50 in home/kitchen/knives, brand Awa, size 10, group blades
// b: board 500 in home/kitchen, brand awa*, size 9, not available
// c: "Café [ja: 喫茶]" in homes, no price, not repeatable, size big
// d: nothing at all
std::shared_ptr<const Model> Shop() {
  ModelDraft draft = testing::PlainDraft(4);
  Item* items = draft.items.data();
  items[0].titles = {{"", "Chef's Knife"}};
  items[0].category = "home/kitchen/knives";
  items[0].price = 1'980'500'000;
  items[0].group = "blades";
  items[0].attributes = {{"brand", "Awa"}, {"size", "10"}};
  items[1].titles = {{"", "Cutting board"}};
  items[1].category = "home/kitchen";
  items[1].price = 500'000'000;
  items[1].available = false;
  items[1].attributes = {{"brand", "awa*"}, {"size", "9"}};
  items[2].titles = {{"", "Café"}, {"ja", "喫茶"}};
  items[2].category = "homes";
  items[2].repeatable = false;
  items[2].attributes = {{"my.name", "x"}, {"size", "big"}};
  return Model::FromDraft(draft).value();
}

// Ids of the selected items, or the error.
std::string Selected(std::string_view text) {
  static const std::shared_ptr<const Model> model = Shop();
  const auto filter = Filter::Parse(text);
  if (!filter.ok()) return std::string(filter.status().message());
  const auto set = filter->Select(*model);
  if (!set.ok()) return std::string(set.status().message());
  std::string ids;
  for (uint32_t i = 0; i < model->items(); ++i) {
    if (set->Test(i)) ids += model->item_id(ItemId{i});
  }
  return ids;
}

struct Row {
  const char* text;
  const char* selects;
};

class Select : public ::testing::TestWithParam<Row> {};

TEST_P(Select, SelectsWhatItSays) {
  EXPECT_EQ(Selected(GetParam().text), GetParam().selects) << GetParam().text;
}

constexpr Row kFields[] = {
    {"", "abcd"},
    {" \t\n", "abcd"},
    {"item_id = a", "a"},
    {"item_id != a", "bcd"},
    {"item_id >= b", "bcd"},
    {"item_id < \"b\"", "a"},
    {"title = \"Chef's Knife\"", "a"},
    {"title = 'Chef\\'s Knife'", "a"},
    {"title = \"chef's knife\"", ""},
    {"title:KNIFE", "a"},
    {"title:\"ng bo\"", "b"},
    {"title = 喫茶", "c"},
    {"title:喫", "c"},
    {"title != Café", "abd"},
    {"title:*", "abc"},
    {"category = home/kitchen", "b"},
    {"category:home/kitchen", "ab"},
    {"category:\"home/kitchen/\"", "ab"},
    {"category:home", "ab"},
    {"category = home/kitchen/*", "a"},
    {"category = 'home*'", "abc"},
    {"category = \"*kitchen\"", "b"},
    {"category = *it*", "ab"},
    {"category != home/kitchen", "acd"},
    {"category:*", "abc"},
    {"price < 1980.50", "b"},
    {"price <= 1980.5", "ab"},
    {"price > 500 price < 2000", "a"},
    {"price = 500", "b"},
    {"price = \"500.00\"", "b"},
    {"price:500", "b"},
    {"price != 500", "acd"},
    {"price >= -3", "ab"},
    {"price:*", "ab"},
    {"NOT price:*", "cd"},
    {"group = blades", "a"},
    {"group:LADE", "a"},
    {"-group:*", "bcd"},
    {"available = true", "acd"},
    {"available != true", "b"},
    {"available:false", "b"},
    {"repeatable = false", "c"},
    {"attributes.brand = Awa", "a"},
    {"attributes.brand:awa", "ab"},
    {"attributes.brand = \"awa\\*\"", "b"},
    {"attributes.brand = awa*", "b"},
    {"attributes.brand != Awa", "bcd"},
    {"attributes.brand:*", "ab"},
    {"attributes:brand", "ab"},
    {"attributes:size", "abc"},
    {"attributes.my.name = x", "c"},
    {"attributes.\"my.name\" = x", "c"},
    {"attributes.size > 9", "a"},
    {"attributes.size = 10.0", "a"},
    {"attributes.size = \"10.0\"", ""},
    {"attributes.size > \"9\"", "c"},
    {"attributes.size < 100", "ab"},
    {"attributes.none = ''", ""},
};
INSTANTIATE_TEST_SUITE_P(Fields, Select, ::testing::ValuesIn(kFields));

constexpr Row kLogic[] = {
    {"item_id = a OR item_id = b", "ab"},
    {"item_id=a OR item_id=b OR item_id=d", "abd"},
    {"available = true AND repeatable = true", "ad"},
    {"available = true repeatable = true", "ad"},
    {"NOT item_id = a", "bcd"},
    {"-item_id=a", "bcd"},
    {"- item_id=a", "bcd"},
    {"NOT (item_id = a OR item_id = b)", "cd"},
    {"-(item_id=a OR item_id=b)", "cd"},
    // OR binds tighter than AND: (a or b) and available.
    {"item_id = a OR item_id = b AND available = true", "a"},
    {"available = true AND item_id = a OR item_id = b", "a"},
    {"available = true item_id = a OR item_id = b", "a"},
    {"(available = true AND item_id = a) OR item_id = b", "ab"},
    {"NOT item_id = a OR item_id = a", "abcd"},
    {"((((item_id = a))))", "a"},
    {"NOT(item_id=a)", "bcd"},
    {"item_id=a OR(item_id=b)", "ab"},
    {"(item_id=a)OR(item_id=b)", "ab"},
    {"item_id=a AND(available=true)", "a"},
};
INSTANTIATE_TEST_SUITE_P(Logic, Select, ::testing::ValuesIn(kLogic));

constexpr Row kErrors[] = {
    {"colour = red",
     "filter:1: no such field, got 'colour'; there are item_id, title, category, price, group, available, "
     "repeatable, "
     "attributes.NAME"},
    {"price < cheap", "filter:9: price: expected a number, got 'cheap'"},
    {"price = 5*", "filter:9: price: expected a number, got '5'"},
    {"available = 1", "filter:13: available: expected true or false, got '1'"},
    {"available > true", "filter:1: available: has no order, use = or !="},
    {"title < a", "filter:1: title: has no order, use = != or :"},
    {"attributes = a", "filter:1: attributes: write attributes.NAME = value, or attributes:NAME"},
    {"item_id = )", "filter:11: expected a value, got ')'"},
    {"item_id =", "filter:10: expected a value, got the end"},
    {"item_id = AND", "filter:11: expected a value, got 'AND'"},
    {"available", "filter:10: expected a comparison (= != < <= > >= :), got the end"},
    {"mug cup", "filter:5: expected a comparison (= != < <= > >= :), got 'cup'"},
    {"(item_id = a", "filter:13: expected ')', got the end"},
    {"item_id = a)", "filter:12: expected a comparison, AND or OR, got ')'"},
    {"item_id = \"a", "filter:11: this string has no end"},
    {"item_id = 'a\\", "filter:11: this string has no end"},
    {"item_id = a AND", "filter:16: expected a field, got the end"},
    {"item_id = a OR OR item_id = b", "filter:19: expected a comparison (= != < <= > >= :), got 'item_id'"},
    {"item_id = f(a)", "filter:14: expected a comparison (= != < <= > >= :), got ')'"},
    {"item_id < a*", "filter:11: '*' stands for any text in = and != only, or alone after ':'"},
    {"title:a*", "filter:7: '*' stands for any text in = and != only, or alone after ':'"},
    {"item_id == a", "filter:10: expected a value, got '='"},
    {"NOT", "filter:4: expected a field, got the end"},
    {".a = 1", "filter:1: expected a field, got '.a'"},
    {"a. = 1", "filter:3: expected a field, got ' '"},
};
INSTANTIATE_TEST_SUITE_P(Errors, Select, ::testing::ValuesIn(kErrors));

TEST(Filter, BoundsItsLengthAndDepth) {
  EXPECT_EQ(Selected(std::string(32, '(') + "item_id=a" + std::string(32, ')')), "a");
  EXPECT_EQ(Selected(std::string(33, '(') + "item_id=a" + std::string(33, ')')),
            "filter:33: nested deeper than 32 levels");
  EXPECT_EQ(Selected("item_id=a" + std::string(1991, ' ')), "a");
  EXPECT_EQ(Selected("item_id=a" + std::string(1992, ' ')),
            "filter:2001: must be at most 2000 bytes, got 2001");
  // A nesting bomb as long as it may be.
  EXPECT_EQ(Selected(std::string(2000, '(')), "filter:33: nested deeper than 32 levels");
  EXPECT_EQ(Selected(std::string(2000, '-')),
            "filter:2001: expected a comparison (= != < <= > >= :), got the end")
      << "one minus, then a field of minuses";
}

}  // namespace
}  // namespace awase
