// A vector for arrays of many megabytes.
#ifndef AWASE_ENGINE_BASE_LARGE_VECTOR_H_
#define AWASE_ENGINE_BASE_LARGE_VECTOR_H_

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/base/recycling.h"

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
    const size_t bytes = size * sizeof(T);
    void* const data = IsLarge(size) ? AllocateLarge(bytes, bytes) : std::malloc(bytes);
    if (data == nullptr) throw std::bad_alloc();
    return static_cast<T*>(data);
  }
  void deallocate(T* data, size_t size) { IsLarge(size) ? FreeLarge(data) : std::free(data); }
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
  static bool IsLarge(size_t size) { return size * sizeof(T) >= kHugePage; }
};

template <class T>
using LargeVector = std::vector<T, LargeAllocator<T>>;

}  // namespace awase

#endif  // AWASE_ENGINE_BASE_LARGE_VECTOR_H_
