#include "engine/evaluate/baselines.h"

#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/evaluate/metrics.h"
#include "engine/profile/personal.h"
#include "engine/train/options.h"

namespace awase {
namespace {

// Orders by item, those over the cap left out.
Csr<ItemId, BasketId> OrdersByItem(const Units& orders, uint32_t items) {
  Csr<ItemId, BasketId> out;
  out.offsets.assign(items + 1, 0);
  const auto each = [&](auto visit) {
    for (uint32_t unit = 0; unit < orders.size(); ++unit) {
      const auto basket = orders.by_unit[BasketId{unit}];
      if (basket.size() > kBaselineMaxBasket) continue;
      for (const ItemId item : basket) visit(item, BasketId{unit});
    }
  };
  each([&](ItemId item, BasketId) { ++out.offsets[Index(item) + 1]; });
  for (uint32_t item = 0; item < items; ++item) out.offsets[item + 1] += out.offsets[item];
  out.values.resize(out.offsets.back());
  std::vector<uint64_t> next(out.offsets.begin(), out.offsets.end() - 1);
  each([&](ItemId item, BasketId unit) { out.values[next[Index(item)]++] = unit; });
  return out;
}

// A row of counts: (item, orders with both), items ascending.
using Row = std::vector<std::pair<ItemId, uint32_t>>;

Row CountRow(const Units& orders, const Csr<ItemId, BasketId>& by_item, ItemId anchor,
             std::vector<uint32_t>& tally) {
  Row row;
  for (const BasketId unit : by_item[anchor]) {
    for (const ItemId item : orders.by_unit[unit]) {
      if (item != anchor && tally[Index(item)]++ == 0) row.emplace_back(item, 0);
    }
  }
  for (auto& [item, together] : row) together = std::exchange(tally[Index(item)], 0);
  std::sort(row.begin(), row.end());
  return row;
}

double Entropy(double a, double b) {
  const auto term = [](double x) { return x > 0 ? x * std::log(x) : 0.0; };
  return term(a + b) - term(a) - term(b);
}

// 2 · (H(rows) + H(columns) - H(cells)) of the table [[k, n_i - k], [n_j - k, N - n_i - n_j + k]].
double LogLikelihoodRatio(uint64_t together, uint64_t anchor, uint64_t item, uint64_t orders) {
  const auto k = static_cast<double>(together);
  const double b = static_cast<double>(anchor) - k;
  const double c = static_cast<double>(item) - k;
  const double d = static_cast<double>(orders) - static_cast<double>(anchor) - c;
  const double marginal = Entropy(k + b, c + d) + Entropy(k + c, b + d);
  const double joint = Entropy(k, b) + Entropy(c, d) + Entropy(k + b, c + d);
  return std::max(0.0, 2 * (marginal - joint));
}

// The scores beside each anchor: as sparse as the counts, or whole rows where the catalogue is small enough,
// since adding up whole rows needs no indices (ten times faster at 4,000 items).
struct PlainScores {
  std::shared_ptr<const CoCounts> counts;
  std::vector<float> cells;  // parallel to the counts' cells
  std::vector<float> dense;  // rows of `stride`, or empty
  uint32_t stride = 0;       // items rounded up to kLane
};
constexpr uint32_t kLane = 8;
constexpr uint32_t kMaxDenseItems = 6000;  // 144 MB

class SparseRanker : public Ranker {
 public:
  explicit SparseRanker(std::shared_ptr<const PlainScores> scores)
      : scores_(std::move(scores)), sums_(static_cast<uint32_t>(scores_->counts->support.size())) {}

  void Rank(const ProbeSet&, const Probe& probe, std::vector<ItemId>& ranked) override {
    const CoCounts& counts = *scores_->counts;
    for (const ItemId anchor : probe.anchors) {
      for (uint64_t cell = counts.offsets[Index(anchor)]; cell < counts.offsets[Index(anchor) + 1]; ++cell) {
        if (scores_->cells[cell] > 0) sums_.Add(counts.items[cell], scores_->cells[cell]);
      }
    }
    sums_.TakeBest(probe.excluded, ranked);
  }

 private:
  std::shared_ptr<const PlainScores> scores_;
  ScoreSums sums_;
};

class DenseRanker : public Ranker {
 public:
  explicit DenseRanker(std::shared_ptr<const PlainScores> scores)
      : scores_(std::move(scores)), sums_(scores_->stride) {}

  void Rank(const ProbeSet&, const Probe& probe, std::vector<ItemId>& ranked) override {
    std::fill(sums_.begin(), sums_.end(), 0.0);
    for (const ItemId anchor : probe.anchors) {
      const float* row = scores_->dense.data() + static_cast<size_t>(Index(anchor)) * scores_->stride;
      double* sum = sums_.data();
      for (uint32_t block = 0; block < scores_->stride; block += kLane, row += kLane, sum += kLane) {
        for (uint32_t lane = 0; lane < kLane; ++lane) sum[lane] += row[lane];
      }
    }
    for (const ItemId item : probe.excluded) sums_[Index(item)] = 0;
    for (uint32_t item = 0; item < scores_->stride; ++item) best_.Offer(ItemId{item}, sums_[item]);
    best_.Take(ranked);
  }

 private:
  std::shared_ptr<const PlainScores> scores_;
  std::vector<double> sums_;
  Best best_;
};

class PopularityRanker : public Ranker {
 public:
  explicit PopularityRanker(std::shared_ptr<const std::vector<ItemId>> best) : best_(std::move(best)) {}
  void Rank(const ProbeSet&, const Probe& probe, std::vector<ItemId>& ranked) override {
    ranked.clear();
    for (const ItemId item : *best_) {
      if (ranked.size() == kDepth) break;
      if (!std::binary_search(probe.excluded.begin(), probe.excluded.end(), item)) ranked.push_back(item);
    }
  }

 private:
  std::shared_ptr<const std::vector<ItemId>> best_;
};

class PersonalRanker : public Ranker {
 public:
  explicit PersonalRanker(uint32_t items) : sums_(items) {}
  void Rank(const ProbeSet& set, const Probe& probe, std::vector<ItemId>& ranked) override {
    PersonalFrequency(set.PastOf(probe), TrainOptions{}.personal_decay, owned_);
    for (const Owned& owned : owned_) sums_.Add(owned.item, owned.weight);
    sums_.TakeBest(probe.excluded, ranked);
  }

 private:
  ScoreSums sums_;
  std::vector<Owned> owned_;
};

}  // namespace

CoCounts CountTogether(const Units& orders, uint32_t items) {
  CoCounts counts;
  const Csr<ItemId, BasketId> by_item = OrdersByItem(orders, items);
  counts.orders = orders.size();
  counts.support.resize(items);
  std::vector<Row> rows(items);
  tbb::enumerable_thread_specific<std::vector<uint32_t>> tallies(
      [&] { return std::vector<uint32_t>(items, 0); });
  tbb::parallel_for(tbb::blocked_range<uint32_t>(0, items, 16),
                    [&](const tbb::blocked_range<uint32_t>& range) {
                      for (uint32_t item = range.begin(); item < range.end(); ++item) {
                        counts.support[item] = static_cast<uint32_t>(by_item[ItemId{item}].size());
                        rows[item] = CountRow(orders, by_item, ItemId{item}, tallies.local());
                      }
                    });
  counts.offsets.assign(1, 0);
  for (Row& row : rows) {
    for (const auto& [item, together] : row) {
      counts.items.push_back(item);
      counts.together.push_back(together);
    }
    counts.offsets.push_back(counts.items.size());
    Row().swap(row);
  }
  return counts;
}

double PlainScore(Plain measure, uint64_t together, uint64_t anchor, uint64_t item, uint64_t orders) {
  const auto c = static_cast<double>(together);
  const auto a = static_cast<double>(anchor);
  const auto i = static_cast<double>(item);
  switch (measure) {
    case Plain::kCount:
      return c;
    case Plain::kConfidence:
      return c / a;
    case Plain::kCosine:
      return c / std::sqrt(a * i);
    case Plain::kJaccard:
      return c / (a + i - c);
    // The sign is decided in integers: near independence the ratio cancels to a tiny positive number.
    case Plain::kLlr:
      return together * orders > anchor * item ? LogLikelihoodRatio(together, anchor, item, orders) : 0;
  }
  return 0;
}

Method PlainMethod(Plain measure, std::shared_ptr<const CoCounts> counts) {
  constexpr std::string_view kNames[] = {"count", "confidence", "cosine", "jaccard", "llr"};
  const auto items = static_cast<uint32_t>(counts->support.size());
  auto scores = std::make_shared<PlainScores>();
  scores->counts = counts;
  const bool dense = items <= kMaxDenseItems;
  if (dense) {
    scores->stride = (items + kLane - 1) / kLane * kLane;
    scores->dense.assign(static_cast<size_t>(items) * scores->stride, 0);
  } else {
    scores->cells.resize(counts->items.size());
  }
  tbb::parallel_for(
      tbb::blocked_range<uint32_t>(0, items, 64), [&](const tbb::blocked_range<uint32_t>& range) {
        for (uint32_t anchor = range.begin(); anchor < range.end(); ++anchor) {
          for (uint64_t cell = counts->offsets[anchor]; cell < counts->offsets[anchor + 1]; ++cell) {
            const uint32_t item = Index(counts->items[cell]);
            const auto score =
                static_cast<float>(PlainScore(measure, counts->together[cell], counts->support[anchor],
                                              counts->support[item], counts->orders));
            (dense ? scores->dense[static_cast<size_t>(anchor) * scores->stride + item]
                   : scores->cells[cell]) = score;
          }
        }
      });
  std::shared_ptr<const PlainScores> shared = std::move(scores);
  return {std::string(kNames[static_cast<size_t>(measure)]), [shared, dense]() -> std::unique_ptr<Ranker> {
            if (dense) return std::make_unique<DenseRanker>(shared);
            return std::make_unique<SparseRanker>(shared);
          }};
}

Method PopularityMethod(const History& known) {
  std::vector<uint32_t> support(known.items(), 0);
  for (const ItemId item : known.orders().by_unit.values) ++support[Index(item)];
  auto best = std::make_shared<std::vector<ItemId>>();
  for (uint32_t item = 0; item < known.items(); ++item) {
    if (support[item] > 0) best->push_back(ItemId{item});
  }
  std::stable_sort(best->begin(), best->end(),
                   [&](ItemId a, ItemId b) { return support[Index(a)] > support[Index(b)]; });
  return {"popularity", [best = std::shared_ptr<const std::vector<ItemId>>(best)] {
            return std::make_unique<PopularityRanker>(best);
          }};
}

Method PersonalMethod(const History& known) {
  return {"personal", [items = known.items()] { return std::make_unique<PersonalRanker>(items); }};
}

}  // namespace awase
