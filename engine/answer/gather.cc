// Anchors' rows and the customer's own items become candidates.
#include <algorithm>
#include <limits>

#include "engine/answer/question.h"

namespace awase {
namespace {

// Sorted, so that sums do not depend on the order of the cart's lines.
void CollectAnchors(const Question& q) {
  Scratch& s = q.scratch;
  s.anchor_items.assign(q.query.cart.begin(), q.query.cart.end());
  s.anchor_items.insert(s.anchor_items.end(), q.query.focus.begin(), q.query.focus.end());
  std::sort(s.anchor_items.begin(), s.anchor_items.end());
  s.anchor_items.erase(std::unique(s.anchor_items.begin(), s.anchor_items.end()), s.anchor_items.end());
  while (!s.anchor_items.empty() && Index(s.anchor_items.back()) >= s.items) s.anchor_items.pop_back();
  for (const ItemId anchor : s.anchor_items) s.Place(Index(anchor));
  s.anchors = s.places;
}

void SortUnique(std::vector<uint32_t>& numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

void CollectKinds(const Question& q) {
  Scratch& s = q.scratch;
  for (const ItemId anchor : s.anchor_items) {
    if (const uint32_t c = q.model.category(anchor); c != kNoCategory) s.anchor_categories.push_back(c);
    if (const uint32_t g = q.model.group(anchor); g != kNoGroup) s.anchor_groups.push_back(g);
  }
  SortUnique(s.anchor_categories);
  SortUnique(s.anchor_groups);
}

void AddRows(const Question& q) {
  Scratch& s = q.scratch;
  // All rows are asked for before the first is read: their waits overlap.
  for (const ItemId anchor : s.anchor_items) {
    const std::span<const Edge> row = q.model.neighbours(anchor);
    const size_t lines = std::min<size_t>((row.size() * sizeof(Edge) + 63) / 64, 16);
    for (size_t line = 0; line < lines; ++line) {
      __builtin_prefetch(reinterpret_cast<const char*>(row.data()) + line * 64);
    }
  }
  for (const ItemId anchor : s.anchor_items) s.AddRow(q.model.neighbours(anchor));
  std::fill(s.personal.get() + s.anchors, s.personal.get() + s.places, 0.0f);
  std::fill(s.mark.get() + s.anchors, s.mark.get() + s.places, uint8_t{0});
}

void AddPersonal(const Question& q) {
  Scratch& s = q.scratch;
  const std::span<const uint8_t> flags = q.model.flags();
  for (const Owned& owned : q.query.personal) {
    const uint32_t item = Index(owned.item);
    if (item >= s.items) continue;
    const uint32_t place = s.Place(item);
    s.personal[place] += owned.weight;
    if (!(flags[item] & kRepeatable)) s.mark[place] |= kMarkOwned;
  }
}

// Four at a time: one running maximum would wait for itself.
float Largest(const float* values, uint32_t begin, uint32_t end) {
  float best[4] = {0, 0, 0, 0};
  uint32_t i = begin;
  for (; i + 4 <= end; i += 4) {
    for (uint32_t lane = 0; lane < 4; ++lane)
      best[lane] = values[i + lane] > best[lane] ? values[i + lane] : best[lane];
  }
  for (; i < end; ++i) best[0] = std::max(best[0], values[i]);
  return std::max(std::max(best[0], best[1]), std::max(best[2], best[3]));
}

}  // namespace

float ScaleOf(float largest) {
  constexpr float kMax = std::numeric_limits<float>::max();
  return largest > 0 && largest <= kMax ? std::min(1 / largest, kMax) : 0;
}

void Gather(const Question& q) {
  Scratch& s = q.scratch;
  s.Begin(q.model.items());
  CollectAnchors(q);
  if (q.query.exclude_substitutes || q.query.fallback != Fallback::kNone) CollectKinds(q);
  AddRows(q);
  if (!q.query.personal.empty()) AddPersonal(q);
  s.candidates = s.places;
  for (const ItemId excluded : q.query.exclude) {
    if (Index(excluded) < s.items) s.mark[s.Place(Index(excluded))] |= kMarkExcluded;
  }
  s.together_scale = ScaleOf(Largest(s.together.get(), s.anchors, s.candidates));
  if (!q.query.personal.empty())
    s.personal_scale = ScaleOf(Largest(s.personal.get(), s.anchors, s.candidates));
  s.sales_scale = ScaleOf(static_cast<float>(q.model.max_recent_sales()));
}

}  // namespace awase
