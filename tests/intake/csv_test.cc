// What a CSV file can look like.
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <fstream>

#include "engine/intake/record_source.h"
#include "tests/support/temp_dir.h"

namespace awase {
namespace {

using testing::TempDir;

std::string WriteFile(const TempDir& dir, const std::string& name, const std::string& text) {
  std::ofstream(dir / name, std::ios::binary) << text;
  return dir / name;
}

std::string Gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

// Records as "line:field|field" or "line!reason"; the status' message at the end when there is an error.
std::vector<std::string> Read(const std::string& path) {
  std::vector<std::string> records;
  absl::StatusOr<std::unique_ptr<RecordSource>> source = OpenCsv(path);
  if (!source.ok()) return {std::string(source.status().message())};
  Record record;
  while (true) {
    const RecordSource::Step step = (*source)->Next(record);
    if (step == RecordSource::Step::kEnd) return records;
    if (step == RecordSource::Step::kRefill) {
      if (absl::Status status = (*source)->Refill(); !status.ok()) {
        records.emplace_back(status.message());
        return records;
      }
      continue;
    }
    std::string text = std::to_string(record.line) + (record.reason.empty() ? ":" : "!");
    text += record.reason;
    for (size_t i = 0; record.reason.empty() && i < record.fields.size(); ++i) {
      text += std::string(i == 0 ? "" : "|") + std::string(record.fields[i]);
    }
    records.push_back(text);
  }
}

using Records = std::vector<std::string>;

TEST(Csv, ReadsWhatTheStandardAllows) {
  const TempDir dir;
  const struct {
    const char *what, *text;
    Records records;
  } kCases[] = {
      {"plain", "a,b\n1,2\n3,4\n", {"2:1|2", "3:3|4"}},
      {"no line end at the end", "a,b\n1,2", {"2:1|2"}},
      {"CRLF", "a,b\r\n1,2\r\n", {"2:1|2"}},
      {"byte order mark",
       "\xef\xbb\xbf"
       "a,b\n1,2\n",
       {"2:1|2"}},
      {"blank lines", "a,b\n\n1,2\n\r\n\n3,4\n", {"3:1|2", "6:3|4"}},
      {"empty fields", "a,b,c\n,,\n", {"2:||"}},
      {"quotes", "a,b\n\"1\",\"2\"\n", {"2:1|2"}},
      {"comma in quotes", "a,b\n\"1,5\",2\n", {"2:1,5|2"}},
      {"doubled quotes", "a,b\n\"say \"\"hi\"\"\",\"\"\n", {"2:say \"hi\"|"}},
      {"line break in quotes", "a,b\n\"1\n2\",3\r\n4,5\n", {"2:1\n2|3", "4:4|5"}},
      {"quoted, CRLF", "a,b\r\n1,\"2\"\r\n3,4", {"2:1|2", "3:3|4"}},
      {"quoted, at the end", "a,b\n1,\"2\"", {"2:1|2"}},
      {"quote inside a plain field", "a,b\n5\" nail,2\n3,4\n", {"2:5\" nail|2", "3:3|4"}},
      {"other number of fields", "a,b\n1\n1,2,3\n", {"2:1", "3:1|2|3"}},
  };
  for (const auto& c : kCases) EXPECT_EQ(Read(WriteFile(dir, "x.csv", c.text)), c.records) << c.what;
}

TEST(Csv, ABadQuoteCostsItsOwnLineOnly) {
  const TempDir dir;
  EXPECT_EQ(Read(WriteFile(dir, "x.csv", "a,b\n\"1,2\n3,4\n")), (Records{"2!unclosed_quote", "3:3|4"}));
  EXPECT_EQ(Read(WriteFile(dir, "x.csv", "a,b\n\"1\"x,2\n3,4\n")), (Records{"2!bad_quotes", "3:3|4"}));
  EXPECT_EQ(Read(WriteFile(dir, "x.csv", "a,b\n\"1,2\n3,\"4\n5,6\n")),
            (Records{"2!bad_quotes", "3!unclosed_quote", "4:5|6"}));
}

TEST(Csv, NeedsAHeader) {
  const TempDir dir;
  EXPECT_EQ(Read(WriteFile(dir, "x.csv", "")), Records{dir / "x.csv: there is no header line"});
  EXPECT_EQ(Read(WriteFile(dir, "x.csv", "\n\n")), Records{dir / "x.csv: there is no header line"});
  EXPECT_EQ(Read(dir / "none.csv"),
            Records{dir / "none.csv: could not be opened: No such file or directory"});
  EXPECT_EQ(Read(dir.path()), Records{dir.path() + ": is a folder"});
}

TEST(Csv, SkipsALineThatIsTooLong) {
  const TempDir dir;
  const std::string huge(6 << 20, 'x');
  EXPECT_EQ(Read(WriteFile(dir, "x.csv", "a,b\n1,2\n" + huge + ",1\n3,4\n")),
            (Records{"2:1|2", "3!record_too_long", "4:3|4"}));
  EXPECT_EQ(Read(WriteFile(dir, "x.csv", "a,b\n" + huge)), (Records{"2!record_too_long"}));
  // A quote that is never closed, in a file that is larger than the buffer.
  std::string lines = "a,b\n\"1,2\n";
  Records expected = {"2!unclosed_quote"};
  for (int i = 0; i < 900'000; ++i) lines += "3,4567\n";
  for (int i = 0; i < 900'000; ++i) expected.push_back(std::to_string(i + 3) + ":3|4567");
  EXPECT_TRUE(Read(WriteFile(dir, "x.csv", lines)) == expected);
}

// Every place at which a file can be cut: in the middle of quotes, of a line end, of nothing.
TEST(Csv, EveryTruncationEndsWell) {
  const TempDir dir;
  const std::string text = "a,b\r\n\"1\n\"\"2\",3\r\n4,\"5\"\r\n";
  for (size_t size = 0; size <= text.size(); ++size) {
    const Records records = Read(WriteFile(dir, "x.csv", text.substr(0, size)));
    EXPECT_LE(records.size(), 3u) << size;
  }
}

TEST(Csv, RecordsMayLieAcrossAnyChunk) {
  const TempDir dir;
  // 4 MiB is the buffer; lengths that share no factor with it put every byte of a record at its edge.
  std::string text = "a,b\n";
  Records expected;
  for (int i = 0; i < 150'000; ++i) {
    const std::string pad(static_cast<size_t>(i % 97), 'p');
    text += "\"" + pad + "\n" + pad + "\"," + std::to_string(i) + "\r\n";
    expected.push_back(std::to_string(2 + 2 * i) + ":" + pad + "\n" + pad + "|" + std::to_string(i));
  }
  ASSERT_GT(text.size(), 12u << 20);
  EXPECT_TRUE(Read(WriteFile(dir, "x.csv", text)) == expected);
  EXPECT_TRUE(Read(WriteFile(dir, "x.csv.gz", Gzip(text))) == expected);
}

TEST(Gzip, IsUnpackedWhereverItComesFrom) {
  const TempDir dir;
  const std::string text = "a,b\n1,2\n", more = "3,4\n";
  EXPECT_EQ(Read(WriteFile(dir, "x.csv.gz", Gzip(text))), (Records{"2:1|2"}));
  EXPECT_EQ(Read(WriteFile(dir, "x.csv", Gzip(text))), (Records{"2:1|2"})) << "whatever its name";
  EXPECT_EQ(Read(WriteFile(dir, "x.csv.gz", Gzip(text) + Gzip(more))), (Records{"2:1|2", "3:3|4"}))
      << "two members";
}

TEST(Gzip, ThatIsBrokenIsAnError) {
  const TempDir dir;
  std::string text = "a,b\n";
  for (int i = 0; i < 200'000; ++i) text += std::to_string(i * 7919 % 100'003) + ",2\n";
  const std::string packed = Gzip(text);
  const Records cut = Read(WriteFile(dir, "x.csv.gz", packed.substr(0, packed.size() / 2)));
  EXPECT_EQ(cut.back(), dir / "x.csv.gz: ends in the middle of the compressed data");
  std::string flipped = packed;
  flipped[packed.size() / 2] ^= 0x55;
  flipped[packed.size() - 6] ^= 0x55;  // of the checksum
  EXPECT_NE(Read(WriteFile(dir, "x.csv.gz", flipped)).back().find("is broken inside"), std::string::npos);
  EXPECT_EQ(Read(WriteFile(dir, "x.csv.gz", text)),
            Records{dir / "x.csv.gz: does not begin like a gzip file"});
}

TEST(StandardInput, IsReadPlainAndPacked) {
  const TempDir dir;
  const std::string text = "a,b\n1,2\n";
  for (const std::string& bytes : {text, Gzip(text)}) {
    const std::string path = WriteFile(dir, "in", bytes);
    const int saved = dup(STDIN_FILENO);
    ASSERT_NE(freopen(path.c_str(), "r", stdin), nullptr);
    EXPECT_EQ(Read("-"), (Records{"2:1|2"}));
    dup2(saved, STDIN_FILENO);
    close(saved);
  }
}

}  // namespace
}  // namespace awase
