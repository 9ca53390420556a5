// A draft as the sections of a model file.
#ifndef AWASE_ENGINE_MODEL_SECTIONS_H_
#define AWASE_ENGINE_MODEL_SECTIONS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/model/draft.h"
#include "engine/model/format.h"

namespace awase {

// Sizes, order of ids and edges, item numbers, scores above 0. INVALID_ARGUMENT names the array and the
// place.
absl::Status ValidateDraft(const ModelDraft& draft);

// Head and sections, ready to be written one after another. The large sections are spans over the draft,
// which must outlive this.
class Sections {
 public:
  // Errors: those of ValidateDraft; RESOURCE_EXHAUSTED where texts pass 4 GiB. `created`: seconds since 1970.
  static absl::StatusOr<Sections> Of(const ModelDraft& draft, int64_t created);

  Sections(Sections&&) = default;
  Sections& operator=(Sections&&) = default;

  uint64_t file_bytes() const { return header_.file_bytes; }
  std::vector<std::byte> Head() const;
  std::span<const std::byte> section(uint32_t i) const { return spans_[i]; }
  uint64_t offset(uint32_t i) const { return table_[i].offset; }

 private:
  Sections() = default;
  void Keep(model_format::Section section, std::span<const std::byte> bytes) { spans_[section] = bytes; }
  template <class T>
  void Own(model_format::Section section, const std::vector<T>& values);
  absl::Status AddTexts(const ModelDraft& draft);
  absl::Status AddIds(const ModelDraft& draft);
  void AddBestSellers(const ModelDraft& draft, const std::vector<uint32_t>& category);
  void Seal();

  model_format::FileHeader header_{};
  std::array<model_format::SectionEntry, model_format::kSections> table_{};
  std::array<std::span<const std::byte>, model_format::kSections> spans_{};
  std::array<std::vector<std::byte>, model_format::kSections> owned_{};
};

}  // namespace awase

#endif  // AWASE_ENGINE_MODEL_SECTIONS_H_
