// The bytes of a model file. Little-endian; every section starts at a multiple of kAlignment, zeros between.
//
//   FileHeader | SectionEntry x kSections | section 0 | section 1 | ... (in this order, no gaps but padding)
//
// The checksum in the header covers the header and the section table, so counts, offsets and lengths can be
// trusted once it holds; the sections' own checksums are read only in a full check.
#ifndef AWASE_ENGINE_MODEL_FORMAT_H_
#define AWASE_ENGINE_MODEL_FORMAT_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "engine/model/draft.h"

namespace awase::model_format {

static_assert(std::endian::native == std::endian::little,
              "model files are mapped as they lie: little-endian only");

inline constexpr char kMagic[8] = {'A', 'W', 'A', 'S', 'E', 'M', 'D', 'L'};
inline constexpr uint32_t kFormatVersion = 1;
inline constexpr size_t kAlignment = 64;
inline constexpr size_t kCategoryBestSellers = 1000;
inline constexpr uint32_t kMaxItems = 1u << 30;
// Sums over all anchors of a cart stay finite.
inline constexpr float kMaxScore = 1e30f;

// Texts (titles, paths, names, values) are interned: other sections hold their numbers.
enum Section : uint32_t {
  kIdOffsets,            // uint32_t[items + 1] into kIdBytes
  kIdBytes,              // ids one after another, ascending
  kIdIndex,              // IdSlot[index_slots]
  kTextOffsets,          // uint32_t[texts + 1] into kTextBytes
  kTextBytes,            //
  kTitleOffsets,         // uint32_t[items + 1] into kTitles
  kTitles,               // TextPair (language tag, title)
  kAttributeOffsets,     // uint32_t[items + 1] into kAttributes
  kAttributes,           // TextPair (name, value), by name
  kItemCategory,         // uint32_t[items], kNoCategory
  kCategoryText,         // uint32_t[categories]: text of the path, paths ascending
  kItemGroup,            // uint32_t[items], kNoGroup
  kGroupText,            // uint32_t[groups]: text of the name, names ascending
  kPrices,               // Micros[items]
  kFlags,                // uint8_t[items]: kAvailable | kRepeatable
  kEdgeOffsets,          // uint64_t[items + 1] into kEdges and kEvidence
  kEdges,                // Edge[edges]
  kEvidence,             // EdgeEvidence[edges]
  kSupportUnits,         // uint32_t[items]
  kSupportCustomers,     // uint32_t[items]
  kRecentSales,          // uint32_t[items]
  kStoreBest,            // uint32_t item numbers
  kCategoryBestOffsets,  // uint32_t[categories + 1] into kCategoryBest
  kCategoryBest,         // uint32_t item numbers
  kOptions,              // JSON
  kSections,
};

// Counts that the lengths of the sections must agree with, and totals.
struct Totals {
  uint32_t items = 0, texts = 0, categories = 0, groups = 0, index_slots = 0, max_recent_sales = 0;
  uint32_t watermark = 0, reserved = 0;
  uint64_t edges = 0, units = 0, customers = 0, covered_items = 0;
};

struct FileHeader {
  char magic[8];
  uint32_t format_version;
  uint32_t sections;
  uint64_t header_checksum;  // XXH3-64 of the header, this field 0, and the section table
  uint64_t file_bytes;
  int64_t created;  // seconds since 1970
  uint64_t ledger_sequence;
  uint64_t digest_low, digest_high;
  Totals totals;
};

struct SectionEntry {
  uint64_t offset, length;  // bytes
  uint64_t checksum;        // XXH3-64
};

// Open addressing, linear probing, at most half full.
struct IdSlot {
  uint32_t tag;            // upper half of the id's XXH3-64
  uint32_t item_plus_one;  // 0: free
};

struct TextPair {
  uint32_t key, value;
};

inline constexpr size_t kHeadBytes = sizeof(FileHeader) + kSections * sizeof(SectionEntry);

static_assert(sizeof(Totals) == 64 && sizeof(FileHeader) == 128 && sizeof(SectionEntry) == 24);
static_assert(sizeof(Edge) == 8 && sizeof(EdgeEvidence) == 16 && sizeof(IdSlot) == 8 &&
              sizeof(TextPair) == 8);
static_assert(std::is_trivially_copyable_v<FileHeader> &&
              std::has_unique_object_representations_v<FileHeader>);

constexpr uint64_t Padded(uint64_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

}  // namespace awase::model_format

#endif  // AWASE_ENGINE_MODEL_FORMAT_H_
