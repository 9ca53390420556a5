#include "engine/base/buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <numeric>
#include <string>
#include <utility>

namespace awase {
namespace {

uint64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  uint64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * 4096;
}

TEST(Buffer, ZerosAreZeroAndUntouchedUntilWritten) {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{1000}, size_t{100'000}, size_t{20'000'000}}) {
    SCOPED_TRACE(size);
    const uint64_t before = ResidentBytes();
    Buffer<uint32_t> zeros = Buffer<uint32_t>::Zeros(size);
    ASSERT_EQ(zeros.size(), size);
    if (size >= 1'000'000) {
      EXPECT_LT(ResidentBytes(), before + size);
      zeros[size / 2] = 1;
      EXPECT_EQ(std::count(zeros.begin(), zeros.end(), 0u), static_cast<std::ptrdiff_t>(size - 1));
    } else {
      EXPECT_EQ(std::count(zeros.begin(), zeros.end(), 0u), static_cast<std::ptrdiff_t>(size));
    }
    Buffer<uint32_t> moved = std::move(zeros);
    EXPECT_EQ(moved.size(), size);
    zeros = Buffer<uint32_t>(3);
    zeros[2] = 7;
    moved = std::move(zeros);
    EXPECT_EQ(moved[2], 7u);
  }
}

TEST(Buffer, PopulatedPagesKeepWhatIsThere) {
  Buffer<uint64_t> buffer(size_t{1} << 18);
  buffer[5] = 17;
  const uint64_t before = ResidentBytes();
  buffer.Populate(0, buffer.size());
  EXPECT_GE(ResidentBytes(), before + (size_t{3} << 19));
  buffer.Populate(1, 2);
  EXPECT_EQ(buffer[5], 17u);
  buffer[buffer.size() - 1] = 3;
  EXPECT_EQ(buffer[buffer.size() - 1], 3u);
}

TEST(Buffer, ReleasedPagesAreGivenBackAndTheirNeighboursStay) {
  constexpr size_t kPageValues = kHugePage / sizeof(uint64_t);
  Buffer<uint64_t> buffer(8 * kPageValues);
  std::iota(buffer.begin(), buffer.end(), uint64_t{1});
  const uint64_t before = ResidentBytes();
  // All of the pages 2 to 4, and a part of those beside them.
  buffer.Release(2 * kPageValues - 5, 5 * kPageValues + 5);
  EXPECT_LE(ResidentBytes(), before - 2 * kHugePage);
  for (const size_t value : {size_t{0}, 2 * kPageValues - 1, 5 * kPageValues, 8 * kPageValues - 1})
    EXPECT_EQ(buffer[value], value + 1);
  EXPECT_EQ(buffer[3 * kPageValues], 0u);
  buffer.Release(6 * kPageValues + 1, 7 * kPageValues + kPageValues / 2);  // no whole page
  EXPECT_EQ(buffer[7 * kPageValues - 1], 7 * kPageValues);
  Buffer<uint64_t>().Release(0, 0);
}

}  // namespace
}  // namespace awase
