#include "engine/base/money.h"

#include <gtest/gtest.h>

namespace awase {
namespace {

TEST(Money, ReadsPlainDecimals) {
  EXPECT_EQ(*ParsePrice("2.55"), 2'550'000);
  EXPECT_EQ(*ParsePrice("1980"), 1'980'000'000);
  EXPECT_EQ(*ParsePrice("-11062.06"), -11'062'060'000);
  EXPECT_EQ(*ParsePrice(".5"), 500'000);
  EXPECT_EQ(*ParsePrice("5."), 5'000'000);
  EXPECT_EQ(*ParsePrice("0.0000005"), 1);
  EXPECT_EQ(*ParsePrice("0.00000049"), 0);
  EXPECT_EQ(*ParsePrice(""), kNoPrice);
}

TEST(Money, RefusesWhatIsNoPrice) {
  for (const char* text : {"x", "-", "+", ".", "1,5", "1e3", "NaN", "inf", "2.5.5", " 1", "1 "}) {
    EXPECT_EQ(ParsePrice(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  EXPECT_FALSE(ParsePrice("1000000000001").ok());
  EXPECT_FALSE(ParsePrice("99999999999999999999999999").ok());
}

TEST(Money, FormatsTheShortestDecimalThatReadsBack) {
  EXPECT_EQ(FormatPrice(2'550'000), "2.55");
  EXPECT_EQ(FormatPrice(1'980'000'000), "1980");
  EXPECT_EQ(FormatPrice(-500'000), "-0.5");
  EXPECT_EQ(FormatPrice(1), "0.000001");
  EXPECT_EQ(FormatPrice(kNoPrice), "");
  for (Micros price = -3'000'000; price <= 3'000'000; price += 12'345)
    EXPECT_EQ(*ParsePrice(FormatPrice(price)), price);
}

}  // namespace
}  // namespace awase
