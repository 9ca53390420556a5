// A vector for arrays of many megabytes.
#ifndef AWASE_ENGINE_BASE_LARGE_VECTOR_H_
#define AWASE_ENGINE_BASE_LARGE_VECTOR_H_

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/base/buffer.h"

namespace awase {

// Leaves new values unset, so that resize touches nothing and the threads that write them are the first to do
// so; asks for huge pages, of which one costs the kernel less than the 512 small ones in its place.
template <class T>
class LargeAllocator {
 public:
  using value_type = T;
  LargeAllocator() = default;
  template <class U>
  LargeAllocator(const LargeAllocator<U>&) {}  // NOLINT: allocators convert

  T* allocate(size_t size) {
    const size_t bytes = size * sizeof(T), huge = bytes / kHugePage * kHugePage;
    void* const data = huge == 0 ? std::malloc(bytes) : std::aligned_alloc(kHugePage, RoundUp(bytes));
    if (data == nullptr) throw std::bad_alloc();
    if (huge > 0) madvise(data, huge, MADV_HUGEPAGE);  // a hint: nothing is lost where it is refused
    return static_cast<T*>(data);
  }
  void deallocate(T* data, size_t) { std::free(data); }
  template <class U>
  void construct(U* value) requires std::is_trivially_default_constructible_v<U> {
    ::new (static_cast<void*>(value)) U;
  }
  template <class U, class... Arguments>
  void construct(U* value, Arguments&&... arguments) {
    ::new (static_cast<void*>(value)) U(std::forward<Arguments>(arguments)...);
  }
  friend bool operator==(const LargeAllocator&, const LargeAllocator&) { return true; }

 private:
  static size_t RoundUp(size_t bytes) { return (bytes + kHugePage - 1) / kHugePage * kHugePage; }
};

template <class T>
using LargeVector = std::vector<T, LargeAllocator<T>>;

}  // namespace awase

#endif  // AWASE_ENGINE_BASE_LARGE_VECTOR_H_
