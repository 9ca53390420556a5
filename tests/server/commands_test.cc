// Parts of the commands that need no store.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "server/commands/progress.h"
#include "server/commands/rejects.h"
#include "tests/support/temp_dir.h"

namespace awase::commands {
namespace {

TEST(ProgressLine, ShowsShareAndTimeLeft) {
  EXPECT_EQ(ProgressLine("reading", 50, 100, 2.0, 80),
            "reading [###############...............]  50%  2.0 s, 2.0 s left");
  EXPECT_EQ(ProgressLine("reading", 100, 100, 2.0, 80),
            "reading [##############################] 100%  2.0 s");
  EXPECT_EQ(ProgressLine("reading", 300, 100, 2.0, 80), ProgressLine("reading", 100, 100, 2.0, 80));
  EXPECT_EQ(ProgressLine("counting", 1234567, 0, 0.26, 80), "counting 1,234,567  0.3 s");
  EXPECT_EQ(ProgressLine("reading", 50, 100, 2.0, 10), "reading [#");
}

TEST(Rejects, AreCountedAndWrittenAsCsv) {
  const testing::TempDir dir;
  Rejects rejects(dir / "rejects.csv", /*show=*/false);
  ASSERT_TRUE(rejects.Open().ok());
  rejects.Add({7, "bad_time", "o.csv:7: timestamp: not a time, got 'x'", "o,\"a\nb\",x"});
  rejects.Add({9, "bad_time", "o.csv:9: y", "o"});
  ASSERT_TRUE(rejects.Close().ok());
  EXPECT_EQ(rejects.count(), 2u);
  EXPECT_EQ(rejects.Summary(), "2 bad_time");
  std::stringstream text;
  text << std::ifstream(dir / "rejects.csv").rdbuf();
  EXPECT_EQ(text.str(),
            "line,reason,message,text\n"
            "7,bad_time,\"o.csv:7: timestamp: not a time, got 'x'\",\"o,\"\"a\nb\"\",x\"\n"
            "9,bad_time,\"o.csv:9: y\",\"o\"\n");
  EXPECT_EQ(Rejects("/nowhere/at/all", false).Open().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace awase::commands
