#include "engine/base/recycling.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <new>
#include <vector>

namespace awase {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t Up(size_t bytes) { return (bytes + kHugePage - 1) / kHugePage * kHugePage; }
constexpr size_t Down(size_t bytes) { return bytes / kHugePage * kHugePage; }

// Pages that the kernel mapped at once, of which it moves no others at once.
struct Run {
  char* begin;
  size_t bytes;
};

// From the begin of a huge page on; null where there is no room.
char* Map(size_t bytes) {
  void* const data =
      mmap(nullptr, bytes + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED) return nullptr;
  char* const mapped = static_cast<char*>(data);
  const size_t before = Up(reinterpret_cast<uintptr_t>(data)) - reinterpret_cast<uintptr_t>(data);
  if (before > 0) munmap(mapped, before);
  munmap(mapped + before + bytes, kHugePage - before);
  return mapped + before;
}

class Recycler {
 public:
  void Begin() {
    const std::lock_guard lock(mutex_);
    if (scopes_++ == 0) keeps_ = true;
  }
  void End() {
    const std::lock_guard lock(mutex_);
    if (--scopes_ == 0) GiveBack();
  }
  void Finish() {
    const std::lock_guard lock(mutex_);
    GiveBack();
  }
  size_t KeptBytes() {
    const std::lock_guard lock(mutex_);
    size_t bytes = 0;
    for (const Run& run : kept_) bytes += run.bytes;
    return bytes;
  }

  // Null where nothing is to be kept: memory is then as everywhere. A small page more than is needed, so that
  // whole vectors may be read behind the last value.
  void* Allocate(size_t bytes, size_t expected) {
    const std::lock_guard lock(mutex_);
    if (!keeps_) return nullptr;
    const size_t huge = Down(bytes), rest = (bytes - huge + kPage - 1) / kPage * kPage + kPage;
    live_.reserve(live_.size() + kept_.size() + 2);  // so that nothing after this fails halfway, nor Free
    kept_.reserve(live_.capacity());
    char* const block = Map(huge + rest);
    if (block == nullptr) throw std::bad_alloc();
    const size_t filled = Fill(block, Down(std::min(huge, expected)));
    if (filled < huge) {
      madvise(block + filled, huge - filled, MADV_HUGEPAGE);  // a hint: nothing is lost where it is refused
      live_.push_back({block, {block + filled, huge - filled}, true});
    }
    live_.push_back({block, {block + huge, rest}, false});
    return block;
  }

  // False where the memory is none of ours.
  bool Free(void* block) {
    const std::lock_guard lock(mutex_);
    const auto others =
        std::partition(live_.begin(), live_.end(), [&](const Live& l) { return l.block != block; });
    const bool found = others != live_.end();
    for (auto of_block = others; of_block != live_.end(); ++of_block) Drop(*of_block);
    live_.erase(others, live_.end());
    return found;
  }

 private:
  struct Live {
    char* block;
    Run run;
    bool huge;
  };

  // Moves pages that are kept, the last ones freed first, to `block`, up to `most` bytes. Returns how many.
  size_t Fill(char* block, size_t most) {
    size_t filled = 0;
    while (filled < most && !kept_.empty()) {
      Run& last = kept_.back();
      const size_t bytes = std::min(last.bytes, most - filled);
      char* const to = block + filled;
      if (mremap(last.begin, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to) != to) {
        // What was there may be gone.
        if (mmap(to, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != to)
          throw std::bad_alloc();
        break;
      }
      live_.push_back({block, {to, bytes}, true});
      filled += bytes;
      last = {last.begin + bytes, last.bytes - bytes};
      if (last.bytes == 0) kept_.pop_back();
    }
    return filled;
  }

  void Drop(const Live& live) {
    if (keeps_ && live.huge) {
      kept_.push_back(live.run);
    } else {
      munmap(live.run.begin, live.run.bytes);
    }
  }

  void GiveBack() {
    keeps_ = false;
    for (const Run& run : kept_) munmap(run.begin, run.bytes);
    kept_.clear();
  }

  std::mutex mutex_;
  uint32_t scopes_ = 0;
  bool keeps_ = false;
  std::vector<Live> live_;  // of each block one or several
  std::vector<Run> kept_;
};

Recycler& TheRecycler() {
  static Recycler& recycler = *new Recycler;  // arrays may outlive all statics
  return recycler;
}

}  // namespace

RecyclingScope::RecyclingScope() { TheRecycler().Begin(); }
RecyclingScope::~RecyclingScope() { TheRecycler().End(); }
void RecyclingScope::Finish() noexcept { TheRecycler().Finish(); }
size_t RecyclingScope::KeptBytes() { return TheRecycler().KeptBytes(); }

void* AllocateLarge(size_t bytes, size_t expected) {
  void* data = TheRecycler().Allocate(bytes, expected);
  if (data != nullptr) return data;
  data = std::aligned_alloc(kHugePage, Up(bytes));
  if (data == nullptr) throw std::bad_alloc();
  madvise(data, Down(bytes), MADV_HUGEPAGE);  // a hint: nothing is lost where it is refused
  return data;
}

void FreeLarge(void* data) noexcept {
  if (!TheRecycler().Free(data)) std::free(data);
}

}  // namespace awase
