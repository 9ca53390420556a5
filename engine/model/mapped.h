// The bytes behind a Model: one mapping, and typed views of its sections.
#ifndef AWASE_ENGINE_MODEL_MAPPED_H_
#define AWASE_ENGINE_MODEL_MAPPED_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"

#include "engine/model/format.h"
#include "engine/model/model.h"

namespace awase {

// Texts one after another. Out-of-range numbers and offsets yield "".
struct TextTable {
  std::span<const uint32_t> offsets;
  std::string_view bytes;

  std::string_view operator[](size_t i) const {
    if (i + 1 >= offsets.size()) return {};
    const uint32_t begin = offsets[i], end = offsets[i + 1];
    return begin <= end && end <= bytes.size() ? bytes.substr(begin, end - begin) : std::string_view{};
  }
};

// Row `i` of values; empty where the offsets are out of range.
template <class Offset, class T>
std::span<const T> RowOf(std::span<const Offset> offsets, std::span<const T> values, size_t i) {
  if (i + 1 >= offsets.size()) return {};
  const Offset begin = offsets[i], end = offsets[i + 1];
  if (begin > end || end > values.size()) return {};
  return values.subspan(begin, end - begin);
}

struct Model::Mapped {
  Mapped() = default;
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  ~Mapped();

  // Zeros in memory, as a file would lie there, and where they begin.
  static std::pair<std::unique_ptr<Mapped>, std::byte*> Allocate(uint64_t size);

  // Reads the head and sets the views. `name` stands in messages. Touches no section.
  absl::Status Attach(std::span<const std::byte> bytes, const std::string& name);
  // Every section's checksum, the padding, and every offset and number.
  absl::Status CheckFully(const std::string& name) const;

  enum class Kind : uint8_t { kNone, kFile, kHeap } kind = Kind::kNone;
  std::span<const std::byte> bytes;
  model_format::FileHeader header{};
  model_format::SectionEntry table[model_format::kSections] = {};

  TextTable ids, texts;
  std::span<const model_format::IdSlot> index;
  std::span<const uint32_t> title_offsets, attribute_offsets;
  std::span<const model_format::TextPair> titles, attributes;
  std::span<const uint32_t> item_category, category_text, item_group, group_text;
  std::span<const Micros> prices;
  std::span<const uint8_t> flags;
  std::span<const uint64_t> edge_offsets;
  std::span<const Edge> edges;
  std::span<const EdgeEvidence> evidence;
  std::span<const uint32_t> support_units, support_customers, recent_sales;
  std::span<const uint32_t> store_best, category_best_offsets, category_best;
  std::string_view options;

 private:
  absl::Status CheckHead(const std::string& name) const;
  absl::Status CheckLengths(const std::string& name) const;
  absl::Status CheckNumbers(const std::string& name) const;
  absl::Status CheckIndex(const std::string& name) const;
  void SetViews();
  template <class T>
  std::span<const T> View(model_format::Section section) const {
    const model_format::SectionEntry& entry = table[section];
    return {reinterpret_cast<const T*>(bytes.data() + entry.offset), entry.length / sizeof(T)};
  }
};

}  // namespace awase

#endif  // AWASE_ENGINE_MODEL_MAPPED_H_
