// The quick readers against the full ones: what they take, the full ones read alike.
#include "engine/intake/plain_fields.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "engine/intake/fields.h"

namespace awase {
namespace {

std::string RandomText(std::mt19937& random, std::string_view letters, size_t longest) {
  std::string text(random() % (longest + 1), '\0');
  for (char& c : text) c = letters[random() % letters.size()];
  return text;
}

TEST(PlainFields, PricesAgreeWithTheFullReader) {
  std::mt19937 random(1);
  int taken = 0;
  for (int round = 0; round < 300'000; ++round) {
    const std::string text = RandomText(random, "0123456789..-+e ", 14);
    Micros price = 0;
    if (!plain::ReadPrice(text, price)) continue;
    ++taken;
    const absl::StatusOr<Micros> full = ParsePrice(text);
    ASSERT_TRUE(full.ok()) << text;
    ASSERT_EQ(price, *full) << text;
  }
  EXPECT_GT(taken, 1000);
  Micros price = 0;
  for (const char* text : {"2.55", "1980", "0", "0.000001", "7.", "999999999999"})
    EXPECT_TRUE(plain::ReadPrice(text, price)) << text;
  for (const char* text : {"", "-1", "+1", ".5", "1e3", "1.2.3", "0.0000001", "1234567890123"})
    EXPECT_FALSE(plain::ReadPrice(text, price)) << text;
}

TEST(PlainFields, QuantitiesAgreeWithTheFullReader) {
  std::mt19937 random(2);
  for (int round = 0; round < 100'000; ++round) {
    const std::string text = RandomText(random, "0123456789+- ", 4);
    int32_t quick = 0, full = 0;
    const bool taken = plain::ReadQuantity(text, quick);
    const Verdict verdict = FieldReader::ReadQuantity(text, full);
    if (taken) {
      ASSERT_TRUE(!verdict && quick == full && std::to_string(quick) == text) << text;
    }
    ASSERT_EQ(taken, text.size() <= 2 && !text.empty() && text.find_first_not_of("0123456789") == text.npos &&
                         text[0] != '0')
        << text;
  }
}

TEST(PlainFields, TimesAgreeWithTheFullReaderOnEveryDay) {
  int taken = 0;
  for (uint32_t day = 1; day < 49'000; ++day) {
    const UnixSeconds time = day * kSecondsPerDay + (day * 7919u) % kSecondsPerDay;
    const std::string text = FormatTime(time);
    UnixSeconds read = 0;
    if (plain::ReadTime(text, /*utc=*/false, read)) {
      ++taken;
      ASSERT_EQ(read, time) << text;
    }
    if (plain::ReadTime(text.substr(0, 19), /*utc=*/true, read)) {
      ASSERT_EQ(read, time) << text;
    }
  }
  EXPECT_GT(taken, 42'000) << "every day up to the 28th, to 2099";
  UnixSeconds read = 0;
  EXPECT_FALSE(plain::ReadTime("2010-12-01T08:26:00", /*utc=*/false, read)) << "local to a zone";
}

TEST(PlainFields, TimesThatAreNoneAreLeftToTheFullReader) {
  std::mt19937 random(3);
  int taken = 0;
  for (int round = 0; round < 300'000; ++round) {
    std::string text = "2010-12-01T08:26:00Z";
    for (int k = 0; k < 2; ++k) text[random() % text.size()] = "0123456789-:TZ 9"[random() % 16];
    UnixSeconds quick = 0;
    if (!plain::ReadTime(text, /*utc=*/true, quick)) continue;
    ++taken;
    const absl::StatusOr<UnixSeconds> full = ParseTime(text, absl::UTCTimeZone());
    ASSERT_TRUE(full.ok()) << text;
    ASSERT_EQ(quick, *full) << text;
  }
  EXPECT_GT(taken, 10'000);
}

TEST(PlainFields, IdsAgreeWithTheFullCheck) {
  std::mt19937 random(4);
  int taken = 0;
  for (int round = 0; round < 300'000; ++round) {
    std::string id = RandomText(random, "abcXYZ019-_ ", 24);
    if (!id.empty() && random() % 2 == 0) id[random() % id.size()] = static_cast<char>(random() % 256);
    if (!plain::IsId(id)) continue;
    ++taken;
    ASSERT_TRUE(ValidateId("item_id", id).ok()) << ::testing::PrintToString(id);
  }
  EXPECT_GT(taken, 50'000);
  for (int value = 0; value < 256; ++value) {
    for (size_t at = 0; at < 9; ++at) {
      std::string id(9, 'x');
      id[at] = static_cast<char>(value);
      const bool printable = value >= 0x20 && value < 0x7F;
      EXPECT_EQ(plain::IsId(id), printable && !(value == ' ' && (at == 0 || at == 8))) << value << " " << at;
    }
  }
  EXPECT_TRUE(plain::IsId(std::string(128, 'x')));
  EXPECT_FALSE(plain::IsId(std::string(129, 'x')));
  EXPECT_FALSE(plain::IsId(""));
}

TEST(PlainFields, SameTellsEveryByteApart) {
  for (size_t size = 0; size < 20; ++size) {
    const std::string text(size, 'x');
    EXPECT_TRUE(plain::Same(text, std::string(size, 'x')));
    EXPECT_FALSE(plain::Same(text, text + "x"));
    for (size_t at = 0; at < size; ++at) {
      std::string other = text;
      other[at] = 'y';
      EXPECT_FALSE(plain::Same(text, other)) << size << " " << at;
    }
  }
}

}  // namespace
}  // namespace awase
