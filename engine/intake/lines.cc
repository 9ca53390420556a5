#include "engine/intake/lines.h"

#include <cstring>

namespace awase {

absl::Status Lines::Refill() {
  std::unique_ptr<char[]> larger;
  if (!first_ && capacity_ < kChunkBytes) larger.reset(new char[kChunkBytes]);
  first_ = false;
  std::memmove(larger != nullptr ? larger.get() : buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  if (larger != nullptr) {
    buffer_ = std::move(larger);
    capacity_ = kChunkBytes;
  }
  end_ -= begin_;
  begin_ = 0;
  while (end_ < capacity_) {
    const absl::StatusOr<size_t> read = source_->Read(buffer_.get() + end_, capacity_ - end_);
    if (!read.ok()) return read.status();
    if (*read == 0) {
      at_end_ = true;
      break;
    }
    end_ += *read;
  }
  return absl::OkStatus();
}

}  // namespace awase
