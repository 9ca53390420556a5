// The full check: a file that passes is what was written, and every number in it may be used without looking.
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "absl/strings/str_cat.h"

#include "engine/model/mapped.h"

namespace awase {
namespace {

using namespace model_format;

absl::Status Broken(const std::string& name, uint32_t section, std::string_view what, uint64_t got) {
  return absl::DataLossError(
      absl::StrCat(name, ": section ", section, ": ", std::string(what), ", got ", got));
}

template <class Offset>
absl::Status CheckOffsets(const std::string& name, Section section, std::span<const Offset> offsets,
                          uint64_t end) {
  if (offsets.front() != 0) return Broken(name, section, "must begin at 0", offsets.front());
  for (size_t i = 1; i < offsets.size(); ++i) {
    if (offsets[i] < offsets[i - 1]) return Broken(name, section, absl::StrCat("falls at ", i), offsets[i]);
  }
  if (offsets.back() != end) return Broken(name, section, absl::StrCat("must end at ", end), offsets.back());
  return absl::OkStatus();
}

absl::Status CheckBelow(const std::string& name, Section section, std::span<const uint32_t> numbers,
                        uint32_t limit, uint32_t none = 0) {
  for (const uint32_t number : numbers) {
    if (number >= limit && (none == 0 || number != none)) {
      return Broken(name, section, absl::StrCat("must lie below ", limit), number);
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPairs(const std::string& name, Section section, std::span<const TextPair> pairs,
                        uint32_t texts) {
  for (const TextPair& pair : pairs) {
    if (pair.key >= texts || pair.value >= texts)
      return Broken(name, section, "no such text", std::max(pair.key, pair.value));
  }
  return absl::OkStatus();
}

bool AllZero(std::span<const std::byte> bytes) {
  for (const std::byte b : bytes) {
    if (b != std::byte{0}) return false;
  }
  return true;
}

}  // namespace

absl::Status Model::Mapped::CheckFully(const std::string& name) const {
  uint64_t end = kHeadBytes;
  for (uint32_t s = 0; s < kSections; ++s) {
    const std::span<const std::byte> section = bytes.subspan(table[s].offset, table[s].length);
    const uint64_t checksum = XXH3_64bits(section.data(), section.size());
    if (checksum != table[s].checksum) return Broken(name, s, "checksum does not match", checksum);
    if (!AllZero(bytes.subspan(end, table[s].offset - end)))
      return Broken(name, s, "padding before it is not zero", end);
    end = table[s].offset + table[s].length;
  }
  if (!AllZero(bytes.subspan(end))) return Broken(name, kSections, "padding at the end is not zero", end);
  if (absl::Status status = CheckNumbers(name); !status.ok()) return status;
  return CheckIndex(name);
}

absl::Status Model::Mapped::CheckNumbers(const std::string& name) const {
  const Totals& totals = header.totals;
  for (const absl::Status& status : {
           CheckOffsets(name, kIdOffsets, ids.offsets, ids.bytes.size()),
           CheckOffsets(name, kTextOffsets, texts.offsets, texts.bytes.size()),
           CheckOffsets(name, kTitleOffsets, title_offsets, titles.size()),
           CheckOffsets(name, kAttributeOffsets, attribute_offsets, attributes.size()),
           CheckOffsets(name, kEdgeOffsets, edge_offsets, edges.size()),
           CheckOffsets(name, kCategoryBestOffsets, category_best_offsets, category_best.size()),
           CheckPairs(name, kTitles, titles, totals.texts),
           CheckPairs(name, kAttributes, attributes, totals.texts),
           CheckBelow(name, kItemCategory, item_category, totals.categories, kNoCategory),
           CheckBelow(name, kItemGroup, item_group, totals.groups, kNoGroup),
           CheckBelow(name, kCategoryText, category_text, totals.texts),
           CheckBelow(name, kGroupText, group_text, totals.texts),
           CheckBelow(name, kStoreBest, store_best, totals.items),
           CheckBelow(name, kCategoryBest, category_best, totals.items),
       }) {
    if (!status.ok()) return status;
  }
  for (const Edge& edge : edges) {
    if (edge.item >= totals.items)
      return Broken(name, kEdges, absl::StrCat("must lie below ", totals.items), edge.item);
    if (!(edge.score > 0) || !(edge.score <= kMaxScore)) {
      return Broken(name, kEdges, "score must lie in (0, 1e30]", std::bit_cast<uint32_t>(edge.score));
    }
  }
  for (const uint32_t sales : recent_sales) {
    if (sales > totals.max_recent_sales)
      return Broken(name, kRecentSales, "passes the stated maximum", sales);
  }
  return absl::OkStatus();
}

// Ids ascend, and each is found by the index exactly once.
absl::Status Model::Mapped::CheckIndex(const std::string& name) const {
  const uint32_t items = header.totals.items;
  for (uint32_t i = 1; i < items; ++i) {
    if (ids[i - 1] >= ids[i]) return Broken(name, kIdBytes, "id does not ascend at item", i);
  }
  uint64_t used = 0;
  for (const IdSlot& slot : index) {
    if (slot.item_plus_one > items) return Broken(name, kIdIndex, "no such item", slot.item_plus_one);
    used += slot.item_plus_one != 0;
  }
  if (used != items || used * 2 > index.size())
    return Broken(name, kIdIndex, absl::StrCat("must hold ", items), used);
  const size_t mask = index.size() - 1;
  for (uint32_t i = 0; i < items; ++i) {
    size_t at = XXH3_64bits(ids[i].data(), ids[i].size()) & mask;
    while (index[at].item_plus_one != 0 && index[at].item_plus_one != i + 1) at = (at + 1) & mask;
    if (index[at].item_plus_one == 0) return Broken(name, kIdIndex, "does not lead to item", i);
  }
  return absl::OkStatus();
}

}  // namespace awase
