// Published figures, and those that a release must reach.
#include <gtest/gtest.h>

#include "engine/evaluate/evaluate.h"
#include "engine/intake/intake.h"
#include "tests/support/data_dir.h"

namespace awase {
namespace {

FactTable Read(const std::string& path) {
  absl::StatusOr<FactTable> facts = ReadOrdersAsFacts(path, {}, nullptr);
  EXPECT_TRUE(facts.ok()) << facts.status();
  return *std::move(facts);
}

MetricValues MeanOf(const Evaluation& evaluation, const std::string& name) {
  for (const MethodFigures& figures : evaluation.methods) {
    if (figures.name == name) return figures.mean;
  }
  ADD_FAILURE() << "no method " << name;
  return {};
}

TEST(Golden, SerenadeReadmeLine) {
  AWASE_NEED_REAL_DATA(path, "serenade_example.csv.gz");
  EvaluateOptions options;
  options.protocol = Protocol::kSession;
  options.split = SplitKind::kPrefix;
  options.vsknn = VsknnOptions{.m = 500, .k = 50, .last = 2};
  const absl::StatusOr<Evaluation> evaluation = Evaluate(Read(path), options);
  ASSERT_TRUE(evaluation.ok()) << evaluation.status();
  EXPECT_EQ(evaluation->probes, 931u);
  const MetricValues reference = MeanOf(*evaluation, "vsknn");
  EXPECT_NEAR(reference[Metric::kMrr20], 0.3277, 0.005);
  EXPECT_NEAR(reference[Metric::kHr20], 0.6402, 0.005);
  EXPECT_GT(MeanOf(*evaluation, "awase")[Metric::kMrr20], 0.3277);
}

TEST(Golden, CartOfOnlineRetailUntuned) {
  AWASE_NEED_REAL_DATA(path, "online_retail.csv.gz");
  EvaluateOptions options;
  options.seeds = 1;
  options.measure = Measure::kJaccard;
  options.base.min_support = 5;
  const absl::StatusOr<Evaluation> evaluation = Evaluate(Read(path), options);
  ASSERT_TRUE(evaluation.ok()) << evaluation.status();
  EXPECT_EQ(evaluation->baskets, 2421u);
  EXPECT_GE(MeanOf(*evaluation, "awase")[Metric::kHr10], 0.28);
  EXPECT_GE(MeanOf(*evaluation, "awase_personal")[Metric::kHr10], 0.31);
  EXPECT_NEAR(MeanOf(*evaluation, "count")[Metric::kHr10], 0.131, 0.02);
  EXPECT_NEAR(MeanOf(*evaluation, "cosine")[Metric::kHr10], 0.186, 0.02);
  for (const MethodFigures& figures : evaluation->methods) {
    if (figures.name != "awase_personal") continue;
    EXPECT_GE(figures.coverage10, 0.5);
  }
}

TEST(Golden, AutoOnGroceriesIsAsGoodAsTheBestMeasure) {
  AWASE_NEED_REAL_DATA(path, "groceries.csv.gz");
  EvaluateOptions options;
  options.base.min_support = 2;
  const absl::StatusOr<Evaluation> evaluation = Evaluate(Read(path), options);
  ASSERT_TRUE(evaluation.ok()) << evaluation.status();
  const double chosen = MeanOf(*evaluation, "awase")[Metric::kHr10];
  EXPECT_GE(chosen, 0.39);
  for (const char* single : {"count", "confidence", "cosine", "jaccard", "llr", "awase_jaccard", "awase_llr",
                             "awase_confidence", "awase_cosine"}) {
    EXPECT_GE(chosen, MeanOf(*evaluation, single)[Metric::kHr10] - 0.005) << single;
  }
}

}  // namespace
}  // namespace awase
