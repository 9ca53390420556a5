#include "engine/train/neighbours.h"

#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <span>

#include "engine/kernels/measures.h"

namespace awase {
namespace {

using kernels::Anchor;
using kernels::MeasureSpec;
using kernels::SizeClass;

struct Kept {
  float rank;
  uint32_t item;  // of the history
  uint32_t label;
};

// Counters of one row and what is kept of it; one per thread, zero between rows.
struct Row {
  explicit Row(uint32_t columns)
      : weight(columns), units(columns), customers(columns), stamp(columns, kNoLabel), slot(columns) {}
  std::vector<uint64_t> weight;
  std::vector<uint32_t> units, customers, stamp;
  std::vector<uint32_t> touched;
  std::vector<Kept> kept;
  std::vector<SizeClass> sizes;
  std::vector<uint32_t> slot;  // by label: 1 + position in kept
  std::vector<std::vector<uint32_t>> lags;
  std::vector<uint32_t> nearest;
  uint64_t pairs = 0;
};

MeasureSpec SpecOf(const TrainOptions& options) {
  static constexpr kernels::Association kAssociation[] = {
      kernels::Association::kJaccard, kernels::Association::kLlr,  kernels::Association::kConfidence,
      kernels::Association::kCosine,  kernels::Association::kLift, kernels::Association::kExpected,
      kernels::Association::kCount};
  return {kAssociation[static_cast<size_t>(options.measure)], options.power, options.cosine_a,
          options.cosine_b};
}

// Calls visit(basket, lag) for the baskets of one owner that hold candidates for purchases in `visits`
// (baskets of that owner, ascending): each basket once, with the smallest lag in seconds.
template <class Visit>
void ForEachInWindow(const Population& p, const TrainOptions& options, std::span<const uint32_t> visits,
                     const Visit& visit) {
  if (options.window_seconds == 0) {
    for (const uint32_t b : visits) visit(b, 0u);
    return;
  }
  const uint32_t owner = p.owners[visits[0]];
  for (uint32_t b = p.first_basket[owner]; b < p.first_basket[owner + 1]; ++b) {
    uint32_t best = kNoLag;
    for (const uint32_t v : visits) {
      const bool after = p.times[b] > p.times[v], before = p.times[b] < p.times[v];
      if (options.direction == Direction::kAfter && !after) continue;
      if (options.direction == Direction::kBefore && !before) continue;
      best = std::min(best, before ? p.times[v] - p.times[b] : p.times[b] - p.times[v]);
    }
    if (best <= options.window_seconds && best != kNoLag) visit(b, best);
  }
}

class RowCounter {
 public:
  RowCounter(const Population& population, const TrainOptions& options)
      : p_(population),
        options_(options),
        spec_(SpecOf(options)),
        by_customer_(options.unit == CountingUnit::kCustomer) {
    uint64_t purchases = 0;
    for (const uint64_t m : p_.weight_of) purchases += m;
    for (const uint64_t m : p_.weight_of) {
      factor_.push_back(kernels::FactorOf(spec_, m));
      term_.push_back(kernels::TermOf(spec_, m, p_.all_weight, purchases));
    }
  }

  // Appends the edges of the item with this label.
  void Build(uint32_t label, Row& row, std::vector<Edge>& edges, std::vector<EdgeEvidence>& evidence) const {
    Count(label, row);
    Keep(label, row);
    const bool lagged = options_.window_seconds != 0;
    if (lagged) MeasureLags(label, row);
    for (size_t k = 0; k < row.kept.size(); ++k) {
      const Kept& kept = row.kept[k];
      edges.push_back({kept.item, kept.rank});
      evidence.push_back(
          {row.units[kept.label], row.customers[kept.label], lagged ? row.lags[k][0] : kNoLag, 0});
    }
    for (const uint32_t j : row.touched) {
      row.weight[j] = 0;
      row.units[j] = row.customers[j] = 0;
      row.stamp[j] = kNoLabel;
    }
    row.touched.clear();
  }

 private:
  std::span<const uint32_t> VisitsOf(uint32_t label) const {
    return {p_.visits.data() + p_.visit_offsets[label], p_.visits.data() + p_.visit_offsets[label + 1]};
  }

  // Calls visit(visits of one owner) in order.
  template <class Visit>
  void ForEachOwner(uint32_t label, const Visit& visit) const {
    const std::span<const uint32_t> visits = VisitsOf(label);
    for (size_t begin = 0; begin < visits.size();) {
      size_t end = begin + 1;
      while (end < visits.size() && p_.owners[visits[end]] == p_.owners[visits[begin]]) ++end;
      visit(visits.subspan(begin, end - begin));
      begin = end;
    }
  }

  void Count(uint32_t label, Row& row) const {
    ForEachOwner(label, [&](std::span<const uint32_t> visits) {
      const uint32_t owner = p_.owners[visits[0]];
      ForEachInWindow(p_, options_, visits, [&](uint32_t b, uint32_t) {
        const uint32_t weight = p_.weights[b];
        row.pairs += p_.offsets[b + 1] - p_.offsets[b];
        for (uint64_t at = p_.offsets[b]; at < p_.offsets[b + 1]; ++at) {
          const uint32_t j = p_.labels[at];
          if (row.units[j] == 0) row.touched.push_back(j);
          const bool first_of_owner = row.stamp[j] != owner;
          row.stamp[j] = owner;
          row.customers[j] += first_of_owner;
          if (by_customer_ && !first_of_owner) continue;
          row.weight[j] += weight;
          ++row.units[j];
        }
      });
    });
  }

  void Keep(uint32_t label, Row& row) const {
    row.sizes.clear();
    if (spec_.association == kernels::Association::kExpected) CountSizes(label, row);
    const Anchor anchor = kernels::AnchorOf(p_.weight_of[label], p_.all_weight, row.sizes);
    row.kept.clear();
    for (const uint32_t j : row.touched) {
      if (j == label || row.customers[j] < options_.min_support) continue;
      const float rank = kernels::Rank(spec_, anchor, row.weight[j], p_.weight_of[j], factor_[j], term_[j]);
      if (rank > 0) row.kept.push_back({rank, p_.item_of[j], j});
    }
    const auto better = [](const Kept& a, const Kept& b) {
      return a.rank != b.rank ? a.rank > b.rank : a.item < b.item;
    };
    if (row.kept.size() > options_.top_n) {
      std::nth_element(row.kept.begin(), row.kept.begin() + options_.top_n, row.kept.end(), better);
      row.kept.resize(options_.top_n);
    }
    for (Kept& kept : row.kept) kept.rank = kernels::Score(spec_, anchor, kept.rank);
    std::sort(row.kept.begin(), row.kept.end(), better);
  }

  // Units with the anchor by their number of other items.
  void CountSizes(uint32_t label, Row& row) const {
    ForEachOwner(label, [&](std::span<const uint32_t> visits) {
      for (const uint32_t b : visits) {
        row.sizes.push_back({p_.sizes[b] - 1, static_cast<double>(p_.weights[b]) / kernels::kWeightScale});
        if (by_customer_) break;
      }
    });
    std::stable_sort(row.sizes.begin(), row.sizes.end(),
                     [](const SizeClass& a, const SizeClass& b) { return a.others < b.others; });
    size_t last = 0;
    for (size_t s = 1; s < row.sizes.size(); ++s) {
      if (row.sizes[s].others == row.sizes[last].others) {
        row.sizes[last].weight += row.sizes[s].weight;  // exact: multiples of 2^-16 far below 2^36
      } else {
        row.sizes[++last] = row.sizes[s];
      }
    }
    if (!row.sizes.empty()) row.sizes.resize(last + 1);
  }

  // Lower median over owners of the smallest lag, left in lags[k][0].
  void MeasureLags(uint32_t label, Row& row) const {
    row.lags.assign(row.kept.size(), {});
    row.nearest.assign(row.kept.size(), kNoLag);
    for (size_t k = 0; k < row.kept.size(); ++k) row.slot[row.kept[k].label] = static_cast<uint32_t>(k + 1);
    std::vector<uint32_t> met;
    ForEachOwner(label, [&](std::span<const uint32_t> visits) {
      met.clear();
      ForEachInWindow(p_, options_, visits, [&](uint32_t b, uint32_t lag) {
        for (uint64_t at = p_.offsets[b]; at < p_.offsets[b + 1]; ++at) {
          const uint32_t k = row.slot[p_.labels[at]];
          if (k == 0) continue;
          if (row.nearest[k - 1] == kNoLag) met.push_back(k - 1);
          row.nearest[k - 1] = std::min(row.nearest[k - 1], lag);
        }
      });
      for (const uint32_t k : met) {
        row.lags[k].push_back(row.nearest[k]);
        row.nearest[k] = kNoLag;
      }
    });
    for (size_t k = 0; k < row.kept.size(); ++k) {
      const auto median = row.lags[k].begin() + (row.lags[k].size() - 1) / 2;
      std::nth_element(row.lags[k].begin(), median, row.lags[k].end());
      row.lags[k][0] = *median;
      row.slot[row.kept[k].label] = 0;
    }
  }

  const Population& p_;
  const TrainOptions& options_;
  const MeasureSpec spec_;
  const bool by_customer_;
  std::vector<float> factor_;
  std::vector<double> term_;
};

}  // namespace

Neighbours BuildNeighbours(const Population& population, const TrainOptions& options,
                           const Progress& progress) {
  struct Piece {
    std::vector<Edge> edges;
    std::vector<EdgeEvidence> evidence;
    std::vector<uint32_t> row_sizes;
  };
  constexpr uint32_t kRowsPerPiece = 256;
  const auto items = static_cast<uint32_t>(population.label_of.size());
  const RowCounter counter(population, options);
  std::vector<Piece> pieces((items + kRowsPerPiece - 1) / kRowsPerPiece);
  tbb::enumerable_thread_specific<Row> rows([&] { return Row(population.columns()); });
  std::atomic<uint32_t> done = 0;
  std::mutex reporting;
  tbb::parallel_for(
      tbb::blocked_range<uint32_t>(0, static_cast<uint32_t>(pieces.size()), 1),
      [&](const tbb::blocked_range<uint32_t>& range) {
        Row& row = rows.local();
        for (uint32_t piece = range.begin(); piece < range.end(); ++piece) {
          const uint32_t end = std::min(items, (piece + 1) * kRowsPerPiece);
          for (uint32_t item = piece * kRowsPerPiece; item < end; ++item) {
            const size_t before = pieces[piece].edges.size();
            const uint32_t label = population.label_of[item];
            if (label != kNoLabel) counter.Build(label, row, pieces[piece].edges, pieces[piece].evidence);
            pieces[piece].row_sizes.push_back(static_cast<uint32_t>(pieces[piece].edges.size() - before));
          }
          const uint32_t pieces_done = ++done;
          if (progress && reporting.try_lock()) {
            progress("count", uint64_t{pieces_done} * kRowsPerPiece, items);
            reporting.unlock();
          }
        }
      });

  Neighbours neighbours;
  neighbours.offsets.reserve(size_t{items} + 1);
  for (Piece& piece : pieces) {
    for (const uint32_t size : piece.row_sizes)
      neighbours.offsets.push_back(neighbours.offsets.back() + size);
    neighbours.edges.insert(neighbours.edges.end(), piece.edges.begin(), piece.edges.end());
    neighbours.evidence.insert(neighbours.evidence.end(), piece.evidence.begin(), piece.evidence.end());
    piece = {};
  }
  for (const Row& row : rows) neighbours.pairs_counted += row.pairs;
  return neighbours;
}

}  // namespace awase
