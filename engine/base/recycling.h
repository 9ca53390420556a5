// Memory of large arrays whose pages are handed on to the next ones: the kernel clears a page that is new,
// which takes longer than to write it.
#ifndef AWASE_ENGINE_BASE_RECYCLING_H_
#define AWASE_ENGINE_BASE_RECYCLING_H_

#include <cstddef>

namespace awase {

inline constexpr size_t kHugePage = size_t{2} << 20;

// While one lives, in any thread, pages of large arrays that are freed stay for the large arrays allocated
// next; what is left goes back to the kernel when it ends, or Finish is called. Scopes may nest and overlap.
class RecyclingScope {
 public:
  RecyclingScope();
  ~RecyclingScope();
  RecyclingScope(const RecyclingScope&) = delete;
  RecyclingScope& operator=(const RecyclingScope&) = delete;
  // Nothing is kept from now on, as long as any scope lives: for work of which the next arrays are small, or
  // that nears the most memory it takes.
  static void Finish() noexcept;
  static size_t KeptBytes();
};

// Aligned to huge pages, which it asks for as far as they are filled. So many of the bytes are `expected` to
// be written: not more of them get pages that were kept. Throws std::bad_alloc. Values are not initialised.
void* AllocateLarge(size_t bytes, size_t expected);
void FreeLarge(void* data) noexcept;

}  // namespace awase

#endif  // AWASE_ENGINE_BASE_RECYCLING_H_
