// A large array that is written once before it is read.
#ifndef AWASE_ENGINE_BASE_BUFFER_H_
#define AWASE_ENGINE_BASE_BUFFER_H_

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>

namespace awase {

// Values are not initialised, so that the threads that write them are the first to touch them. Above 4 MB it
// asks for huge pages: random reads then miss the TLB less often.
template <class T>
requires std::is_trivially_copyable_v<T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t size) : size_(size) {
    const size_t bytes = (size * sizeof(T) + kPage - 1) / kPage * kPage;
    const bool huge = bytes >= kHuge;
    data_.reset(
        static_cast<T*>(std::aligned_alloc(huge ? kHugePage : kPage, huge ? RoundUp(bytes) : bytes + kPage)));
    if (data_ == nullptr) throw std::bad_alloc();
    if (huge)
      madvise(data_.get(), RoundUp(bytes), MADV_HUGEPAGE);  // a hint: nothing is lost where it is refused
  }
  size_t size() const { return size_; }
  // Threads that write to all of it at once would wait for each other at every page that one touches first:
  // before, let each touch some. Overwrites a byte.
  size_t pages() const { return (size_ * sizeof(T) + kHugePage - 1) / kHugePage; }
  void TouchPage(size_t page) { reinterpret_cast<volatile char*>(data_.get())[page * kHugePage] = 0; }
  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  T& operator[](size_t i) { return data_.get()[i]; }
  const T& operator[](size_t i) const { return data_.get()[i]; }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size_; }

 private:
  static constexpr size_t kPage = 4096, kHugePage = size_t{2} << 20, kHuge = size_t{4} << 20;
  static size_t RoundUp(size_t bytes) { return (bytes + kHugePage - 1) / kHugePage * kHugePage; }
  struct Free {
    void operator()(T* data) const { std::free(data); }
  };
  size_t size_ = 0;
  std::unique_ptr<T, Free> data_;
};

}  // namespace awase

#endif  // AWASE_ENGINE_BASE_BUFFER_H_
