#include "engine/train/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace awase {
namespace {

using ::testing::HasSubstr;

TEST(TrainOptions, SurviveTheirJson) {
  TrainOptions options = DefaultsFor(Measure::kCosine);
  options.signal = Signal::kView;
  options.unit = CountingUnit::kCustomer;
  options.window_seconds = 90 * 86400;
  options.direction = Direction::kAfter;
  options.damping = 0.35;
  options.cosine_a = 0.3;
  options.half_life_days = 45.5;
  options.top_n = 77;
  options.personal_weight = 0.7f;
  const std::string json = ToJson(options);
  const auto read = TrainOptionsFromJson(json);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(ToJson(*read), json);
  EXPECT_EQ(read->window_seconds, options.window_seconds);
  EXPECT_EQ(read->personal_weight, 0.7f);
  EXPECT_THAT(json, HasSubstr("\"personal_weight\":0.7"));
}

TEST(TrainOptions, JsonSaysNothingOfThreadsAndMemory) {
  TrainOptions options;
  const std::string before = ToJson(options);
  options.threads = 7;
  options.memory_limit = 1 << 30;
  EXPECT_EQ(ToJson(options), before);
}

TEST(TrainOptions, UnknownKeysAndWrongValuesAreRefused) {
  for (const char* bad : {"", "[]", "{\"sharpness\":1}", "{\"damping\":\"x\"}", "{\"damping\":9}",
                          "{\"top_n\":-1}", "{\"measure\":\"auto\"}", "{\"top_n\":1.5}", "{\"unit\":3}"}) {
    EXPECT_EQ(TrainOptionsFromJson(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

TEST(TrainOptions, ValidateNamesFieldRangeAndValue) {
  const auto message = [](auto change) {
    TrainOptions options;
    change(options);
    return std::string(Validate(options).message());
  };
  EXPECT_EQ(message([](TrainOptions& o) { o.damping = 9; }), "damping: must lie in 0..4, got 9");
  EXPECT_THAT(message([](TrainOptions& o) { o.damping = std::numeric_limits<double>::quiet_NaN(); }),
              HasSubstr("nan"));
  EXPECT_THAT(message([](TrainOptions& o) { o.power = 0; }), HasSubstr("power"));
  EXPECT_THAT(message([](TrainOptions& o) { o.top_n = 501; }), HasSubstr("top_n"));
  EXPECT_THAT(message([](TrainOptions& o) { o.min_support = 0; }), HasSubstr("min_support"));
  EXPECT_THAT(message([](TrainOptions& o) { o.window_seconds = 5; }), HasSubstr("needs unit customer"));
  EXPECT_THAT(message([](TrainOptions& o) { o.direction = Direction::kAfter; }), HasSubstr("needs a window"));
  EXPECT_EQ(message([](TrainOptions&) {}), "");
}

TEST(TrainOptions, WindowsAreLengthsOfTime) {
  EXPECT_EQ(ParseWindow("order").value(), 0u);
  EXPECT_EQ(ParseWindow("30d").value(), 30u * 86400);
  EXPECT_EQ(ParseWindow("12h").value(), 12u * 3600);
  EXPECT_EQ(ParseWindow("all").value(), ~0u);
  for (const char* bad : {"", "d", "30", "30x", "0d", "-1d", "99999d", "3 d", "1.5d"}) {
    EXPECT_EQ(ParseWindow(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

TEST(TrainOptions, EveryMeasureHasItsName) {
  for (const char* name : {"jaccard", "llr", "confidence", "cosine", "lift", "expected", "count"}) {
    EXPECT_EQ(Name(ParseMeasure(name).value()), name);
    EXPECT_TRUE(Validate(DefaultsFor(ParseMeasure(name).value())).ok());
  }
  EXPECT_THAT(std::string(ParseMeasure("auto").status().message()), HasSubstr("one of jaccard, llr"));
}

}  // namespace
}  // namespace awase
