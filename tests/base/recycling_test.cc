#include "engine/base/recycling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <thread>
#include <vector>

#include "engine/base/buffer.h"
#include "engine/base/large_vector.h"

namespace awase {
namespace {

constexpr size_t kPages = 8, kWords = kPages * kHugePage / sizeof(uint64_t);

uint64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  uint64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * 4096;
}

Buffer<uint64_t> Filled(size_t words, uint64_t with) {
  Buffer<uint64_t> buffer(words, true);
  std::fill(buffer.begin(), buffer.end(), with);
  return buffer;
}

bool HoldsOnly(const Buffer<uint64_t>& buffer, uint64_t value) {
  return std::count(buffer.begin(), buffer.end(), value) == static_cast<std::ptrdiff_t>(buffer.size());
}

TEST(Recycling, PagesOfAFreedArrayAreThoseOfTheNext) {
  const RecyclingScope scope;
  { const Buffer<uint64_t> first = Filled(kWords, 7); }
  EXPECT_EQ(RecyclingScope::KeptBytes(), kPages * kHugePage);
  const uint64_t before = ResidentBytes();
  Buffer<uint64_t> next(kWords, true);
  EXPECT_EQ(RecyclingScope::KeptBytes(), 0u);
  EXPECT_EQ(next[kWords / 2], 7u) << "what was there tells the pages";
  std::fill(next.begin(), next.end(), 8);
  EXPECT_LT(ResidentBytes(), before + kHugePage);
}

TEST(Recycling, OneArrayTakesPagesOfSeveralAndOnlyWhatItNeeds) {
  const RecyclingScope scope;
  {
    const Buffer<uint64_t> one = Filled(kWords, 1), two = Filled(kWords, 2);
    LargeVector<uint64_t> three(kWords + 1000, 3);  // its last page is not whole
  }
  EXPECT_EQ(RecyclingScope::KeptBytes(), 3 * kPages * kHugePage);
  Buffer<uint64_t> both = Filled(2 * kWords + kWords / 2, 4);
  EXPECT_EQ(RecyclingScope::KeptBytes(), kPages / 2 * kHugePage);
  const Buffer<uint64_t> more = Filled(kWords, 5);  // half of them new
  EXPECT_EQ(RecyclingScope::KeptBytes(), 0u);
  EXPECT_TRUE(HoldsOnly(both, 4));
  EXPECT_TRUE(HoldsOnly(more, 5));
  both = {};
  EXPECT_EQ(RecyclingScope::KeptBytes(), (2 * kPages + kPages / 2) * kHugePage);
  EXPECT_TRUE(HoldsOnly(Filled(4 * kWords, 6), 6));
}

TEST(Recycling, NoMorePagesThanAreExpectedToBeWritten) {
  const RecyclingScope scope;
  { const Buffer<uint64_t> first = Filled(kWords, 7); }
  const Buffer<uint64_t> sparse(4 * kWords, true, kWords / 4);
  EXPECT_EQ(RecyclingScope::KeptBytes(), kPages * 3 / 4 * kHugePage);
}

TEST(Recycling, WhatIsLeftGoesBackAtTheEnd) {
  const uint64_t before = ResidentBytes();
  Buffer<uint64_t> outlives;
  {
    const RecyclingScope scope;
    { const RecyclingScope inner; }
    { const Buffer<uint64_t> freed = Filled(4 * kWords, 7); }
    EXPECT_GE(ResidentBytes(), before + 4 * kPages * kHugePage) << "an inner scope ends nothing";
    outlives = Filled(kWords, 8);
  }
  EXPECT_EQ(RecyclingScope::KeptBytes(), 0u);
  EXPECT_LT(ResidentBytes(), before + (kPages + 1) * kHugePage);
  EXPECT_TRUE(HoldsOnly(outlives, 8));
  outlives = {};
  EXPECT_LT(ResidentBytes(), before + kHugePage);
}

TEST(Recycling, NothingIsKeptOnceFinishedOrWithoutAScope) {
  const uint64_t before = ResidentBytes();
  {
    const RecyclingScope scope;
    Buffer<uint64_t> late = Filled(kWords, 1);
    { const Buffer<uint64_t> freed = Filled(kWords, 7); }
    RecyclingScope::Finish();
    EXPECT_EQ(RecyclingScope::KeptBytes(), 0u);
    late = {};
    { const Buffer<uint64_t> freed = Filled(4 * kWords, 7); }
    EXPECT_EQ(RecyclingScope::KeptBytes(), 0u);
    EXPECT_LT(ResidentBytes(), before + kHugePage);
  }
  { const LargeVector<uint64_t> freed(kWords, 7); }
  EXPECT_EQ(RecyclingScope::KeptBytes(), 0u);
}

TEST(Recycling, ThreadsMayShareIt) {
  const RecyclingScope scope;
  std::vector<std::thread> threads;
  for (uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (uint64_t n = 0; n < 20; ++n) {
        const Buffer<uint64_t> one = Filled(kWords / 4 * (1 + n % 3), 100 * t + n);
        const Buffer<uint64_t> two = Filled(kWords / 4, 100 * t + n + 50);
        EXPECT_TRUE(HoldsOnly(one, 100 * t + n));
        EXPECT_TRUE(HoldsOnly(two, 100 * t + n + 50));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace awase
