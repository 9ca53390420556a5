#include "engine/base/glob.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace awase {
namespace {

// The definition, slowly.
bool SlowGlob(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    for (size_t skip = 0; skip <= text.size(); ++skip) {
      if (SlowGlob(pattern.substr(1), text.substr(skip))) return true;
    }
    return false;
  }
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) &&
         SlowGlob(pattern.substr(1), text.substr(1));
}

std::vector<std::string> AllStrings(const std::string& letters, size_t max_length) {
  std::vector<std::string> all{""};
  for (size_t begin = 0, length = 1; length <= max_length; ++length) {
    const size_t end = all.size();
    for (; begin < end; ++begin) {
      for (const char c : letters) all.push_back(all[begin] + c);
    }
  }
  return all;
}

TEST(Glob, AgreesWithItsDefinitionOnAllSmallInputs) {
  size_t matches = 0;
  for (const std::string& pattern : AllStrings("ab*?", 4)) {
    for (const std::string& text : AllStrings("ab", 4)) {
      ASSERT_EQ(GlobMatches(pattern, text), SlowGlob(pattern, text)) << pattern << " on " << text;
      matches += GlobMatches(pattern, text) ? 1 : 0;
    }
  }
  EXPECT_GT(matches, 100u);
}

TEST(Glob, IsCaseSensitiveAndTakesSpaces) {
  EXPECT_TRUE(GlobMatches("BANK*", "BANK CHARGES"));
  EXPECT_FALSE(GlobMatches("bank*", "BANK CHARGES"));
  EXPECT_FALSE(GlobMatches("POST", "POSTCARD"));
}

}  // namespace
}  // namespace awase
