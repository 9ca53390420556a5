#include "engine/answer/evidence.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/random_draft.h"

namespace awase {
namespace {

// G = 2 * sum O ln(O / E), as the definition has it; sign by the excess over E.
double SlowG(double joint, double anchor, double candidate, double population) {
  const double observed[] = {joint, anchor - joint, candidate - joint,
                             population - anchor - candidate + joint};
  const double expected[] = {anchor * candidate / population, anchor * (population - candidate) / population,
                             (population - anchor) * candidate / population,
                             (population - anchor) * (population - candidate) / population};
  double g = 0;
  for (int cell = 0; cell < 4; ++cell) {
    if (observed[cell] > 0) g += observed[cell] * std::log(observed[cell] / expected[cell]);
  }
  return observed[0] < expected[0] ? -2 * g : 2 * g;
}

Evidence Of(uint32_t joint, uint32_t anchor, uint32_t candidate, uint64_t population) {
  ModelDraft draft = testing::PlainDraft(2);
  draft.support_units = {anchor, candidate};
  draft.units = population;
  testing::AddRow(draft, 0, {{1, 1.0f}});
  draft.evidence[0] = {joint, joint, kNoLag, 0};
  return EvidenceOf(**Model::FromDraft(draft), ItemId{0}, 0);
}

TEST(Evidence, CountsAreThoseOfTheEdge) {
  const Evidence evidence = Of(30, 100, 60, 1000);
  EXPECT_EQ(Index(evidence.candidate), 1u);
  EXPECT_EQ(evidence.joint, 30u);
  EXPECT_EQ(evidence.anchor_count, 100u);
  EXPECT_EQ(evidence.candidate_count, 60u);
  EXPECT_EQ(evidence.population, 1000u);
  EXPECT_DOUBLE_EQ(evidence.confidence, 0.3);
  EXPECT_DOUBLE_EQ(evidence.lift, 5);
}

TEST(Evidence, WilsonBoundIsThatOfTheTables) {
  // Published examples of the 95 % score interval.
  EXPECT_NEAR(Of(10, 20, 10, 100).confidence_lower, 0.2993, 5e-5);
  EXPECT_NEAR(Of(1, 10, 10, 100).confidence_lower, 0.0179, 5e-5);
  EXPECT_NEAR(Of(10, 10, 10, 100).confidence_lower, 0.7225, 5e-5);
  EXPECT_DOUBLE_EQ(Of(0, 10, 10, 100).confidence_lower, 0);
}

TEST(Evidence, LlrIsTheGTest) {
  for (uint32_t population = 1; population <= 14; ++population) {
    for (uint32_t anchor = 1; anchor <= population; ++anchor) {
      for (uint32_t candidate = 1; candidate <= population; ++candidate) {
        for (uint32_t joint = 0; joint <= std::min(anchor, candidate); ++joint) {
          if (anchor + candidate > population + joint) continue;
          const double llr = Of(joint, anchor, candidate, population).llr;
          ASSERT_NEAR(llr, SlowG(joint, anchor, candidate, population), 1e-9);
          const int64_t excess = int64_t{joint} * population - int64_t{anchor} * candidate;
          ASSERT_TRUE(excess > 0 ? llr >= 0 : excess < 0 ? llr <= 0 : llr == 0);
        }
      }
    }
  }
}

TEST(Evidence, ImpossibleCountsGiveNoFigures) {
  EXPECT_EQ(Of(30, 10, 60, 1000).llr, 0);
  EXPECT_EQ(Of(30, 10, 60, 1000).confidence, 0);
  EXPECT_EQ(Of(1, 1, 1, 0).lift, 0);
  const Evidence none = EvidenceOf(**Model::FromDraft(testing::PlainDraft(2)), ItemId{0}, 5);
  EXPECT_EQ(none.joint + none.anchor_count, 0u);
}

}  // namespace
}  // namespace awase
