#include <algorithm>
#include <cstring>
#include <deque>
#include <utility>

#include "absl/strings/str_cat.h"

#include "engine/intake/lines.h"
#include "engine/intake/marks.h"
#include "engine/intake/record_source.h"
#include "engine/intake/text.h"

namespace awase {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

class CsvSource : public RecordSource {
 public:
  explicit CsvSource(std::unique_ptr<ByteSource> source) : lines_(std::move(source)) {}

  const std::vector<std::string>& header() const override { return header_; }
  uint64_t stored_done() const override { return lines_.source().stored_done(); }
  uint64_t stored_total() const override { return lines_.source().stored_total(); }
  double bytes_seconds() const override { return lines_.source().seconds(); }

  absl::Status Refill() override {
    unescaped_.clear();
    absl::Status status = lines_.Refill();
    marks_.Start(lines_.unread());
    return status;
  }

  absl::Status ReadHeader(const std::string& path) {
    if (absl::Status status = Refill(); !status.ok()) return status;
    if (lines_.unread().substr(0, kByteOrderMark.size()) == kByteOrderMark)
      lines_.Take(kByteOrderMark.size(), 0);
    Record record;
    Step step = Next(record);
    while (step == Step::kRefill) {
      if (absl::Status status = Refill(); !status.ok()) return status;
      step = Next(record);
    }
    if (step != Step::kRecord || !record.reason.empty()) {
      return absl::InvalidArgumentError(path + ": there is no header line");
    }
    for (const std::string_view field : record.fields) header_.push_back(LowerCase(Trim(field)));
    return absl::OkStatus();
  }

  Step Next(Record& record) override {
    while (true) {
      const std::string_view unread = lines_.unread();
      if (skipping_) {
        if (!SkipLine(unread)) return Step::kRefill;
        continue;
      }
      const char* end = SplitPlain(record, unread);
      const bool quoted = end != nullptr && *end == '"';
      if (quoted) end = FindLineEnd(unread.substr(static_cast<size_t>(end - unread.data())));
      if (end == nullptr) {
        if (!lines_.at_end() && unread.size() <= kMaxRecordBytes) return Step::kRefill;
        if (unread.empty()) return Step::kEnd;
        if (unread.size() > kMaxRecordBytes) return SkipTooLong(record, unread);
        end = unread.data() + unread.size();
      }
      const auto length = static_cast<size_t>(end - unread.data());
      const size_t taken = std::min(length + 1, unread.size());
      if (length == 0 || (length == 1 && unread[0] == '\r')) {
        lines_.Take(taken, 1);
        continue;
      }
      if (quoted) {
        const Step step = NextQuoted(record, unread, taken);
        marks_.SkipTo(lines_.unread().data());
        return step;
      }
      Start(record, WithoutReturn(unread.substr(0, length)));
      record.fields.push_back(record.text.substr(last_field_));
      lines_.Take(taken, 1);
      return Step::kRecord;
    }
  }

 private:
  static const char* FindLineEnd(std::string_view unread) {
    if (unread.empty()) return nullptr;
    return static_cast<const char*>(std::memchr(unread.data(), '\n', unread.size()));
  }
  static std::string_view WithoutReturn(std::string_view line) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
  }

  void Start(Record& record, std::string_view text) {
    record.line = lines_.line();
    record.text = text;
    record.reason = {};
    record.message.clear();
  }

  // Takes the fields that end in a comma, up to the line feed or the first quote, and returns where that is;
  // null when neither is in sight.
  const char* SplitPlain(Record& record, std::string_view unread) {
    record.fields.clear();
    const char* begin = unread.data();
    const char* mark = marks_.Next();
    for (; mark != nullptr && *mark == ','; mark = marks_.Next()) {
      record.fields.emplace_back(begin, static_cast<size_t>(mark - begin));
      begin = mark + 1;
    }
    last_field_ = static_cast<size_t>(begin - unread.data());
    return mark;
  }

  // The rest of a line that is too long; false when it does not end in what is there.
  bool SkipLine(std::string_view unread) {
    const char* end = FindLineEnd(unread);
    lines_.Take(end == nullptr ? unread.size() : static_cast<size_t>(end - unread.data()) + 1,
                end == nullptr ? 0 : 1);
    marks_.SkipTo(lines_.unread().data());
    skipping_ = end == nullptr && !lines_.at_end();
    return !skipping_;
  }

  // A record in which the first physical line, `taken` bytes, holds a quote.
  Step NextQuoted(Record& record, std::string_view unread, size_t taken) {
    const std::string_view first_line =
        WithoutReturn(unread.substr(0, unread[taken - 1] == '\n' ? taken - 1 : taken));
    Start(record, first_line);
    record.fields.clear();
    size_t at = 0;
    while (true) {
      if (at < unread.size() && unread[at] == '"') {
        const size_t close = CloseQuote(unread, at);
        if (close == std::string_view::npos) {
          if (!lines_.at_end() && unread.size() <= kMaxRecordBytes) return Step::kRefill;
          return Broken(record, taken, "unclosed_quote", "a quote is not closed");
        }
        AddQuoted(record, unread.substr(at + 1, close - at - 1));
        at = close + 1;
      } else {
        const size_t end = std::min(unread.find_first_of(",\n", at), unread.size());
        std::string_view field = unread.substr(at, end - at);
        if (end == unread.size() || unread[end] == '\n') field = WithoutReturn(field);
        record.fields.push_back(field);
        at = end;
      }
      if (at < unread.size() && unread[at] == ',') {
        ++at;
        continue;
      }
      // The closing quote may be the last byte that is there so far.
      if (at + 1 >= unread.size() && !lines_.at_end()) {
        if (unread.size() <= kMaxRecordBytes) return Step::kRefill;
        return Broken(record, taken, "record_too_long", "the quoted text does not end");
      }
      const size_t after = at < unread.size() && unread[at] == '\r' ? at + 1 : at;
      if (after < unread.size() && unread[after] != '\n') {
        return Broken(record, taken, "bad_quotes", "text follows a closing quote");
      }
      record.text = unread.substr(0, at);
      const size_t whole = std::min(after + 1, unread.size());
      lines_.Take(whole, 1 + static_cast<uint64_t>(std::count(unread.begin(), unread.begin() + at, '\n')));
      return Step::kRecord;
    }
  }

  // The quote that closes the one at `open`; npos when it is not in sight.
  static size_t CloseQuote(std::string_view unread, size_t open) {
    for (size_t at = open + 1;;) {
      at = unread.find('"', at);
      if (at == std::string_view::npos) return at;
      if (at + 1 < unread.size() && unread[at + 1] == '"') {
        at += 2;
      } else {
        return at;
      }
    }
  }

  void AddQuoted(Record& record, std::string_view inner) {
    if (inner.find('"') == std::string_view::npos) {
      record.fields.push_back(inner);
      return;
    }
    std::string& text = unescaped_.emplace_back();
    for (size_t i = 0; i < inner.size(); ++i) {
      text.push_back(inner[i]);
      if (inner[i] == '"') ++i;
    }
    record.fields.push_back(text);
  }

  // Reading goes on with the next physical line: one bad quote must not swallow the file.
  Step Broken(Record& record, size_t taken, std::string_view reason, std::string_view message) {
    record.reason = reason;
    record.message = message;
    lines_.Take(taken, 1);
    return Step::kRecord;
  }

  Step SkipTooLong(Record& record, std::string_view unread) {
    Start(record, unread.substr(0, kMaxRecordBytes));
    record.reason = "record_too_long";
    record.message = absl::StrCat("is longer than ", kMaxRecordBytes, " bytes");
    skipping_ = true;
    return Step::kRecord;
  }

  Lines lines_;
  std::vector<std::string> header_;
  std::deque<std::string> unescaped_;
  Marks marks_;            // of what is unread
  size_t last_field_ = 0;  // where the last field of the line begins
  bool skipping_ = false;  // the rest of a line that is too long
};

}  // namespace

absl::StatusOr<std::unique_ptr<RecordSource>> OpenCsv(const std::string& path) {
  absl::StatusOr<std::unique_ptr<ByteSource>> bytes = ByteSource::Open(path);
  if (!bytes.ok()) return bytes.status();
  return OpenCsv(*std::move(bytes), path);
}

absl::StatusOr<std::unique_ptr<RecordSource>> OpenCsv(std::unique_ptr<ByteSource> bytes,
                                                      const std::string& path) {
  auto csv = std::make_unique<CsvSource>(std::move(bytes));
  if (absl::Status status = csv->ReadHeader(path); !status.ok()) return status;
  return csv;
}

}  // namespace awase
