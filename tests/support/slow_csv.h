// The slow twin of the CSV reader: RFC 4180 one byte at a time.
#ifndef AWASE_TESTS_SUPPORT_SLOW_CSV_H_
#define AWASE_TESTS_SUPPORT_SLOW_CSV_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace awase::testing {

struct SlowRecord {
  uint64_t line = 1;
  bool broken = false;  // then without fields
  std::vector<std::string> fields;
  friend bool operator==(const SlowRecord&, const SlowRecord&) = default;
};

// All records of `text`, the header among them. A record with a bad quote is broken, and reading goes on
// behind its first line.
inline std::vector<SlowRecord> ReadCsvSlowly(std::string_view text) {
  std::vector<SlowRecord> records;
  uint64_t line = 1;
  size_t at = 0;
  while (at < text.size()) {
    const size_t start = at;
    const size_t first_end = std::min(text.find('\n', at), text.size());
    const std::string_view first = text.substr(at, first_end - at);
    if (first.empty() || first == "\r") {
      at = first_end + 1;
      ++line;
      continue;
    }
    SlowRecord record{line, false, {}};
    uint64_t breaks = 0;
    bool done = false;
    while (!done) {
      std::string field;
      if (at < text.size() && text[at] == '"') {
        for (++at; at < text.size(); ++at) {
          if (text[at] == '"' && at + 1 < text.size() && text[at + 1] == '"') {
            ++at;
          } else if (text[at] == '"') {
            break;
          }
          breaks += text[at] == '\n' ? 1 : 0;
          field.push_back(text[at]);
        }
        if (at == text.size()) record.broken = true;  // never closed
        ++at;
        const bool line_ends = at >= text.size() || text[at] == '\n' ||
                               (text[at] == '\r' && (at + 1 == text.size() || text[at + 1] == '\n'));
        if (!line_ends && text[at] != ',') record.broken = true;
        if (line_ends && at < text.size() && text[at] == '\r') ++at;
      } else {
        while (at < text.size() && text[at] != ',' && text[at] != '\n') field.push_back(text[at++]);
        if ((at == text.size() || text[at] == '\n') && !field.empty() && field.back() == '\r')
          field.pop_back();
      }
      record.fields.push_back(field);
      done = record.broken || at >= text.size() || text[at] != ',';
      ++at;
    }
    if (record.broken) {
      record.fields.clear();
      breaks = 0;
      at = start + first.size() + 1;
    }
    line += 1 + breaks;
    records.push_back(record);
  }
  return records;
}

}  // namespace awase::testing

#endif  // AWASE_TESTS_SUPPORT_SLOW_CSV_H_
