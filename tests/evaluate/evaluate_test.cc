#include "engine/evaluate/evaluate.h"

#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <algorithm>

#include "engine/evaluate/report.h"
#include "engine/evaluate/served.h"
#include "tests/evaluate/tiny_facts.h"
#include <nlohmann/json.hpp>

namespace awase {
namespace {

using testing::CoupleShop;

const MethodFigures& FiguresOf(const Evaluation& evaluation, const std::string& name) {
  for (const MethodFigures& figures : evaluation.methods) {
    if (figures.name == name) return figures;
  }
  ADD_FAILURE() << "no method " << name;
  return evaluation.methods.front();
}

double Hr10(const Evaluation& evaluation, const std::string& name) {
  return FiguresOf(evaluation, name).mean[Metric::kHr10];
}

Evaluation Judged(const FactTable& facts, const EvaluateOptions& options) {
  absl::StatusOr<Evaluation> evaluation = Evaluate(facts, options);
  EXPECT_TRUE(evaluation.ok()) << evaluation.status();
  return *std::move(evaluation);
}

EvaluateOptions Quick() {
  EvaluateOptions options;
  options.seeds = 2;
  options.bootstrap_draws = 100;
  return options;
}

// Without the seconds, which nobody can repeat.
std::string Repeatable(Evaluation evaluation, const EvaluateOptions& options) {
  evaluation.seconds = 0;
  return ReportJson(evaluation, options);
}

TEST(Evaluate, FindsPlantedCompanionsAndBeatsPopularity) {
  const Evaluation evaluation = Judged(CoupleShop(3000, 1), Quick());
  // Two of three hidden items are one of a couple; the third is drawn from 40 fillers.
  EXPECT_GT(Hr10(evaluation, "awase"), 0.6);
  EXPECT_LT(Hr10(evaluation, "popularity"), 0.3);
  EXPECT_GE(Hr10(evaluation, "awase"), Hr10(evaluation, "count") - 0.05);
}

TEST(Evaluate, FindsNothingWhereNothingIsToBeLearnt) {
  const Evaluation shuffled = Judged(CoupleShop(3000, 1, true), Quick());
  EXPECT_LT(Hr10(shuffled, "awase"), 0.25);
  EXPECT_NEAR(Hr10(shuffled, "awase"), Hr10(shuffled, "popularity"), 0.1);
}

TEST(Evaluate, NothingAtOrAfterTheContactReachesTheTraining) {
  const FactTable facts = CoupleShop(2000, 3);
  // Another future: the same items and times, but every b of a later order becomes another one.
  FactTable other = facts;
  const auto split = MakeSplit(facts, {});
  ASSERT_TRUE(split.ok());
  std::vector<uint32_t> companions;
  for (uint32_t item = 0; item < facts.items.size(); ++item) {
    if (facts.items[item].starts_with("b-")) companions.push_back(item);
  }
  uint64_t changed = 0, at = 0;
  for (LineFact& line : other.lines) {
    if (line.time < split->test_from || !facts.items[line.item].starts_with("b-")) continue;
    line.item = companions[at++ % companions.size()];
    ++changed;
  }
  ASSERT_GT(changed, 100u);
  const auto digest = [&](const FactTable& table, Role asked) {
    const auto world = MakeWorld(table, *MakeSplit(table, {}), asked, {});
    EXPECT_TRUE(world.ok());
    return (*TrainOn(*world, {}, TrainOptions{}))->digest();
  };
  EXPECT_EQ(digest(facts, Role::kTest), digest(other, Role::kTest));
  EXPECT_EQ(digest(facts, Role::kValidation), digest(other, Role::kValidation));
  // Negative control: a change of the past is seen.
  FactTable past = facts;
  past.lines.front().item =
      companions.front() == past.lines.front().item ? companions.back() : companions.front();
  EXPECT_NE(digest(facts, Role::kTest), digest(past, Role::kTest));

  EvaluateOptions options = Quick();
  options.tune = true;
  const Evaluation one = Judged(facts, options), two = Judged(other, options);
  EXPECT_EQ(one.awase_options, two.awase_options);
  EXPECT_EQ(ToJson(one.tuned->options), ToJson(two.tuned->options))
      << "tuning looks at the validation part only";
}

TEST(Evaluate, SameSeedSameFiguresOnAnyNumberOfThreads) {
  const FactTable facts = CoupleShop(1500, 4);
  const EvaluateOptions options = Quick();
  const std::string many = Repeatable(Judged(facts, options), options);
  {
    const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
    EXPECT_EQ(Repeatable(Judged(facts, options), options), many);
  }
  EvaluateOptions other = options;
  other.seed = 99;
  EXPECT_NE(Repeatable(Judged(facts, other), other), many);
}

TEST(Evaluate, ReportHasTheKeysThatChecksReadInEveryProtocol) {
  const FactTable facts = CoupleShop(1500, 5);
  for (const Protocol protocol : {Protocol::kCart, Protocol::kCartHalf, Protocol::kItemPage,
                                  Protocol::kNextBasket, Protocol::kSession}) {
    SCOPED_TRACE(std::string(Name(protocol)));
    EvaluateOptions options = Quick();
    options.protocol = protocol;
    if (protocol == Protocol::kSession) options.vsknn = VsknnOptions{};
    const nlohmann::json report = nlohmann::json::parse(ReportJson(Judged(facts, options), options));
    for (const char* method : {"awase", "awase_personal", "popularity", "count", "confidence", "cosine",
                               "jaccard", "llr", "personal"}) {
      ASSERT_TRUE(report["methods"].contains(method)) << method;
      for (const char* key : {"hr@10", "hr@20", "recall@20", "ndcg@10", "ndcg@20", "mrr@20", "coverage@10",
                              "popularity_ratio", "empty_share"}) {
        ASSERT_TRUE(report["methods"][method][key].is_number()) << key;
      }
      const auto& interval = report["methods"][method]["ci95"]["hr@10"];
      ASSERT_EQ(interval.size(), 2u);
      EXPECT_LE(interval[0], interval[1]);
    }
    EXPECT_EQ(report["methods"].contains("vsknn"), protocol == Protocol::kSession);
    for (const char* rival : {"count", "cosine", "popularity", "personal"}) {
      EXPECT_TRUE(report["paired"]["awase"].contains(rival));
    }
    for (const char* rule : {"repeat", "unknown", "ties", "ndcg_ideal"}) {
      EXPECT_FALSE(report["protocol"]["rules"][rule].get<std::string>().empty());
    }
    EXPECT_EQ(report["protocol"]["digest"].get<std::string>().size(), 16u);
  }
}

TEST(Evaluate, PairedDifferenceIsTheDifferenceOfTheMeans) {
  const Evaluation evaluation = Judged(CoupleShop(1500, 6), Quick());
  ASSERT_FALSE(evaluation.paired.empty());
  for (const Difference& one : evaluation.paired) {
    EXPECT_NEAR(one.hr10, Hr10(evaluation, one.method) - Hr10(evaluation, one.against), 1e-9);
    EXPECT_LE(one.interval.low, one.hr10 + 1e-9);
    EXPECT_GE(one.interval.high, one.hr10 - 1e-9);
  }
}

TEST(Evaluate, SegmentsAddUpToTheWhole) {
  const Evaluation evaluation = Judged(CoupleShop(1500, 7), Quick());
  const MethodFigures& awase = FiguresOf(evaluation, "awase");
  double sum = 0, baskets = 0;
  for (const Segment& segment : awase.segments) {
    if (segment.name != "known" && segment.name != "anonymous") continue;
    sum += static_cast<double>(segment.baskets) * segment.mean[Metric::kHr10];
    baskets += static_cast<double>(segment.baskets);
  }
  EXPECT_NEAR(sum / baskets, awase.mean[Metric::kHr10], 1e-9);
}

TEST(Evaluate, RandomSplitNeedsNoTimes) {
  FactTable facts = CoupleShop(1500, 8);
  for (LineFact& line : facts.lines) line.time = kNoTime;
  EvaluateOptions options = Quick();
  const Evaluation evaluation = Judged(facts, options);
  EXPECT_EQ(evaluation.split.options.kind, SplitKind::kRandom);
  EXPECT_GT(Hr10(evaluation, "awase"), 0.6);
  options.split = SplitKind::kTime;
  EXPECT_EQ(Evaluate(facts, options).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(Evaluate, RefusesWhatMakesNoSense) {
  const FactTable facts = CoupleShop(100, 8);
  EvaluateOptions options = Quick();
  options.vsknn = VsknnOptions{};
  EXPECT_EQ(Evaluate(facts, options).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Evaluate(FactTable{}, Quick()).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(Sessions, ViewsBecomeOrdersOfTheSessionProtocol) {
  FactTable facts;
  for (uint32_t s = 0; s < 400; ++s) {
    const uint32_t session = facts.sessions.Intern("s" + std::to_string(s));
    for (uint32_t v = 0; v < 3; ++v) {
      const std::string item = "i" + std::to_string((s % 20) * 3 + v);
      facts.views.push_back({session, facts.items.Intern(item), testing::kStart + s * 20'000 + v});
    }
  }
  EvaluateOptions options = Quick();
  options.protocol = Protocol::kSession;
  const Evaluation evaluation = Judged(facts, options);
  EXPECT_GT(evaluation.probes, 50u);
  EXPECT_DOUBLE_EQ(Hr10(evaluation, "awase"), 1) << "each view has two companions";
}

}  // namespace
}  // namespace awase
