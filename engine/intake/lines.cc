#include "engine/intake/lines.h"

#include <cstring>

namespace awase {

absl::Status Lines::Refill() {
  std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  while (end_ < kChunkBytes) {
    const absl::StatusOr<size_t> read = source_->Read(buffer_.get() + end_, kChunkBytes - end_);
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
