#include "engine/train/rows.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <span>

#include "engine/train/bitmaps.h"
#include "engine/train/mirror.h"
#include "engine/train/pairs.h"
#include "engine/train/squares.h"

namespace awase {
namespace {

using kernels::Association;
using kernels::SizeClass;

kernels::MeasureSpec SpecOf(const TrainOptions& options) {
  static constexpr Association kAssociation[] = {
      Association::kJaccard, Association::kLlr,      Association::kConfidence, Association::kCosine,
      Association::kLift,    Association::kExpected, Association::kCount};
  return {kAssociation[static_cast<size_t>(options.measure)], options.power, options.cosine_a,
          options.cosine_b};
}

// Rows below this are timed one in kTimedShare.
constexpr uint64_t kSmallRow = 8192;
constexpr uint32_t kTimedShare = 64;

}  // namespace

Rows::Rows(const Population& population, const TrainOptions& options, unsigned threads)
    : population_(population), options_(options) {
  const kernels::MeasureSpec spec = SpecOf(options);
  uint64_t purchases = 0;
  for (const uint64_t m : population.weight_of) purchases += m;
  const bool terms = spec.association == Association::kLlr || spec.association == Association::kExpected;
  factor_.resize(population.columns());
  term_.resize(terms ? population.columns() : 0);
  tbb::parallel_for(tbb::blocked_range<uint32_t>(0, population.columns(), 4096), [&](const auto& range) {
    for (uint32_t label = range.begin(); label < range.end(); ++label) {
      const uint64_t m = population.weight_of[label];
      const bool again = label > range.begin() && m == population.weight_of[label - 1];
      factor_[label] = again ? factor_[label - 1] : kernels::FactorOf(spec, m);
      if (terms) term_[label] = kernels::TermOf(spec, m, population.all_weight, purchases);
    }
  });
  matrix_.stream = population.stream.data();
  matrix_.weight = population.weight_of;
  matrix_.factor = factor_;
  matrix_.term = term_;
  matrix_.item_of = population.item_of;
  matrix_.spec = spec;
  matrix_.min_customers = options.min_support;
  matrix_.uniform = !Weighs(options);
  matrix_.hot = population.hot;
  if (population.small.units != nullptr) {
    pairs_ = CountPairs(population, options, threads);
    matrix_.pairs = &pairs_;
  } else if (population.square_chunks > 0) {
    mirror_ = CountSquares(population, options, threads);
    matrix_.mirror = &mirror_;
  } else if (BitsPay(population, options, threads)) {
    bitmaps_ = MakeBitmaps(population);
    matrix_.bitmaps = &bitmaps_;
  } else if (MirrorPays(population, options, threads)) {
    mirror_ = MakeMirror(population, options);
    tbb::parallel_for(size_t{0}, mirror_.pages(), [&](size_t page) { mirror_.TouchPage(page); });
    matrix_.mirror = &mirror_;
    CountHotLines(threads);
  }
}

void Rows::CountHotLines(unsigned threads) {
  std::atomic<uint32_t> next = 0;
  tbb::parallel_for(0u, threads, [&](unsigned) {
    kernels::RowScratch scratch(kernels::kHotLabels);
    for (uint32_t label; (label = next++) < kernels::kHotLabels;)
      kernels::CountHotLine(matrix_, PlanOf(label), population_.VisitsOf(label), scratch);
    LeaveRows();
  });
}

// Rows that are not hot in a mirror, then its blocks from the last to the first, which takes from all others.
uint32_t Rows::phases() const { return 1 + mirror_.hot(); }

std::pair<uint32_t, uint32_t> Rows::LabelsOf(uint32_t phase) const {
  const uint32_t hot = std::min(mirror_.hot_labels(), population_.columns()), edge = mirror_.edge();
  if (phase == 0) return {hot, population_.columns()};
  const uint32_t block = mirror_.hot() - phase;
  return {block * edge, std::min((block + 1) * edge, hot)};
}

void Rows::EndPhase(uint32_t phase) {
  const uint32_t hot = mirror_.hot();
  if (hot == 0 || phase == hot) return;  // there is no later block than the first
  const uint32_t begin = phase == 0 ? hot : hot - phase, end = phase == 0 ? mirror_.block_rows() : begin + 1;
  const uint32_t squares = std::min(begin, hot);  // a hot row has taken its own block as it is
  tbb::parallel_for(uint32_t{0}, (end - begin) * squares,
                    [&](uint32_t k) { mirror_.Turn(begin + k / squares, k % squares); });
}

// Customers within a window are only known once their baskets are looked at.
kernels::RowPlan Rows::PlanOf(uint32_t label) const {
  kernels::RowPlan plan;
  plan.label = label;
  plan.units = population_.units_of[label];
  plan.once_per_owner = population_.by_customer;
  if (population_.by_customer) return plan;
  plan.pairs =
      static_cast<uint64_t>(population_.pairs_per_visit * static_cast<double>(population_.VisitCount(label)));
  plan.ahead = static_cast<uint32_t>(std::min<uint64_t>(
      population_.visit_offsets.back() - population_.visit_offsets[label + 1], kernels::kFirstAhead));
  plan.owners_repeat = population_.customers_of[label] < population_.units_of[label];
  return plan;
}

uint32_t Rows::Make(uint32_t label, RowBench& bench, const EdgePlace& to) const {
  if (population_.customers_of[label] < options_.min_support) {
    if (label >= mirror_.hot_labels() && matrix_.mirror != nullptr) matrix_.mirror->Skip(label);
    return 0;
  }
  kernels::RowPlan plan = PlanOf(label);
  std::span<const uint32_t> visits;
  if (matrix_.pairs == nullptr) visits = population_.VisitsOf(label);
  if (population_.by_customer) {
    FindWindowVisits(population_, options_, label, bench.window);
    visits = bench.window.visits;
    plan.pairs = bench.window.pairs;
    plan.owners_repeat = bench.window.owners_repeat;
  }
  bench.pairs += plan.pairs;
  return KeepTimed(plan, visits, bench, to);
}

void Rows::FetchFirst(uint32_t label) const {
  if (matrix_.pairs != nullptr || population_.by_customer || label < mirror_.hot_labels()) return;
  const uint64_t begin = population_.visit_offsets[label];
  const uint64_t end = std::min(begin + kernels::kFirstAhead, population_.visit_offsets.back());
  for (uint64_t v = begin; v < end; ++v)
    __builtin_prefetch(&population_.stream[population_.visits[v] & ~kernels::kSameOwner]);
}

// Many rows that follow each other are of labels of one weight.
const kernels::Anchor& Rows::AnchorOf(uint32_t label, RowBench& bench) const {
  const uint64_t weight = population_.weight_of[label];
  const bool sizes = matrix_.spec.association == Association::kExpected;
  if (sizes) CountSizes(label, bench.sizes);
  if (sizes || bench.anchor.weight != weight)
    bench.anchor = kernels::AnchorOf(matrix_.spec, weight, population_.all_weight, bench.sizes);
  return bench.anchor;
}

uint32_t Rows::KeepTimed(const kernels::RowPlan& plan, std::span<const uint32_t> visits, RowBench& bench,
                         const EdgePlace& to) const {
  using Clock = std::chrono::steady_clock;
  const bool small = plan.pairs < kSmallRow;
  const bool timed = !small || plan.label % kTimedShare == 0;
  const kernels::Anchor& anchor = AnchorOf(plan.label, bench);
  const Clock::time_point start = timed ? Clock::now() : Clock::time_point();
  kernels::CountRow(matrix_, plan, visits, bench.scratch);
  const Clock::time_point counted = timed ? Clock::now() : start;
  const size_t most = std::min<size_t>(options_.top_n, population_.columns());
  const uint32_t kept =
      kernels::KeepRow(matrix_, plan, anchor, bench.scratch, {to.scored, to.units, to.customers, most});
  if (to.lags != nullptr) MeasureLags(population_, bench.window, to, kept, bench.lags);
  if (timed) {
    const double share = small ? kTimedShare : 1;
    bench.count_ns += share * std::chrono::duration<double, std::nano>(counted - start).count();
    bench.score_ns += share * std::chrono::duration<double, std::nano>(Clock::now() - counted).count();
  }
  return kept;
}

// Units with the anchor by their number of other items. Sums are exact: multiples of 2^-16 far below 2^36.
void Rows::CountSizes(uint32_t label, std::vector<SizeClass>& sizes) const {
  sizes.clear();
  uint32_t last_owner = kNoLabel;
  for (const uint32_t visit : population_.VisitsOf(label)) {
    uint32_t position = visit & ~kernels::kSameOwner, size = 0;
    if (population_.by_customer) {
      const uint32_t owner = population_.dated[visit].owner;
      if (owner == last_owner) continue;
      last_owner = owner;
      position = population_.dated[visit].position;
      size = population_.sizes[owner];
    }
    const kernels::BasketView basket = population_.BasketAt(position);
    if (!population_.by_customer) size = basket.size();
    sizes.push_back({size - 1, static_cast<double>(basket.weight()) / kernels::kWeightScale});
  }
  std::sort(sizes.begin(), sizes.end(),
            [](const SizeClass& a, const SizeClass& b) { return a.others < b.others; });
  size_t last = 0;
  for (size_t s = 1; s < sizes.size(); ++s) {
    if (sizes[s].others == sizes[last].others) {
      sizes[last].weight += sizes[s].weight;
    } else {
      sizes[++last] = sizes[s];
    }
  }
  if (!sizes.empty()) sizes.resize(last + 1);
}

}  // namespace awase
