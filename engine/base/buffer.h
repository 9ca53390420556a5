// A large array that is written once before it is read.
#ifndef AWASE_ENGINE_BASE_BUFFER_H_
#define AWASE_ENGINE_BASE_BUFFER_H_

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>

namespace awase {

inline constexpr size_t kHugePage = size_t{2} << 20;

// Values are not initialised, so that the threads that write them are the first to touch them. From 4 MB on,
// or when asked, it lies on huge pages: random reads then miss the TLB less often.
template <class T>
requires std::is_trivially_copyable_v<T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t size) : Buffer(size, size * sizeof(T) > kHuge - kPage) {}
  // On small pages one more is there than is needed, so that whole vectors may be read behind the last value.
  Buffer(size_t size, bool huge) : size_(size) {
    const size_t bytes = (size * sizeof(T) + kPage - 1) / kPage * kPage;
    data_.reset(
        static_cast<T*>(std::aligned_alloc(huge ? kHugePage : kPage, huge ? RoundUp(bytes) : bytes + kPage)));
    if (data_ == nullptr) throw std::bad_alloc();
    if (huge)
      madvise(data_.get(), RoundUp(bytes), MADV_HUGEPAGE);  // a hint: nothing is lost where it is refused
  }
  // Values that are zero; of many, pages that nobody writes to stay untouched.
  static Buffer Zeros(size_t size) {
    const size_t bytes = (size * sizeof(T) + kPage - 1) / kPage * kPage;
    Buffer buffer;
    if (bytes < kMapped) {
      buffer = Buffer(size);
      std::memset(buffer.data(), 0, size * sizeof(T));
      return buffer;
    }
    void* data = mmap(nullptr, bytes + kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED) throw std::bad_alloc();
    buffer.size_ = size;
    buffer.data_ = {static_cast<T*>(data), Free{bytes + kPage}};
    if (bytes >= kHuge) madvise(data, bytes, MADV_HUGEPAGE);
    return buffer;
  }
  size_t size() const { return size_; }
  // Threads that write to all of it at once would wait for each other at every page that one touches first:
  // before, let each touch some. Overwrites a byte.
  size_t pages() const { return (size_ * sizeof(T) + kHugePage - 1) / kHugePage; }
  void TouchPage(size_t page) { reinterpret_cast<volatile char*>(data_.get())[page * kHugePage] = 0; }
  // Makes the kernel clear the pages from value `begin` to `end` at once, in place of one at a time as they
  // are touched. A hint: nothing is lost where it is not known.
  void Populate(size_t begin, size_t end) {
    const auto page_of = [this](size_t value) {
      return reinterpret_cast<uintptr_t>(data_.get() + value) / kPage;
    };
    const uintptr_t first = page_of(begin) * kPage, last = page_of(end) * kPage;
    constexpr int kPopulateWrite = 23;  // MADV_POPULATE_WRITE, Linux 5.14
    if (first < last) madvise(reinterpret_cast<void*>(first), last - first, kPopulateWrite);
  }
  // Gives back the huge pages that lie wholly between value `begin` and `end`; what was there is lost. A
  // hint.
  void Release(size_t begin, size_t end) {
    const uintptr_t first = RoundUp(reinterpret_cast<uintptr_t>(data_.get() + begin));
    const uintptr_t last = reinterpret_cast<uintptr_t>(data_.get() + end) / kHugePage * kHugePage;
    if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
  }
  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  T& operator[](size_t i) { return data_.get()[i]; }
  const T& operator[](size_t i) const { return data_.get()[i]; }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size_; }

 private:
  static constexpr size_t kPage = 4096, kMapped = size_t{256} << 10, kHuge = size_t{4} << 20;
  static size_t RoundUp(size_t bytes) { return (bytes + kHugePage - 1) / kHugePage * kHugePage; }
  struct Free {
    size_t mapped = 0;  // bytes; 0: from malloc
    void operator()(T* data) const {
      if (mapped > 0) {
        munmap(data, mapped);
      } else {
        std::free(data);
      }
    }
  };
  size_t size_ = 0;
  std::unique_ptr<T, Free> data_;
};

}  // namespace awase

#endif  // AWASE_ENGINE_BASE_BUFFER_H_
