#include "engine/base/bitset.h"

#include <gtest/gtest.h>

namespace awase {
namespace {

TEST(Bitset, CountsExactlyItsSizeWhenFull) {
  for (uint32_t size = 0; size <= 130; ++size) {
    EXPECT_EQ(Bitset(size, true).Count(), size);
    EXPECT_EQ(Bitset(size).Count(), 0u);
  }
}

TEST(Bitset, SetAndResetTouchOneBit) {
  for (uint32_t i = 0; i < 130; ++i) {
    Bitset set(130);
    set.Set(i);
    for (uint32_t j = 0; j < 130; ++j) EXPECT_EQ(set.Test(j), i == j);
    set.Reset(i);
    EXPECT_EQ(set.Count(), 0u);
  }
}

TEST(Bitset, IntersectionKeepsWhatBothHold) {
  Bitset a(100), b(100);
  for (uint32_t i = 0; i < 100; i += 2) a.Set(i);
  for (uint32_t i = 0; i < 100; i += 3) b.Set(i);
  a &= b;
  for (uint32_t i = 0; i < 100; ++i) EXPECT_EQ(a.Test(i), i % 6 == 0);
}

}  // namespace
}  // namespace awase
