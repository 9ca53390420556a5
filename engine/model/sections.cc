#include "engine/model/sections.h"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"

#include "engine/base/string_pool.h"
#include "engine/model/model.h"

namespace awase {
namespace {

using namespace model_format;

template <class T, class Allocator>
std::span<const std::byte> BytesOf(const std::vector<T, Allocator>& values) {
  return std::as_bytes(std::span<const T>(values));
}

absl::Status Wrong(std::string_view where, uint64_t at, std::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("draft: ", std::string(where), "[", at, "]: ", std::string(what)));
}

absl::Status ValidateSizes(const ModelDraft& draft) {
  const size_t items = draft.items.size();
  if (items > kMaxItems) return Wrong("items", items, "too many items");
  const auto check = [&](std::string_view name, size_t got, size_t want) {
    if (got == want) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("draft: ", std::string(name), ": must hold ", want, " entries, got ", got));
  };
  for (const absl::Status& status : {check("support_units", draft.support_units.size(), items),
                                     check("support_customers", draft.support_customers.size(), items),
                                     check("recent_sales", draft.recent_sales.size(), items),
                                     check("edge_offsets", draft.edge_offsets.size(), items + 1),
                                     check("evidence", draft.evidence.size(), draft.edges.size())}) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// Paths or names, each once, ascending; and the position of each item's own.
struct Labels {
  std::vector<std::string_view> distinct;
  std::vector<uint32_t> by_item;
};

template <class Get>
Labels LabelsOf(const ModelDraft& draft, uint32_t none, Get get) {
  Labels labels;
  for (const Item& item : draft.items) {
    if (!get(item).empty()) labels.distinct.push_back(get(item));
  }
  std::sort(labels.distinct.begin(), labels.distinct.end());
  labels.distinct.erase(std::unique(labels.distinct.begin(), labels.distinct.end()), labels.distinct.end());
  labels.by_item.reserve(draft.items.size());
  for (const Item& item : draft.items) {
    const auto at =
        std::lower_bound(labels.distinct.begin(), labels.distinct.end(), std::string_view(get(item)));
    labels.by_item.push_back(get(item).empty() ? none : static_cast<uint32_t>(at - labels.distinct.begin()));
  }
  return labels;
}

// One text after another, with the end of each.
absl::Status Concatenate(std::string_view what, size_t count, auto text_of, std::vector<uint32_t>& offsets,
                         std::vector<char>& bytes) {
  offsets.assign(1, 0);
  for (size_t i = 0; i < count; ++i) {
    const std::string_view text = text_of(i);
    bytes.insert(bytes.end(), text.begin(), text.end());
    if (bytes.size() > std::numeric_limits<uint32_t>::max()) {
      return absl::ResourceExhaustedError(absl::StrCat("draft: ", std::string(what), " pass 4 GiB"));
    }
    offsets.push_back(static_cast<uint32_t>(bytes.size()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateDraft(const ModelDraft& draft) {
  if (absl::Status status = ValidateSizes(draft); !status.ok()) return status;
  for (size_t i = 1; i < draft.items.size(); ++i) {
    if (draft.items[i - 1].id >= draft.items[i].id) return Wrong("items", i, "id does not ascend");
  }
  if (draft.edge_offsets.front() != 0 || draft.edge_offsets.back() != draft.edges.size()) {
    return Wrong("edge_offsets", draft.items.size(), "does not span the edges");
  }
  for (size_t i = 0; i < draft.items.size(); ++i) {
    const uint64_t begin = draft.edge_offsets[i], end = draft.edge_offsets[i + 1];
    if (begin > end || end > draft.edges.size()) return Wrong("edge_offsets", i, "falls");
    for (uint64_t e = begin; e < end; ++e) {
      const Edge& edge = draft.edges[e];
      if (edge.item >= draft.items.size() || edge.item == i) {
        return Wrong("edges", e, absl::StrCat("leads to item ", edge.item));
      }
      if (!(edge.score > 0) || !(edge.score <= kMaxScore)) {
        return Wrong("edges", e, absl::StrCat("score must lie in (0, 1e30], got ", edge.score));
      }
      if (e == begin) continue;
      const Edge& before = draft.edges[e - 1];
      const bool in_order =
          before.score > edge.score || (before.score == edge.score && before.item < edge.item);
      if (!in_order) return Wrong("edges", e, "is not in order (score descending, then item ascending)");
    }
  }
  return absl::OkStatus();
}

template <class T>
void Sections::Own(Section section, const std::vector<T>& values) {
  const std::span<const std::byte> bytes = BytesOf(values);
  owned_[section].assign(bytes.begin(), bytes.end());
  spans_[section] = owned_[section];
}

absl::Status Sections::AddIds(const ModelDraft& draft) {
  std::vector<uint32_t> offsets;
  std::vector<char> bytes;
  absl::Status status = Concatenate(
      "item ids", draft.items.size(), [&](size_t i) { return std::string_view(draft.items[i].id); }, offsets,
      bytes);
  if (!status.ok()) return status;
  const size_t slots = std::bit_ceil(std::max<size_t>(draft.items.size() * 2, 2));
  std::vector<IdSlot> index(slots);
  for (size_t i = 0; i < draft.items.size(); ++i) {
    const uint64_t hash = XXH3_64bits(draft.items[i].id.data(), draft.items[i].id.size());
    size_t at = hash & (slots - 1);
    while (index[at].item_plus_one != 0) at = (at + 1) & (slots - 1);
    index[at] = {static_cast<uint32_t>(hash >> 32), static_cast<uint32_t>(i + 1)};
  }
  header_.totals.index_slots = static_cast<uint32_t>(slots);
  Own(kIdOffsets, offsets);
  Own(kIdBytes, bytes);
  Own(kIdIndex, index);
  return absl::OkStatus();
}

absl::Status Sections::AddTexts(const ModelDraft& draft) {
  StringPool texts;
  std::vector<uint32_t> title_offsets{0}, attribute_offsets{0};
  std::vector<TextPair> titles, attributes;
  for (const Item& item : draft.items) {
    for (const auto& [tag, title] : item.titles) titles.push_back({texts.Intern(tag), texts.Intern(title)});
    for (const auto& [name, value] : item.attributes)
      attributes.push_back({texts.Intern(name), texts.Intern(value)});
    title_offsets.push_back(static_cast<uint32_t>(titles.size()));
    attribute_offsets.push_back(static_cast<uint32_t>(attributes.size()));
  }
  const Labels categories = LabelsOf(
      draft, kNoCategory, [](const Item& i) -> const auto& { return i.category; });
  const Labels groups = LabelsOf(
      draft, kNoGroup, [](const Item& i) -> const auto& { return i.group; });
  std::vector<uint32_t> category_text, group_text;
  for (const std::string_view path : categories.distinct) category_text.push_back(texts.Intern(path));
  for (const std::string_view name : groups.distinct) group_text.push_back(texts.Intern(name));

  std::vector<uint32_t> offsets;
  std::vector<char> bytes;
  absl::Status status = Concatenate(
      "texts", texts.size(), [&](size_t i) { return texts[static_cast<uint32_t>(i)]; }, offsets, bytes);
  if (!status.ok()) return status;
  header_.totals.texts = texts.size();
  header_.totals.categories = static_cast<uint32_t>(category_text.size());
  header_.totals.groups = static_cast<uint32_t>(group_text.size());
  Own(kTextOffsets, offsets);
  Own(kTextBytes, bytes);
  Own(kTitleOffsets, title_offsets);
  Own(kTitles, titles);
  Own(kAttributeOffsets, attribute_offsets);
  Own(kAttributes, attributes);
  Own(kItemCategory, categories.by_item);
  Own(kCategoryText, category_text);
  Own(kItemGroup, groups.by_item);
  Own(kGroupText, group_text);
  AddBestSellers(draft, categories.by_item);
  return absl::OkStatus();
}

void Sections::AddBestSellers(const ModelDraft& draft, const std::vector<uint32_t>& category) {
  std::vector<uint32_t> best;
  for (uint32_t i = 0; i < draft.items.size(); ++i) {
    if (draft.items[i].available && (draft.recent_sales[i] > 0 || draft.support_units[i] > 0))
      best.push_back(i);
  }
  std::sort(best.begin(), best.end(), [&](uint32_t a, uint32_t b) {
    if (draft.recent_sales[a] != draft.recent_sales[b]) return draft.recent_sales[a] > draft.recent_sales[b];
    if (draft.support_units[a] != draft.support_units[b])
      return draft.support_units[a] > draft.support_units[b];
    return a < b;
  });
  std::vector<std::vector<uint32_t>> rows(header_.totals.categories);
  for (const uint32_t item : best) {
    if (category[item] == kNoCategory || rows[category[item]].size() == kCategoryBestSellers) continue;
    rows[category[item]].push_back(item);
  }
  std::vector<uint32_t> offsets{0}, values;
  for (const std::vector<uint32_t>& row : rows) {
    values.insert(values.end(), row.begin(), row.end());
    offsets.push_back(static_cast<uint32_t>(values.size()));
  }
  Own(kStoreBest, best);
  Own(kCategoryBestOffsets, offsets);
  Own(kCategoryBest, values);
}

void Sections::Seal() {
  uint64_t at = Padded(kHeadBytes);
  XXH3_state_t* digest = XXH3_createState();
  XXH3_128bits_reset(digest);
  XXH3_128bits_update(digest, &header_.totals, sizeof(header_.totals));
  for (uint32_t s = 0; s < kSections; ++s) {
    const std::span<const std::byte> bytes = spans_[s];
    table_[s] = {at, bytes.size(), XXH3_64bits(bytes.data(), bytes.size())};
    XXH3_128bits_update(digest, &table_[s].length, sizeof(table_[s].length));
    XXH3_128bits_update(digest, bytes.data(), bytes.size());
    // The last section is padded too, so that the file's length is a multiple of the alignment.
    at = Padded(at + bytes.size());
  }
  const XXH128_hash_t hash = XXH3_128bits_digest(digest);
  XXH3_freeState(digest);
  std::memcpy(header_.magic, kMagic, sizeof(kMagic));
  header_.format_version = kFormatVersion;
  header_.sections = kSections;
  header_.file_bytes = at;
  header_.digest_low = hash.low64;
  header_.digest_high = hash.high64;
  header_.header_checksum = 0;
  const std::vector<std::byte> head = Head();
  header_.header_checksum = XXH3_64bits(head.data(), head.size());
}

std::vector<std::byte> Sections::Head() const {
  std::vector<std::byte> head(kHeadBytes);
  std::memcpy(head.data(), &header_, sizeof(header_));
  std::memcpy(head.data() + sizeof(header_), table_.data(), sizeof(table_));
  return head;
}

absl::StatusOr<Sections> Sections::Of(const ModelDraft& draft, int64_t created) {
  if (absl::Status status = ValidateDraft(draft); !status.ok()) return status;
  Sections sections;
  sections.header_.created = created;
  sections.header_.ledger_sequence = draft.ledger_sequence;
  Totals& totals = sections.header_.totals;
  totals.items = static_cast<uint32_t>(draft.items.size());
  totals.edges = draft.edges.size();
  totals.units = draft.units;
  totals.customers = draft.customers;
  totals.watermark = draft.watermark;
  std::vector<Micros> prices;
  std::vector<uint8_t> flags;
  for (size_t i = 0; i < draft.items.size(); ++i) {
    prices.push_back(draft.items[i].price);
    flags.push_back(static_cast<uint8_t>((draft.items[i].available ? kAvailable : 0) |
                                         (draft.items[i].repeatable ? kRepeatable : 0)));
    totals.covered_items += draft.edge_offsets[i] < draft.edge_offsets[i + 1];
    totals.max_recent_sales = std::max(totals.max_recent_sales, draft.recent_sales[i]);
  }
  if (absl::Status status = sections.AddIds(draft); !status.ok()) return status;
  if (absl::Status status = sections.AddTexts(draft); !status.ok()) return status;
  sections.Own(kPrices, prices);
  sections.Own(kFlags, flags);
  sections.Keep(kEdgeOffsets, BytesOf(draft.edge_offsets));
  sections.Keep(kEdges, BytesOf(draft.edges));
  sections.Keep(kEvidence, BytesOf(draft.evidence));
  sections.Keep(kSupportUnits, BytesOf(draft.support_units));
  sections.Keep(kSupportCustomers, BytesOf(draft.support_customers));
  sections.Keep(kRecentSales, BytesOf(draft.recent_sales));
  sections.Keep(kOptions, std::as_bytes(std::span<const char>(draft.options_json)));
  sections.Seal();
  return sections;
}

}  // namespace awase
