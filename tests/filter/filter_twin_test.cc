// Random expressions: the columns against one item at a time, and any bytes at all against the parser.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

#include "engine/base/money.h"
#include "engine/filter/filter.h"
#include "tests/support/random_draft.h"

namespace awase {
namespace {

using Predicate = std::function<bool(const Item&)>;
struct Expression {
  std::string text;
  Predicate holds;
};

// Writes expressions by the rules of the grammar, and beside each what it means for one item.
class Author {
 public:
  Author(uint64_t seed, const std::vector<Item>& items) : random_(seed), items_(items) {}

  Expression Any(int depth) {
    return Joined(1 + Below(3), " AND ", true, [&] {
      return Joined(1 + Below(2), " ", true,
                    [&] { return Joined(1 + Below(3), " OR ", false, [&] { return Term(depth); }); });
    });
  }

 private:
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }

  Expression Joined(uint32_t count, const char* word, bool all, const std::function<Expression()>& next) {
    Expression whole = next();
    for (uint32_t n = 1; n < count; ++n) {
      const Expression part = next();
      whole.text += word + part.text;
      whole.holds = [all, a = whole.holds, b = part.holds](const Item& item) {
        return all ? a(item) && b(item) : a(item) || b(item);
      };
    }
    return whole;
  }

  Expression Term(int depth) {
    const char* const negations[] = {"NOT ", "-", "- "};
    const bool negated = Below(4) == 0;
    Expression inner = Restriction();
    if (depth > 0 && Below(3) == 0) {
      inner = Any(depth - 1);
      inner.text = "(" + inner.text + ")";
    }
    if (!negated) return inner;
    return {negations[Below(3)] + inner.text,
            [holds = inner.holds](const Item& item) { return !holds(item); }};
  }

  Expression Restriction() {
    const Item& sample = items_[Below(static_cast<uint32_t>(items_.size()))];
    switch (Below(6)) {
      case 0: {
        const uint32_t limit = Below(5000);
        return {"price<=" + std::to_string(limit), [limit](const Item& item) {
                  return item.price != kNoPrice && item.price <= Micros{limit} * 1'000'000;
                }};
      }
      case 1:
        return {"category:\"" + sample.category.substr(0, 6) + "\"",
                [path = sample.category.substr(0, 6)](const Item& item) {
                  return !item.category.empty() &&
                         (item.category == path || item.category.starts_with(path + "/"));
                }};
      case 2:
        return {"attributes.brand='" + Brand(sample) + "'", [brand = Brand(sample)](const Item& item) {
                  return !Brand(item).empty() && Brand(item) == brand;
                }};
      case 3:
        return {"item_id>" + sample.id, [id = sample.id](const Item& item) { return item.id > id; }};
      case 4:
        return {
            "group!=" + (sample.group.empty() ? "x" : sample.group),
            [group = sample.group](const Item& item) { return item.group.empty() || item.group != group; }};
      default:
        return {"available=true", [](const Item& item) { return item.available; }};
    }
  }
  static std::string Brand(const Item& item) {
    for (const auto& [name, value] : item.attributes) {
      if (name == "brand") return value;
    }
    return "";
  }

  std::mt19937_64 random_;
  const std::vector<Item>& items_;
};

TEST(FilterTwin, ColumnsAgreeWithItems) {
  uint64_t selected = 0, left = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const ModelDraft draft = testing::RandomDraft(seed, {.items = 70});
    const auto model = *Model::FromDraft(draft);
    Author author(seed, draft.items);
    for (int n = 0; n < 50; ++n) {
      const Expression expression = author.Any(2);
      if (expression.text.size() > 2000) continue;
      const auto filter = Filter::Parse(expression.text);
      ASSERT_TRUE(filter.ok()) << expression.text << ": " << filter.status();
      const auto set = filter->Select(*model);
      ASSERT_TRUE(set.ok()) << expression.text << ": " << set.status();
      for (uint32_t i = 0; i < model->items(); ++i) {
        ASSERT_EQ(set->Test(i), expression.holds(draft.items[i]))
            << expression.text << " on " << draft.items[i].id;
        ++(set->Test(i) ? selected : left);
      }
      ASSERT_EQ(
          set->Count() +
              [&] {
                Bitset not_set = *set;
                not_set.Flip();
                return not_set.Count();
              }(),
          model->items());
    }
  }
  // The worlds tell the expressions apart.
  EXPECT_GT(selected, 10'000u);
  EXPECT_GT(left, 10'000u);
}

// Positions lie in the text, whatever it is.
void ExpectAnswer(const std::string& text, const Model& model) {
  const auto filter = Filter::Parse(text);
  const absl::Status status = filter.ok() ? filter->Select(model).status() : filter.status();
  if (filter.ok()) filter->Holds([](std::string_view) { return std::vector<std::string>{"1"}; });
  if (status.ok()) return;
  ASSERT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
  const std::string message(status.message());
  ASSERT_TRUE(message.starts_with("filter:")) << message;
  const size_t position = std::stoul(message.substr(7));
  ASSERT_TRUE(position >= 1 && position <= text.size() + 1) << message << " in " << text;
}

TEST(FilterTwin, ParserBearsAnyBytes) {
  const auto model = *Model::FromDraft(testing::RandomDraft(1, {.items = 3}));
  std::mt19937_64 random(7);
  for (int n = 0; n < 30'000; ++n) {
    std::string text(random() % 60, ' ');
    for (char& c : text) c = static_cast<char>(random());
    ExpectAnswer(text, *model);
  }
}

TEST(FilterTwin, ParserBearsAnyTokens) {
  const auto model = *Model::FromDraft(testing::RandomDraft(1, {.items = 3}));
  const char* const tokens[] = {
      "(",     ")",  "AND", "OR",       "NOT", "-",  "price", "title", "attributes.a", ".",    "=", "!=",
      "<",     ">=", ":",   "\"",       "'",   "\\", "*",     " ",     "  ",           "true", "1", "-2.5",
      "1e999", ",",  "喫",  "item_id=a"};
  std::mt19937_64 random(8);
  uint64_t parsed = 0;
  for (int n = 0; n < 60'000; ++n) {
    std::string text;
    for (uint64_t length = random() % 12; length > 0; --length) {
      text += tokens[random() % std::size(tokens)];
      if (random() % 2 == 0) text += ' ';
    }
    ExpectAnswer(text, *model);
    parsed += Filter::Parse(text).ok();
  }
  EXPECT_GT(parsed, 100u) << "some must have been expressions";
}

TEST(FilterTwin, ParserBearsBrokenExpressions) {
  const ModelDraft draft = testing::RandomDraft(1, {.items = 10});
  const auto model = *Model::FromDraft(draft);
  Author author(3, draft.items);
  std::mt19937_64 random(9);
  for (int n = 0; n < 10'000; ++n) {
    std::string text = author.Any(2).text;
    for (uint64_t edits = 1 + random() % 4; edits > 0 && !text.empty(); --edits) {
      const size_t at = random() % text.size();
      random() % 2 == 0 ? text.erase(at, 1 + random() % 5)
                        : text.insert(at, 1, "()\"'*-:=.<\\ "[random() % 12]);
    }
    ExpectAnswer(text.substr(0, 2000), *model);
  }
}

}  // namespace
}  // namespace awase
