#include "engine/evaluate/tune.h"

#include <gtest/gtest.h>

#include "tests/evaluate/tiny_facts.h"

namespace awase {
namespace {

std::unique_ptr<Validation> ValidationOf(const FactTable& facts, bool with_past) {
  ValidateOptions options;
  options.with_past = with_past;
  auto validation = Validation::Make(facts, *SplitNewest(facts), Role::kTest, options);
  EXPECT_TRUE(validation.ok()) << validation.status();
  return *std::move(validation);
}

TEST(Auto, TakesTheBestOfWhatItTried) {
  const FactTable facts = testing::CoupleShop(2000, 1);
  const auto choice = ChooseOptions(facts, {}, {});
  ASSERT_TRUE(choice.ok());
  ASSERT_EQ(choice->tried.size(), 4u);
  double best = 0, chosen = 0;
  for (const Choice::Tried& tried : choice->tried) {
    best = std::max(best, (tried.hr10 + tried.ndcg20) / 2);
    if (tried.options.measure == choice->options.measure) chosen = (tried.hr10 + tried.ndcg20) / 2;
  }
  EXPECT_EQ(chosen, best);
  EXPECT_GT(best, 0.3);
}

TEST(Auto, KeepsWhatIsNotTheMeasures) {
  TrainOptions base;
  base.min_support = 3;
  base.top_n = 7;
  const auto choice = ChooseOptions(testing::CoupleShop(2000, 1), base, {});
  ASSERT_TRUE(choice.ok());
  EXPECT_EQ(choice->options.min_support, 3u);
  EXPECT_EQ(choice->options.top_n, 7u);
}

TEST(Auto, FewDataIsLlrWithItsDefaults) {
  for (const uint32_t orders : {0u, 1u, 30u}) {
    const auto choice = ChooseOptions(testing::CoupleShop(orders, 1), {}, {});
    ASSERT_TRUE(choice.ok()) << orders;
    EXPECT_EQ(choice->options.measure, Measure::kLlr);
    EXPECT_EQ(choice->options.damping, DefaultsFor(Measure::kLlr).damping);
  }
}

TEST(Auto, FloorIsFiveWhereAnyCustomerIsKnown) {
  EXPECT_EQ(DefaultMinSupport(testing::FactsOf({{"1", "", 1, {"a"}}, {"2", "kim", 2, {"a"}}})), 5u);
  EXPECT_EQ(DefaultMinSupport(testing::FactsOf({{"1", "", 1, {"a"}}, {"2", "", 2, {"a"}}})), 2u);
}

TEST(SplitNewest, IsTheNewest28DaysOrAFifthOfLess) {
  const FactTable year = testing::CoupleShop(600, 1);
  EXPECT_EQ(SplitNewest(year)->options.test_days, 28u);
  FactTable month = year;
  for (LineFact& line : month.lines) line.time = testing::kStart + (line.time - testing::kStart) / 10;
  EXPECT_EQ(SplitNewest(month)->options.test_days, 5u);
  for (LineFact& line : month.lines) line.time = kNoTime;
  EXPECT_EQ(SplitNewest(month)->options.kind, SplitKind::kRandom);
}

TEST(Tune, NeverEndsBelowItsStartAndSaysWhatItTried) {
  const FactTable facts = testing::CoupleShop(1200, 2);
  const auto validation = ValidationOf(facts, true);
  const auto tuned = Tune(*validation, {});
  ASSERT_TRUE(tuned.ok()) << tuned.status();
  EXPECT_GE(tuned->hr10 + tuned->ndcg20, tuned->start_hr10 + tuned->start_ndcg20);
  EXPECT_GT(tuned->tried.size(), 20u);
  EXPECT_EQ(tuned->tried.front().option, "start");
  // The figures are those of the chosen options.
  const auto judgement = validation->Ask(tuned->options);
  ASSERT_TRUE(judgement.ok());
  EXPECT_DOUBLE_EQ(MeanOf(*judgement)[Metric::kHr10], tuned->hr10);
  // What is kept can be read back.
  const auto read = TrainOptionsFromJson(ToJson(tuned->options));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(ToJson(*read), ToJson(tuned->options));
}

TEST(Tune, TriesPersonalOptionsOnlyWithAPast) {
  const FactTable facts = testing::CoupleShop(1200, 2);
  const auto tried = [&](bool with_past) {
    const auto tuned = Tune(*ValidationOf(facts, with_past), {});
    return std::any_of(tuned->tried.begin(), tuned->tried.end(),
                       [](const Tuned::Tried& one) { return one.option == "personal_weight"; });
  };
  EXPECT_TRUE(tried(true));
  EXPECT_FALSE(tried(false));
}

TEST(Validation, AnswersDoNotDependOnWhatWasAskedBefore) {
  const FactTable facts = testing::CoupleShop(1200, 3);
  const auto validation = ValidationOf(facts, true);
  TrainOptions options;
  const auto first = validation->Ask(options);
  TrainOptions blend = options;
  blend.personal_weight = 5;
  const auto other = validation->Ask(blend);
  TrainOptions matrix = options;
  matrix.damping = 0;
  ASSERT_TRUE(validation->Ask(matrix).ok());
  const auto again = validation->Ask(options);
  EXPECT_EQ(MeanOf(*first), MeanOf(*again));
  EXPECT_NE(MeanOf(*first), MeanOf(*other)) << "the blend matters";
}

}  // namespace
}  // namespace awase
