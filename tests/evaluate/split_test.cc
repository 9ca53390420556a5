#include "engine/evaluate/split.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/evaluate/tiny_facts.h"

namespace awase {
namespace {

using testing::FactsOf;
using testing::kDay;
using testing::kStart;

TEST(Split, TimeIsCountedBackFromTheNewestPurchase) {
  const UnixSeconds newest = kStart + 100 * kDay;
  const FactTable facts = FactsOf({
      {"old", "c", newest - 57 * kDay, {"x"}},
      {"validation-first", "c", newest - 56 * kDay, {"x"}},
      {"validation-last", "c", newest - 28 * kDay - 1, {"x"}},
      {"test-first", "c", newest - 28 * kDay, {"x"}},
      {"newest", "c", newest, {"x"}},
      {"return", "c", newest + kDay, {"x"}, -1},
      {"undated", "c", kNoTime, {"x"}},
  });
  const auto split = MakeSplit(facts, {});
  ASSERT_TRUE(split.ok()) << split.status();
  EXPECT_EQ(split->newest, newest) << "a return is no purchase";
  EXPECT_EQ(split->test_from, newest - 28 * kDay);
  const Role expected[] = {Role::kTrain, Role::kValidation, Role::kValidation, Role::kTest,
                           Role::kTest,  Role::kNone,       Role::kTrain};
  for (uint32_t order = 0; order < std::size(expected); ++order) {
    EXPECT_EQ(split->role[order], expected[order]) << std::string(facts.orders[order]);
  }
}

TEST(Split, TimeKnowsOnlyLinesBeforeThePartEvenOfOneOrder) {
  const UnixSeconds newest = kStart + 100 * kDay;
  FactTable facts = FactsOf({{"astride", "c", newest - 28 * kDay - 5, {"before"}},
                             {"astride", "c", newest - 28 * kDay + 5, {"after"}},
                             {"new", "c", newest, {"x"}}});
  const auto split = MakeSplit(facts, {});
  ASSERT_TRUE(split.ok());
  EXPECT_EQ(split->role[0], Role::kValidation) << "by its earliest line";
  const FactTable known = KnownBefore(facts, *split, Role::kTest);
  ASSERT_EQ(known.lines.size(), 1u);
  EXPECT_EQ(known.items[known.lines[0].item], "before");
  EXPECT_TRUE(KnownBefore(facts, *split, Role::kValidation).lines.empty());
}

TEST(Split, RandomTakesTheShareAndDependsOnTheSeedAlone) {
  std::vector<testing::TinyOrder> orders;
  for (int i = 0; i < 1000; ++i) orders.push_back({"o" + std::to_string(i), "", kNoTime, {"x"}});
  const FactTable facts = FactsOf(orders);
  const SplitOptions options{.kind = SplitKind::kRandom, .test_share = 0.1, .seed = 5};
  const auto split = MakeSplit(facts, options);
  ASSERT_TRUE(split.ok());
  EXPECT_EQ(split->Count(Role::kTest), 100u);
  EXPECT_EQ(split->Count(Role::kValidation), 90u);
  EXPECT_EQ(split->Count(Role::kTrain), 810u);
  EXPECT_EQ(KnownBefore(facts, *split, Role::kTest).lines.size(), 900u);
  EXPECT_EQ(KnownBefore(facts, *split, Role::kValidation).lines.size(), 810u);

  // The same orders in another sequence of arrival.
  std::reverse(orders.begin(), orders.end());
  const FactTable turned = FactsOf(orders);
  const auto again = MakeSplit(turned, options);
  for (uint32_t order = 0; order < 1000; ++order) {
    EXPECT_EQ(again->role[*turned.orders.Find(facts.orders[order])], split->role[order]);
  }
  SplitOptions other = options;
  other.seed = 6;
  EXPECT_NE(MakeSplit(facts, other)->role, split->role);
}

TEST(Split, PrefixReadsTheOrderId) {
  const FactTable facts = FactsOf({{"train-1", "", 1, {"x"}},
                                   {"valid-1", "", 2, {"x"}},
                                   {"test-1", "", 3, {"x"}},
                                   {"else", "", 4, {"x"}}});
  const auto split = MakeSplit(facts, {.kind = SplitKind::kPrefix});
  ASSERT_TRUE(split.ok());
  EXPECT_EQ(split->role, (std::vector<Role>{Role::kTrain, Role::kValidation, Role::kTest, Role::kNone}));
  EXPECT_EQ(KnownBefore(facts, *split, Role::kTest).lines.size(), 1u);
}

TEST(Split, SaysWhatIsMissing) {
  const FactTable undated = FactsOf({{"a", "", kNoTime, {"x"}}, {"b", "", kNoTime, {"x"}}});
  EXPECT_EQ(MakeSplit(undated, {}).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(MakeSplit(undated, {.kind = SplitKind::kPrefix}).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(MakeSplit(undated, {.kind = SplitKind::kRandom, .test_share = 0}).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(MakeSplit(undated, {.test_days = 0}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(HasTimes(undated));
  EXPECT_EQ(ParseSplit("week").status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace awase
