// The reader against its slow twin: on every small text, and on random larger ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "engine/intake/record_source.h"
#include "tests/support/slow_csv.h"

namespace awase {
namespace {

using testing::ReadCsvSlowly;
using testing::SlowRecord;

class TextSource : public ByteSource {
 public:
  explicit TextSource(std::string_view text) : text_(text) {}
  absl::StatusOr<size_t> Read(char* into, size_t size) override {
    const size_t taken = std::min(size, text_.size());
    std::memcpy(into, text_.data(), taken);
    text_.remove_prefix(taken);
    return taken;
  }
  uint64_t stored_done() const override { return 0; }
  uint64_t stored_total() const override { return 0; }
  double seconds() const override { return 0; }

 private:
  std::string_view text_;
};

// Without the header, which is "h" on line 1.
std::vector<SlowRecord> ReadFast(const std::string& text) {
  const absl::StatusOr<std::unique_ptr<RecordSource>> source =
      OpenCsv(std::make_unique<TextSource>(text), "text");
  if (!source.ok()) return {};
  std::vector<SlowRecord> records;
  Record record;
  for (;;) {
    const RecordSource::Step step = (*source)->Next(record);
    if (step == RecordSource::Step::kEnd) return records;
    if (step == RecordSource::Step::kRefill) {
      EXPECT_TRUE((*source)->Refill().ok());
      continue;
    }
    SlowRecord& read = records.emplace_back();
    read.line = record.line;
    read.broken = !record.reason.empty();
    if (!read.broken) read.fields.assign(record.fields.begin(), record.fields.end());
  }
}

std::string Shown(const std::string& text) { return ::testing::PrintToString(text); }

void ExpectTwins(const std::string& body) {
  const std::string text = "h\n" + body;
  std::vector<SlowRecord> slow = ReadCsvSlowly(text);
  slow.erase(slow.begin());
  ASSERT_TRUE(ReadFast(text) == slow) << Shown(text);
}

TEST(CsvTwin, AgreesOnEverySmallText) {
  constexpr std::string_view kLetters = "x,\"\n\r";
  for (size_t length = 0; length <= 7; ++length) {
    std::vector<size_t> digits(length, 0);
    for (bool more = true; more;) {
      std::string body;
      for (const size_t digit : digits) body.push_back(kLetters[digit]);
      ExpectTwins(body);
      if (HasFatalFailure()) return;
      size_t at = 0;
      while (at < length && ++digits[at] == kLetters.size()) digits[at++] = 0;
      more = at < length;
    }
  }
}

TEST(CsvTwin, AgreesOnRandomTexts) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    std::mt19937 random(seed);
    std::string body;
    for (size_t length = random() % 400; length > 0; --length) {
      constexpr std::string_view kLetters = "xyz,,\"\"\n\r \0\xff";
      body.push_back(kLetters[random() % kLetters.size()]);
    }
    ExpectTwins(body);
    if (HasFatalFailure()) FAIL() << "seed " << seed;
  }
}

TEST(CsvTwin, WouldSeeADifference) {
  EXPECT_FALSE(ReadFast("h\na,b\n") == ReadCsvSlowly("a,b\n")) << "the line differs";
  EXPECT_FALSE(ReadFast("h\na,b\n") == ReadCsvSlowly("\na,c\n"));
  EXPECT_TRUE(ReadFast("h\na,b\n") == ReadCsvSlowly("\na,b\n"));
}

}  // namespace
}  // namespace awase
