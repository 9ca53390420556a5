#include "engine/base/string_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

namespace awase {
namespace {

TEST(StringPool, AgreesWithAMapOnRandomStrings) {
  std::mt19937 random(1);
  StringPool pool;
  std::map<std::string, uint32_t> twin;
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 12, '\0');
    for (char& c : text) c = static_cast<char>(random() % 3);
    const auto [entry, fresh] = twin.try_emplace(text, static_cast<uint32_t>(twin.size()));
    ASSERT_EQ(pool.Intern(text), entry->second);
    ASSERT_EQ(pool[entry->second], text);
  }
  EXPECT_EQ(pool.size(), twin.size());
  EXPECT_FALSE(pool.Find("never seen").has_value());
  for (const auto& [text, number] : twin) EXPECT_EQ(pool.Find(text), number);
}

TEST(StringPool, SortsByBytesNotByChars) {
  StringPool pool;
  for (const char* text : {"b", "\xFF", "a", "abcdefghij", "abcdefgh", "abcdefghi", "", "A"})
    pool.Intern(text);
  std::vector<std::string> sorted;
  for (const uint32_t number : pool.SortedByBytes()) sorted.emplace_back(pool[number]);
  EXPECT_TRUE(std::is_sorted(sorted.begin(), sorted.end()));
  EXPECT_EQ(sorted.front(), "");
  EXPECT_EQ(sorted.back(), "\xFF");
}

TEST(StringPool, ShortStringsWithZeroBytesSortLikeStrings) {
  StringPool pool;
  const std::string with_zero("a\0", 2);
  pool.Intern(with_zero);
  pool.Intern("a");
  EXPECT_EQ(pool[pool.SortedByBytes()[0]], "a");
}

TEST(StringPool, AnEmptyPoolFindsNothing) {
  EXPECT_FALSE(StringPool().Find("a").has_value());
  EXPECT_TRUE(StringPool().SortedByBytes().empty());
}

}  // namespace
}  // namespace awase
