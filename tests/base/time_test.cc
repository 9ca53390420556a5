#include "engine/base/time.h"

#include <gtest/gtest.h>

namespace awase {
namespace {

UnixSeconds Utc(std::string_view text) {
  const absl::StatusOr<UnixSeconds> time = ParseTime(text, absl::UTCTimeZone());
  EXPECT_TRUE(time.ok()) << time.status();
  return time.value_or(kNoTime);
}

TEST(Time, ReadsIso8601AndEpochSeconds) {
  EXPECT_EQ(Utc("2010-12-01T08:26:00"), 1291191960u);
  EXPECT_EQ(Utc("2010-12-01 08:26"), 1291191960u);
  EXPECT_EQ(Utc("2010-12-01T08:26:00Z"), 1291191960u);
  EXPECT_EQ(Utc("2010-12-01T08:26:00.123Z"), 1291191960u);
  EXPECT_EQ(Utc("2010-12-01T17:26:00+09:00"), 1291191960u);
  EXPECT_EQ(Utc("2010-12-01T17:26:00+0900"), 1291191960u);
  EXPECT_EQ(Utc("2010-12-01"), 1291161600u);
  EXPECT_EQ(Utc("1592337718"), 1592337718u);
  EXPECT_EQ(Utc(""), kNoTime);
}

TEST(Time, AStampWithoutAZoneIsLocal) {
  absl::TimeZone tokyo;
  ASSERT_TRUE(absl::LoadTimeZone("Asia/Tokyo", &tokyo));
  EXPECT_EQ(*ParseTime("2010-12-01T17:26:00", tokyo), 1291191960u);
  EXPECT_EQ(*ParseTime("2010-12-01T08:26:00Z", tokyo), 1291191960u);
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const char* text : {"x", "2010-13-01", "2010-02-30", "2010-12-01T25:00", "2010-12-01T08",
                           "2010-12-01T08:26:0", "0", "-5", "2010-12-01T08:26:00+99:00", "2010/12/01",
                           "2010-12-01x", "1969-12-31T23:59:59", "99999999999", "2200-01-01"}) {
    EXPECT_EQ(ParseTime(text, absl::UTCTimeZone()).status().code(), absl::StatusCode::kInvalidArgument)
        << text;
  }
}

TEST(Time, FormatsWhatItReads) {
  EXPECT_EQ(FormatTime(1291191960), "2010-12-01T08:26:00Z");
  EXPECT_EQ(FormatTime(kNoTime), "");
  for (UnixSeconds t = 1; t < 4'000'000'000u; t += 98'765'432) EXPECT_EQ(Utc(FormatTime(t)), t);
}

}  // namespace
}  // namespace awase
