#include "clients/cpp/commands/table.h"

#include <gtest/gtest.h>

namespace awase::client::commands {
namespace {

TEST(Table, WideCharactersTakeTwoColumns) {
  EXPECT_EQ(DisplayWidth("tea"), 3);
  EXPECT_EQ(DisplayWidth("急須"), 4);
  EXPECT_EQ(DisplayWidth("が"), 2);
  EXPECT_EQ(DisplayWidth("か\u3099"), 2);  // a combining mark adds nothing
  EXPECT_EQ(DisplayWidth("café"), 4);
  EXPECT_EQ(DisplayWidth(""), 0);
}

TEST(Table, BytesThatAreNoTextTakeOneColumnEach) {
  EXPECT_EQ(DisplayWidth("\xff\xfe"), 2);
  EXPECT_EQ(DisplayWidth("\xe6\x80"), 2);  // cut inside a character
}

TEST(Table, FitFillsAndCuts) {
  EXPECT_EQ(Fit("tea", 5), "tea  ");
  EXPECT_EQ(Fit("teapot", 6), "teapot");
  EXPECT_EQ(Fit("teapots", 6), "teapo…");
  EXPECT_EQ(Fit("急須セット", 6), "急須… ");  // half a character is a space
  EXPECT_EQ(Fit("", 2), "  ");
  for (int columns = 0; columns < 12; ++columns) {
    EXPECT_EQ(DisplayWidth(Fit("急x須yセット", columns)), columns);
  }
}

TEST(Table, ControlCharactersCannotMoveTheCursor) { EXPECT_EQ(Fit("a\033[2Jb\n", 7), "a [2Jb "); }

TEST(Table, CountsAreGrouped) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1,000");
  EXPECT_EQ(Grouped(1234567), "1,234,567");
  EXPECT_EQ(Grouped(-123456), "-123,456");
}

TEST(Table, ColumnsLineUp) {
  EXPECT_EQ(Table({{"item"}, {"n", true}, {"title"}}, {{"a", "1,000", "急須"}, {"bcdef", "7"}}),
            "item       n  title\n"
            "-----  -----  -----\n"
            "a      1,000  急須\n"
            "bcdef      7  \n");
}

}  // namespace
}  // namespace awase::client::commands
