// Interned strings: each distinct string gets the next number.
#ifndef AWASE_ENGINE_BASE_STRING_POOL_H_
#define AWASE_ENGINE_BASE_STRING_POOL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace awase {

// Open addressing over one byte arena: 19 to 30 bytes a string above its own bytes.
// Threads: const methods may run together; Intern needs the caller's exclusion. Views stay valid until the
// pool is destroyed, moved from, or Intern grows the arena: take them only when interning is over.
class StringPool {
 public:
  // Number of `text`, a new one when it has not been seen. Amortised O(length).
  uint32_t Intern(std::string_view text);
  std::optional<uint32_t> Find(std::string_view text) const;

  uint32_t size() const { return static_cast<uint32_t>(ends_.size()); }
  std::string_view operator[](uint32_t number) const {
    const uint64_t begin = number == 0 ? 0 : ends_[number - 1];
    return {bytes_.data() + begin, static_cast<size_t>(ends_[number] - begin)};
  }
  uint64_t memory_bytes() const;

  // Numbers in the order of the strings' bytes: result[rank] = number.
  std::vector<uint32_t> SortedByBytes() const;

 private:
  void Grow();
  // Where `text` is, or would be put.
  uint64_t SlotOf(uint64_t hash, std::string_view text) const;

  std::string bytes_;
  std::vector<uint64_t> ends_;
  std::vector<uint64_t> slots_;  // see Intern; size a power of two
};

}  // namespace awase

#endif  // AWASE_ENGINE_BASE_STRING_POOL_H_
