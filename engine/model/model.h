// The immutable model: a view over one mapped, checksummed file.
#ifndef AWASE_ENGINE_MODEL_MODEL_H_
#define AWASE_ENGINE_MODEL_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/base/ids.h"
#include "engine/model/draft.h"

namespace awase {

inline constexpr uint32_t kNoGroup = ~uint32_t{0};
inline constexpr uint32_t kNoCategory = ~uint32_t{0};

// Bits of Model::flags().
inline constexpr uint8_t kAvailable = 1;   // on sale
inline constexpr uint8_t kRepeatable = 2;  // may be recommended to owners

// Never changes. Safe from any thread. Unmaps in its destructor.
class Model {
 public:
  // Maps and checks the file: magic, format version, length, section table and its checksum, every count.
  // Milliseconds whatever its size: the sections themselves are not read. With `full` every section's
  // checksum and every number in it too: a file that passes is what was written, bit for bit.
  // Open without `full` bears any bytes inside the sections: every access is checked, so that a broken file
  // can give wrong answers but never a crash. A server opens with `full`, off the request path.
  // Errors: NOT_FOUND; DATA_LOSS "path: what is broken, got ..."; UNIMPLEMENTED (newer format).
  static absl::StatusOr<std::shared_ptr<const Model>> Open(const std::string& path, bool full = false);
  // The same over the bytes of a file, which are copied. `full` as in Open.
  static absl::StatusOr<std::shared_ptr<const Model>> FromBytes(std::span<const std::byte> bytes,
                                                                bool full = false);
  // The same over a draft in memory (evaluation, tests). INVALID_ARGUMENT where the draft contradicts itself.
  static absl::StatusOr<std::shared_ptr<const Model>> FromDraft(const ModelDraft& draft);
  ~Model();

  uint32_t items() const;
  uint64_t edges() const;
  std::string_view item_id(ItemId item) const;
  std::optional<ItemId> Find(std::string_view item_id) const;  // O(1), no allocation
  // Title in `language` ("ja-JP" falls back on "ja"), else the default one, else the first by tag, else "".
  std::string_view title(ItemId item, std::string_view language = "") const;
  // All titles, by language tag. Allocates: for scans, not for answers.
  std::vector<std::string_view> titles(ItemId item) const;
  uint32_t category(ItemId item) const;  // number of the full path; kNoCategory when it has none
  std::string_view category_path(uint32_t category) const;  // paths ascend with their numbers
  uint32_t categories() const;
  uint32_t group(ItemId item) const;  // kNoGroup when it has none
  std::string_view group_name(uint32_t group) const;
  uint32_t groups() const;
  Micros price(ItemId item) const;
  bool available(ItemId item) const;
  bool repeatable(ItemId item) const;
  // "" when the item lacks it.
  std::string_view attribute(ItemId item, std::string_view name) const;
  // Whole columns by item, for scans. Numbers may be out of range where the file was not checked in full.
  std::span<const uint32_t> item_categories() const;
  std::span<const uint32_t> item_groups() const;
  std::span<const Micros> prices() const;
  std::span<const uint8_t> flags() const;  // kAvailable | kRepeatable

  std::span<const Edge> neighbours(ItemId item) const;        // best first
  std::span<const EdgeEvidence> evidence(ItemId item) const;  // parallel to neighbours
  std::span<const uint32_t> support_units() const;            // by item
  std::span<const uint32_t> support_customers() const;        // by item
  std::span<const uint32_t> recent_sales() const;             // by item
  // Items with sales, best sellers first (recent sales, then support, then item), available ones only; at
  // most 1,000 a category.
  std::span<const uint32_t> best_sellers() const;
  std::span<const uint32_t> best_sellers(uint32_t category) const;
  uint32_t max_recent_sales() const;

  uint64_t units() const;
  uint64_t customers() const;
  UnixSeconds watermark() const;
  uint64_t ledger_sequence() const;
  int64_t created() const;  // seconds since 1970
  std::string_view options_json() const;
  // 32 hex digits: XXH3-128 of all that decides answers, so not of creation time and ledger sequence.
  std::string digest() const;
  uint64_t file_bytes() const;
  uint64_t covered_items() const;  // with at least one edge

  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

 private:
  struct Mapped;
  static absl::StatusOr<std::shared_ptr<const Model>> Checked(std::unique_ptr<Mapped> mapped,
                                                              const std::string& name, bool full);
  explicit Model(std::unique_ptr<const Mapped> mapped);
  std::unique_ptr<const Mapped> mapped_;
};

}  // namespace awase

#endif  // AWASE_ENGINE_MODEL_MODEL_H_
