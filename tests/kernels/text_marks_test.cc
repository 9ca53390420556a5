#include "engine/kernels/text_marks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/kernels/row.h"
#include "tests/support/worlds.h"

namespace awase::kernels {
namespace {

std::vector<uint32_t> Slow(std::string_view text) {
  std::vector<uint32_t> marks;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',' || text[i] == '"' || text[i] == '\n') marks.push_back(static_cast<uint32_t>(i));
  }
  return marks;
}

std::vector<uint32_t> Fast(std::string_view text) {
  constexpr uint32_t kUntouched = 0xdeadbeef;
  std::vector<uint32_t> marks(kMarkPlaces + 1, kUntouched);
  marks.resize(FindMarks(text, marks.data()));
  return marks;
}

class TextMarks : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { ASSERT_TRUE(ForceTarget(GetParam())); }
  void TearDown() override { ForceTarget(""); }
};

TEST_P(TextMarks, AreFoundAtEveryByteValueAndPlace) {
  // Every byte value at every place of two words; the neighbours of a mark must not be taken for it.
  for (size_t at = 0; at < 130; ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string text(130, 'x');
      text[at] = static_cast<char>(value);
      ASSERT_EQ(Fast(text), Slow(text)) << at << " " << value;
    }
  }
}

TEST_P(TextMarks, AgreeWithTheSlowTwinOnRandomTexts) {
  testing::Dice dice(7);
  for (int round = 0; round < 300; ++round) {
    std::string text(dice.Below(round % 10 == 0 ? kMarkWindow + 1 : 500), '\0');
    const uint32_t share = 1 + dice.Below(20);
    for (char& c : text)
      c = dice.Below(share) == 0 ? ",\"\n"[dice.Below(3)] : static_cast<char>(dice.Below(256));
    ASSERT_EQ(Fast(text), Slow(text)) << round;
  }
}

TEST_P(TextMarks, OfAWindowThatIsNothingElse) {
  EXPECT_EQ(Fast(std::string(kMarkWindow, ',')).size(), kMarkWindow);
  EXPECT_TRUE(Fast("").empty());
  EXPECT_NE(Fast("a,b"), Slow("ab,"));
}

INSTANTIATE_TEST_SUITE_P(Everywhere, TextMarks, ::testing::ValuesIn(Targets()),
                         [](const auto& target) { return std::string(target.param); });

}  // namespace
}  // namespace awase::kernels
