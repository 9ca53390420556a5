#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"

#include "engine/model/shelf.h"

namespace awase {
namespace {

constexpr size_t kLargest = 20;

// Ids of the best `depth` neighbours, in rank order.
std::vector<std::string_view> TopIds(const Model& model, std::optional<ItemId> item, uint32_t depth) {
  std::vector<std::string_view> ids;
  if (!item) return ids;
  for (const Edge& edge :
       model.neighbours(*item).first(std::min<size_t>(depth, model.neighbours(*item).size()))) {
    ids.push_back(model.item_id(ItemId{edge.item}));
  }
  return ids;
}

std::vector<std::string_view> Minus(const std::vector<std::string_view>& a,
                                    const std::vector<std::string_view>& b) {
  std::vector<std::string_view> left;
  for (const std::string_view id : a) {
    if (std::find(b.begin(), b.end(), id) == b.end()) left.push_back(id);
  }
  return left;
}

uint64_t SalesOf(const Model& model, ItemId item) {
  return Index(item) < model.recent_sales().size() ? model.recent_sales()[Index(item)] : 0;
}

// Change of one item's list: share of the longer list that differs.
struct Shift {
  double change;
  uint64_t sales;
  std::string_view id;

  bool operator<(const Shift& other) const {
    if (change != other.change) return change > other.change;
    if (sales != other.sales) return sales > other.sales;
    return id < other.id;
  }
};

Comparison::Change Describe(const Model& base, const Model& candidate, std::string_view id, uint32_t depth) {
  const std::vector<std::string_view> before = TopIds(base, base.Find(id), depth);
  const std::vector<std::string_view> after = TopIds(candidate, candidate.Find(id), depth);
  Comparison::Change change{.item_id = std::string(id), .added = {}, .removed = {}};
  for (const std::string_view added : Minus(after, before)) change.added.emplace_back(added);
  for (const std::string_view removed : Minus(before, after)) change.removed.emplace_back(removed);
  return change;
}

}  // namespace

Comparison Compare(const Model& base, const Model& candidate, uint32_t depth) {
  Comparison result;
  double overlap = 0, weight = 0;
  std::vector<Shift> shifts;
  for (uint32_t i = 0; i < base.items(); ++i) {
    const std::string_view id = base.item_id(ItemId{i});
    const std::vector<std::string_view> before = TopIds(base, ItemId{i}, depth);
    const std::vector<std::string_view> after = TopIds(candidate, candidate.Find(id), depth);
    if (before.empty() && after.empty()) continue;
    result.covered_items += !before.empty();
    result.lost_items += !before.empty() && after.empty();
    result.gained_items += before.empty() && !after.empty();
    const auto longer = static_cast<double>(std::max(before.size(), after.size()));
    const double share =
        1 - static_cast<double>(std::max(Minus(before, after).size(), Minus(after, before).size())) / longer;
    const uint64_t sales = SalesOf(base, ItemId{i});
    if (!before.empty()) {
      overlap += share * static_cast<double>(sales + 1);
      weight += static_cast<double>(sales + 1);
    }
    if (share < 1) shifts.push_back({1 - share, sales, id});
  }
  for (uint32_t i = 0; i < candidate.items(); ++i) {
    if (!candidate.neighbours(ItemId{i}).empty() && !base.Find(candidate.item_id(ItemId{i})))
      ++result.gained_items;
  }
  if (weight > 0) result.weighted_overlap = overlap / weight;
  std::sort(shifts.begin(), shifts.end());
  if (shifts.size() > kLargest) shifts.resize(kLargest);
  for (const Shift& shift : shifts) result.largest.push_back(Describe(base, candidate, shift.id, depth));
  return result;
}

absl::Status CheckGuards(const Comparison& comparison, const Guards& guards) {
  if (comparison.covered_items == 0) return absl::OkStatus();
  if (comparison.weighted_overlap < guards.min_weighted_overlap) {
    return absl::FailedPreconditionError(absl::StrCat("min_weighted_overlap: must be at least ",
                                                      guards.min_weighted_overlap, ", got ",
                                                      comparison.weighted_overlap));
  }
  const double lost =
      static_cast<double>(comparison.lost_items) / static_cast<double>(comparison.covered_items);
  if (lost > guards.max_lost_item_share) {
    return absl::FailedPreconditionError(
        absl::StrCat("max_lost_item_share: must be at most ", guards.max_lost_item_share, ", got ", lost));
  }
  return absl::OkStatus();
}

}  // namespace awase
