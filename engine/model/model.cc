#include "engine/model/model.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "engine/model/mapped.h"
#include "engine/model/sections.h"

namespace awase {
namespace {

using model_format::IdSlot;
using model_format::TextPair;

// T at `i`, or `otherwise` beyond the end.
template <class T>
T At(std::span<const T> values, size_t i, T otherwise) {
  return i < values.size() ? values[i] : otherwise;
}

bool SameTag(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase(absl::string_view(a.data(), a.size()), absl::string_view(b.data(), b.size()));
}

}  // namespace

Model::Model(std::unique_ptr<const Mapped> mapped) : mapped_(std::move(mapped)) {}
Model::~Model() = default;

absl::StatusOr<std::shared_ptr<const Model>> Model::Open(const std::string& path, bool full) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT) return absl::NotFoundError(absl::StrCat(path, ": no such model file"));
    return absl::ErrnoToStatus(errno, absl::StrCat(path, ": cannot be opened"));
  }
  struct stat file = {};
  const bool known = fstat(fd, &file) == 0 && S_ISREG(file.st_mode);
  const auto bytes = static_cast<size_t>(file.st_size);
  if (!known || bytes == 0) {
    close(fd);
    return absl::DataLossError(absl::StrCat(path, ": is no file with bytes, got ", known ? 0 : -1));
  }
  void* const start = mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
  const int error = errno;
  close(fd);
  if (start == MAP_FAILED) return absl::ErrnoToStatus(error, absl::StrCat(path, ": cannot be mapped"));
  auto mapped = std::make_unique<Mapped>();
  mapped->bytes = {static_cast<const std::byte*>(start), bytes};
  mapped->kind = Mapped::Kind::kFile;
  return Checked(std::move(mapped), path, full);
}

absl::StatusOr<std::shared_ptr<const Model>> Model::Checked(std::unique_ptr<Mapped> mapped,
                                                            const std::string& name, bool full) {
  if (absl::Status status = mapped->Attach(mapped->bytes, name); !status.ok()) return status;
  if (full) {
    if (absl::Status status = mapped->CheckFully(name); !status.ok()) return status;
  }
  return std::shared_ptr<const Model>(new Model(std::move(mapped)));
}

absl::StatusOr<std::shared_ptr<const Model>> Model::FromBytes(std::span<const std::byte> bytes, bool full) {
  auto mapped = Mapped::Allocate(bytes.size());
  std::copy(bytes.begin(), bytes.end(), mapped.second);
  return Checked(std::move(mapped.first), "bytes", full);
}

absl::StatusOr<std::shared_ptr<const Model>> Model::FromDraft(const ModelDraft& draft) {
  const absl::StatusOr<Sections> sections = Sections::Of(draft, 0);
  if (!sections.ok()) return sections.status();
  auto [mapped, start] = Mapped::Allocate(sections->file_bytes());
  const std::vector<std::byte> head = sections->Head();
  std::copy(head.begin(), head.end(), start);
  for (uint32_t s = 0; s < model_format::kSections; ++s) {
    const std::span<const std::byte> section = sections->section(s);
    std::copy(section.begin(), section.end(), start + sections->offset(s));
  }
  return Checked(std::move(mapped), "draft", false);
}

uint32_t Model::items() const { return mapped_->header.totals.items; }
uint64_t Model::edges() const { return mapped_->header.totals.edges; }
std::string_view Model::item_id(ItemId item) const { return mapped_->ids[Index(item)]; }

std::optional<ItemId> Model::Find(std::string_view item_id) const {
  const std::span<const IdSlot> index = mapped_->index;
  const uint64_t hash = XXH3_64bits(item_id.data(), item_id.size());
  const auto tag = static_cast<uint32_t>(hash >> 32);
  const size_t mask = index.size() - 1;
  // An unchecked file may have no free slot: never more than once around.
  for (size_t step = 0; step <= mask; ++step) {
    const IdSlot slot = index[(hash + step) & mask];
    if (slot.item_plus_one == 0) return std::nullopt;
    if (slot.tag != tag || slot.item_plus_one > items()) continue;
    const ItemId item{slot.item_plus_one - 1};
    if (this->item_id(item) == item_id) return item;
  }
  return std::nullopt;
}

std::string_view Model::title(ItemId item, std::string_view language) const {
  const std::span<const TextPair> titles = RowOf(mapped_->title_offsets, mapped_->titles, Index(item));
  if (titles.empty()) return {};
  for (std::string_view wanted = language;;) {
    for (const TextPair& title : titles) {
      if (SameTag(mapped_->texts[title.key], wanted)) return mapped_->texts[title.value];
    }
    if (wanted.empty()) return mapped_->texts[titles.front().value];
    const size_t dash = wanted.find_last_of("-_");
    wanted = dash == std::string_view::npos ? std::string_view{} : wanted.substr(0, dash);
  }
}

std::vector<std::string_view> Model::titles(ItemId item) const {
  std::vector<std::string_view> all;
  for (const TextPair& title : RowOf(mapped_->title_offsets, mapped_->titles, Index(item))) {
    all.push_back(mapped_->texts[title.value]);
  }
  return all;
}

uint32_t Model::category(ItemId item) const { return At(mapped_->item_category, Index(item), kNoCategory); }
std::string_view Model::category_path(uint32_t category) const {
  return mapped_->texts[At(mapped_->category_text, category, ~uint32_t{0})];
}
uint32_t Model::categories() const { return mapped_->header.totals.categories; }
uint32_t Model::group(ItemId item) const { return At(mapped_->item_group, Index(item), kNoGroup); }
std::string_view Model::group_name(uint32_t group) const {
  return mapped_->texts[At(mapped_->group_text, group, ~uint32_t{0})];
}
uint32_t Model::groups() const { return mapped_->header.totals.groups; }
Micros Model::price(ItemId item) const { return At(mapped_->prices, Index(item), kNoPrice); }
bool Model::available(ItemId item) const { return At(mapped_->flags, Index(item), uint8_t{0}) & kAvailable; }
bool Model::repeatable(ItemId item) const {
  return At(mapped_->flags, Index(item), uint8_t{0}) & kRepeatable;
}

std::string_view Model::attribute(ItemId item, std::string_view name) const {
  for (const TextPair& pair : RowOf(mapped_->attribute_offsets, mapped_->attributes, Index(item))) {
    if (mapped_->texts[pair.key] == name) return mapped_->texts[pair.value];
  }
  return {};
}

std::span<const uint32_t> Model::item_categories() const { return mapped_->item_category; }
std::span<const uint32_t> Model::item_groups() const { return mapped_->item_group; }
std::span<const Micros> Model::prices() const { return mapped_->prices; }
std::span<const uint8_t> Model::flags() const { return mapped_->flags; }

std::span<const Edge> Model::neighbours(ItemId item) const {
  return RowOf(mapped_->edge_offsets, mapped_->edges, Index(item));
}
std::span<const EdgeEvidence> Model::evidence(ItemId item) const {
  return RowOf(mapped_->edge_offsets, mapped_->evidence, Index(item));
}
std::span<const uint32_t> Model::support_units() const { return mapped_->support_units; }
std::span<const uint32_t> Model::support_customers() const { return mapped_->support_customers; }
std::span<const uint32_t> Model::recent_sales() const { return mapped_->recent_sales; }
std::span<const uint32_t> Model::best_sellers() const { return mapped_->store_best; }
std::span<const uint32_t> Model::best_sellers(uint32_t category) const {
  return RowOf(mapped_->category_best_offsets, mapped_->category_best, category);
}
uint32_t Model::max_recent_sales() const { return mapped_->header.totals.max_recent_sales; }

uint64_t Model::units() const { return mapped_->header.totals.units; }
uint64_t Model::customers() const { return mapped_->header.totals.customers; }
UnixSeconds Model::watermark() const { return mapped_->header.totals.watermark; }
uint64_t Model::ledger_sequence() const { return mapped_->header.ledger_sequence; }
int64_t Model::created() const { return mapped_->header.created; }
std::string_view Model::options_json() const { return mapped_->options; }
std::string Model::digest() const {
  return absl::StrFormat("%016x%016x", mapped_->header.digest_high, mapped_->header.digest_low);
}
uint64_t Model::file_bytes() const { return mapped_->header.file_bytes; }
uint64_t Model::covered_items() const { return mapped_->header.totals.covered_items; }

}  // namespace awase
