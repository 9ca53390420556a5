// A file's bytes in one sliding buffer, so that records are views and nothing is copied.
#ifndef AWASE_ENGINE_INTAKE_LINES_H_
#define AWASE_ENGINE_INTAKE_LINES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/status/status.h"

#include "engine/intake/byte_source.h"

namespace awase {

// A record that is longer is no record: a quote that is never closed, or no text file at all.
inline constexpr size_t kMaxRecordBytes = 1 << 20;

// The unread bytes, and the number of the physical line that they start with. Views of it die with Refill.
class Lines {
 public:
  explicit Lines(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)), buffer_(new char[kFirstBytes]) {}

  // Keeps the unread bytes and reads more behind them.
  absl::Status Refill();
  // No more bytes come.
  bool at_end() const { return at_end_; }
  std::string_view unread() const { return {buffer_.get() + begin_, end_ - begin_}; }
  uint64_t line() const { return line_; }
  // `lines` physical lines end in those bytes.
  void Take(size_t bytes, uint64_t lines) {
    begin_ += bytes;
    line_ += lines;
  }
  const ByteSource& source() const { return *source_; }

 private:
  // Most of it for large files only. Holds the longest record several times over: a batch is handed over for
  // each chunk.
  static constexpr size_t kFirstBytes = 64 << 10;
  static constexpr size_t kChunkBytes = 4 << 20;

  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<char[]> buffer_;
  size_t capacity_ = kFirstBytes;
  size_t begin_ = 0, end_ = 0;
  bool first_ = true;  // nothing was read yet
  uint64_t line_ = 1;
  bool at_end_ = false;
};

}  // namespace awase

#endif  // AWASE_ENGINE_INTAKE_LINES_H_
