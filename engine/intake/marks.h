// The commas, quotes and line feeds of a buffer, one after the other.
#ifndef AWASE_ENGINE_INTAKE_MARKS_H_
#define AWASE_ENGINE_INTAKE_MARKS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "engine/kernels/text_marks.h"

namespace awase {

// They are found a window ahead, while its bytes are in the first-level cache.
class Marks {
 public:
  Marks() : places_(new uint32_t[kernels::kMarkPlaces]) {}

  // Starts over at the first byte of `text`, which must live while marks of it are asked for.
  void Start(std::string_view text) {
    window_ = text.data();
    ahead_ = text;
    at_ = found_ = 0;
  }
  // The next one; null at the end of the text.
  const char* Next() {
    if (at_ == found_ && !FindMore()) return nullptr;
    return window_ + places_[at_++];
  }
  // Leaves those before `place` out.
  void SkipTo(const char* place) {
    while (at_ < found_ && window_ + places_[at_] < place) ++at_;
    if (at_ < found_ || place <= ahead_.data()) return;
    ahead_.remove_prefix(std::min(static_cast<size_t>(place - ahead_.data()), ahead_.size()));
  }

 private:
  bool FindMore() {
    at_ = found_ = 0;
    while (found_ == 0 && !ahead_.empty()) {
      window_ = ahead_.data();
      const size_t size = std::min(ahead_.size(), kernels::kMarkWindow);
      found_ = kernels::FindMarks(ahead_.substr(0, size), places_.get());
      ahead_.remove_prefix(size);
    }
    return found_ > 0;
  }

  const std::unique_ptr<uint32_t[]> places_;  // in the window, of its marks
  const char* window_ = nullptr;
  size_t at_ = 0, found_ = 0;
  std::string_view ahead_;  // behind the window
};

}  // namespace awase

#endif  // AWASE_ENGINE_INTAKE_MARKS_H_
