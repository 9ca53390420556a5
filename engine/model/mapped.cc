#include "engine/model/mapped.h"

#include <sys/mman.h>
#include <xxhash.h>

#include <bit>
#include <cstring>
#include <new>
#include <utility>

#include "absl/strings/str_cat.h"

namespace awase {
namespace {

using namespace model_format;

absl::Status Broken(const std::string& name, std::string_view what, uint64_t got) {
  return absl::DataLossError(absl::StrCat(name, ": ", std::string(what), ", got ", got));
}

// Bytes of one element, 1 for free text.
constexpr uint32_t kElement[kSections] = {
    4,
    1,
    sizeof(IdSlot),  // ids
    4,
    1,  // texts
    4,
    sizeof(TextPair),  // titles
    4,
    sizeof(TextPair),  // attributes
    4,
    4,
    4,
    4,  // categories, groups
    sizeof(Micros),
    1,  // prices, flags
    8,
    sizeof(Edge),
    sizeof(EdgeEvidence),
    4,
    4,
    4,  // supports, sales
    4,
    4,
    4,  // best sellers
    1,  // options
};

}  // namespace

Model::Mapped::~Mapped() {
  void* const start = const_cast<std::byte*>(bytes.data());
  if (kind == Kind::kFile) munmap(start, bytes.size());
  if (kind == Kind::kHeap) ::operator delete (start, std::align_val_t{kAlignment});
}

std::pair<std::unique_ptr<Model::Mapped>, std::byte*> Model::Mapped::Allocate(uint64_t size) {
  auto* const start = static_cast<std::byte*>(::operator new (size, std::align_val_t{kAlignment}));
  std::memset(start, 0, size);
  auto mapped = std::make_unique<Mapped>();
  mapped->bytes = {start, size};
  mapped->kind = Kind::kHeap;
  return {std::move(mapped), start};
}

absl::Status Model::Mapped::Attach(std::span<const std::byte> all, const std::string& name) {
  if (all.size() < kHeadBytes)
    return Broken(name, absl::StrCat("must hold ", kHeadBytes, " bytes of header"), all.size());
  std::memcpy(&header, all.data(), sizeof(header));
  if (std::memcmp(header.magic, kMagic, sizeof(kMagic)) != 0) {
    return absl::DataLossError(absl::StrCat(name, ": is not a model file"));
  }
  // A newer format may have another header, so its version is looked at before its checksum.
  if (header.format_version > kFormatVersion) {
    return absl::UnimplementedError(absl::StrCat(name, ": this program reads model format ", kFormatVersion,
                                                 ", got ", header.format_version));
  }
  std::memcpy(table, all.data() + sizeof(header), sizeof(table));
  if (absl::Status status = CheckHead(name); !status.ok()) return status;
  if (header.file_bytes != all.size()) {
    return Broken(name, absl::StrCat("must hold ", header.file_bytes, " bytes"), all.size());
  }
  if (absl::Status status = CheckLengths(name); !status.ok()) return status;
  bytes = all;
  SetViews();
  return absl::OkStatus();
}

absl::Status Model::Mapped::CheckHead(const std::string& name) const {
  if (header.format_version != kFormatVersion)
    return Broken(name, "unknown model format", header.format_version);
  if (header.sections != kSections) {
    return Broken(name, absl::StrCat("must have ", static_cast<uint32_t>(kSections), " sections"),
                  header.sections);
  }
  FileHeader unsealed = header;
  unsealed.header_checksum = 0;
  std::byte head[kHeadBytes];
  std::memcpy(head, &unsealed, sizeof(unsealed));
  std::memcpy(head + sizeof(unsealed), table, sizeof(table));
  const uint64_t checksum = XXH3_64bits(head, sizeof(head));
  if (checksum != header.header_checksum)
    return Broken(name, "checksum of the header does not match", checksum);
  return absl::OkStatus();
}

// Counts in the header against lengths in the table: what all later reading rests on.
absl::Status Model::Mapped::CheckLengths(const std::string& name) const {
  uint64_t at = Padded(kHeadBytes);
  for (uint32_t s = 0; s < kSections; ++s) {
    const SectionEntry& entry = table[s];
    if (entry.offset != at)
      return Broken(name, absl::StrCat("section ", s, ": must start at ", at), entry.offset);
    if (entry.length > header.file_bytes - at || entry.length % kElement[s] != 0) {
      return Broken(name, absl::StrCat("section ", s, ": length"), entry.length);
    }
    at = Padded(at + entry.length);
    if (at > header.file_bytes) return Broken(name, absl::StrCat("section ", s, ": ends"), at);
  }
  if (at != header.file_bytes) return Broken(name, absl::StrCat("must end at ", at), header.file_bytes);
  const Totals& totals = header.totals;
  if (totals.items > kMaxItems) return Broken(name, "too many items", totals.items);
  const uint64_t items = totals.items;
  const std::pair<Section, uint64_t> expected[] = {
      {kIdOffsets, items + 1},
      {kIdIndex, totals.index_slots},
      {kTextOffsets, uint64_t{totals.texts} + 1},
      {kTitleOffsets, items + 1},
      {kAttributeOffsets, items + 1},
      {kItemCategory, items},
      {kCategoryText, totals.categories},
      {kItemGroup, items},
      {kGroupText, totals.groups},
      {kPrices, items},
      {kFlags, items},
      {kEdgeOffsets, items + 1},
      {kEdges, totals.edges},
      {kEvidence, totals.edges},
      {kSupportUnits, items},
      {kSupportCustomers, items},
      {kRecentSales, items},
      {kCategoryBestOffsets, uint64_t{totals.categories} + 1},
  };
  for (const auto& [section, entries] : expected) {
    const uint64_t got = table[section].length / kElement[section];
    if (got != entries) {
      return Broken(
          name, absl::StrCat("section ", static_cast<uint32_t>(section), ": must hold ", entries, " entries"),
          got);
    }
  }
  if (!std::has_single_bit(totals.index_slots))
    return Broken(name, "index slots are no power of two", totals.index_slots);
  return absl::OkStatus();
}

void Model::Mapped::SetViews() {
  const auto text = [this](Section section) {
    const std::span<const char> view = View<char>(section);
    return std::string_view(view.data(), view.size());
  };
  ids = {View<uint32_t>(kIdOffsets), text(kIdBytes)};
  index = View<IdSlot>(kIdIndex);
  texts = {View<uint32_t>(kTextOffsets), text(kTextBytes)};
  title_offsets = View<uint32_t>(kTitleOffsets);
  titles = View<TextPair>(kTitles);
  attribute_offsets = View<uint32_t>(kAttributeOffsets);
  attributes = View<TextPair>(kAttributes);
  item_category = View<uint32_t>(kItemCategory);
  category_text = View<uint32_t>(kCategoryText);
  item_group = View<uint32_t>(kItemGroup);
  group_text = View<uint32_t>(kGroupText);
  prices = View<Micros>(kPrices);
  flags = View<uint8_t>(kFlags);
  edge_offsets = View<uint64_t>(kEdgeOffsets);
  edges = View<Edge>(kEdges);
  evidence = View<EdgeEvidence>(kEvidence);
  support_units = View<uint32_t>(kSupportUnits);
  support_customers = View<uint32_t>(kSupportCustomers);
  recent_sales = View<uint32_t>(kRecentSales);
  store_best = View<uint32_t>(kStoreBest);
  category_best_offsets = View<uint32_t>(kCategoryBestOffsets);
  category_best = View<uint32_t>(kCategoryBest);
  options = text(kOptions);
}

}  // namespace awase
