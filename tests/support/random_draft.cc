#include "tests/support/random_draft.h"

#include <algorithm>
#include <random>
#include <string>

namespace awase::testing {
namespace {

void SortEdges(std::vector<Edge>& edges) {
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
    return a.score != b.score ? a.score > b.score : a.item < b.item;
  });
}

Item RandomItem(uint32_t number, const RandomShape& shape, std::mt19937_64& random) {
  const auto draw = [&](uint32_t n) { return static_cast<uint32_t>(random() % n); };
  const auto chance = [&](double p) { return std::uniform_real_distribution<>(0, 1)(random) < p; };
  Item item;
  std::string digits = std::to_string(number);
  item.id = "item-" + std::string(7 - std::min<size_t>(digits.size(), 7), '0') + digits;
  if (chance(0.9)) item.titles.emplace_back("", "Thing " + digits);
  if (chance(0.3)) item.titles.emplace_back("en", "Nice thing " + digits);
  if (chance(0.5)) item.titles.emplace_back("ja", "品物 " + digits);
  if (shape.categories > 0 && chance(0.9)) {
    const uint32_t c = draw(shape.categories);
    item.category = "home/" + std::string(1, static_cast<char>('a' + c % 26)) + "/" + std::to_string(c / 2);
  }
  if (shape.groups > 0 && chance(0.3)) item.group = "group-" + std::to_string(draw(shape.groups));
  if (chance(0.9)) item.price = Micros{draw(5000)} * 1'000'000 + draw(100) * 10'000;
  item.available = !chance(shape.unavailable);
  item.repeatable = !chance(shape.not_repeatable);
  if (chance(0.5)) item.attributes.emplace_back("brand", "brand " + std::to_string(draw(5)));
  if (chance(0.2)) item.attributes.emplace_back("size", std::to_string(draw(50)));
  return item;
}

}  // namespace

ModelDraft RandomDraft(uint64_t seed, const RandomShape& shape) {
  std::mt19937_64 random(seed);
  const auto draw = [&](uint32_t n) { return static_cast<uint32_t>(random() % n); };
  ModelDraft draft;
  for (uint32_t i = 0; i < shape.items; ++i) {
    draft.items.push_back(RandomItem(i, shape, random));
    draft.support_units.push_back(draw(4) == 0 ? 0 : 10 + draw(1000));
    draft.support_customers.push_back(draft.support_units.back() / 2 + draft.support_units.back() % 2);
    draft.recent_sales.push_back(std::min(draft.support_units.back(), draw(3) == 0 ? 0 : draw(40)));
  }
  for (uint32_t i = 0; i < shape.items; ++i) {
    std::vector<Edge> row;
    std::vector<bool> taken(shape.items);
    const uint32_t wanted = shape.items < 2 || draw(6) == 0 ? 0 : draw(shape.max_neighbours + 1);
    for (uint32_t n = 0; n < wanted; ++n) {
      const uint32_t to = draw(shape.items);
      if (to == i || taken[to]) continue;
      taken[to] = true;
      const auto step =
          static_cast<float>(shape.distinct_scores == 0 ? draw(1u << 24) : draw(shape.distinct_scores));
      row.push_back({to, (step + 1) / (shape.distinct_scores == 0 ? 16777216.0f : 16.0f)});
    }
    SortEdges(row);
    for (const Edge& edge : row) {
      draft.edges.push_back(edge);
      const uint32_t least = std::min(draft.support_units[i], draft.support_units[edge.item]);
      const uint32_t joint = least == 0 ? 0 : 1 + draw(least);
      draft.evidence.push_back({joint, joint / 2 + joint % 2, draw(3) == 0 ? draw(90 * 86400) : kNoLag, 0});
    }
    draft.edge_offsets.push_back(draft.edges.size());
  }
  draft.units = 5000;
  draft.customers = 2000;
  draft.watermark = 1'300'000'000;
  draft.ledger_sequence = 77;
  draft.options_json = "{}";
  return draft;
}

ModelDraft PlainDraft(uint32_t items) {
  ModelDraft draft;
  for (uint32_t i = 0; i < items; ++i) {
    Item item;
    item.id = std::string(1, static_cast<char>('a' + i));
    draft.items.push_back(item);
  }
  draft.support_units.assign(items, 0);
  draft.support_customers.assign(items, 0);
  draft.recent_sales.assign(items, 0);
  draft.edge_offsets.assign(items + 1, 0);
  draft.options_json = "{}";
  return draft;
}

void AddRow(ModelDraft& draft, uint32_t row, std::vector<Edge> edges) {
  SortEdges(edges);
  draft.edges.insert(draft.edges.end(), edges.begin(), edges.end());
  draft.evidence.resize(draft.edges.size(), EdgeEvidence{1, 1, kNoLag, 0});
  for (size_t i = row + 1; i < draft.edge_offsets.size(); ++i) draft.edge_offsets[i] = draft.edges.size();
}

}  // namespace awase::testing
