#include "engine/train/rows.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <chrono>
#include <span>

#include "engine/train/bitmaps.h"
#include "engine/train/mirror.h"

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
  factor_.reserve(population.columns());
  for (const uint64_t m : population.weight_of) {
    factor_.push_back(kernels::FactorOf(spec, m));
    if (terms) term_.push_back(kernels::TermOf(spec, m, population.all_weight, purchases));
  }
  matrix_.stream = population.stream.data();
  matrix_.weight = population.weight_of;
  matrix_.factor = factor_;
  matrix_.term = term_;
  matrix_.item_of = population.item_of;
  matrix_.spec = spec;
  matrix_.min_customers = options.min_support;
  matrix_.uniform = !Weighs(options);
  matrix_.hot = population.hot;
  if (BitsPay(population, options, threads)) {
    bitmaps_ = MakeBitmaps(population);
    matrix_.bitmaps = &bitmaps_;
  }
  // Rows counted by bits would leave nothing in it.
  if (matrix_.bitmaps == nullptr && MirrorPays(population, options, threads)) {
    mirror_ = MakeMirror(population, options);
    matrix_.mirror = &mirror_;
  }
}

void Rows::TurnMirror() {
  tbb::parallel_for(uint32_t{0}, mirror_.blocks(), [&](uint32_t block) { mirror_.Turn(block); });
}

uint32_t Rows::Make(uint32_t label, RowBench& bench, const EdgePlace& to) const {
  if (population_.customers_of[label] < options_.min_support) {
    if (hot_last() && label >= kernels::kHotLabels) matrix_.mirror->Skip(label);
    return 0;
  }
  kernels::RowPlan plan;
  plan.label = label;
  plan.units = population_.units_of[label];
  plan.once_per_owner = population_.by_customer;
  std::span<const uint32_t> visits = population_.VisitsOf(label);
  if (population_.by_customer) {
    FindWindowVisits(population_, options_, label, bench.window);
    visits = bench.window.visits;
    plan.pairs = bench.window.pairs;
    plan.owners_repeat = bench.window.owners_repeat;
  } else {
    plan.pairs = static_cast<uint64_t>(population_.pairs_per_visit * static_cast<double>(visits.size()));
    plan.owners_repeat = population_.customers_of[label] < population_.units_of[label];
  }
  bench.pairs += plan.pairs;
  return KeepTimed(plan, visits, bench, to);
}

void Rows::FetchAhead(uint32_t next, uint32_t then) const {
  if (then != kNoLabel) {
    __builtin_prefetch(&population_.visit_offsets[then]);
    __builtin_prefetch(&population_.units_of[then]);
    __builtin_prefetch(&population_.customers_of[then]);
    __builtin_prefetch(&population_.weight_of[then]);
    __builtin_prefetch(population_.VisitsOf(then).data());
  }
  if (next == kNoLabel || population_.by_customer) return;
  const std::span<const uint32_t> visits = population_.VisitsOf(next);
  for (const uint32_t visit : visits.first(std::min(visits.size(), kernels::kFirstAhead))) {
    __builtin_prefetch(&population_.stream[visit & ~kernels::kSameOwner]);
  }
}

uint32_t Rows::KeepTimed(const kernels::RowPlan& plan, std::span<const uint32_t> visits, RowBench& bench,
                         const EdgePlace& to) const {
  using Clock = std::chrono::steady_clock;
  const bool small = plan.pairs < kSmallRow;
  const bool timed = !small || plan.label % kTimedShare == 0;
  if (matrix_.spec.association == Association::kExpected) CountSizes(plan.label, bench.sizes);
  const kernels::Anchor anchor =
      kernels::AnchorOf(matrix_.spec, population_.weight_of[plan.label], population_.all_weight, bench.sizes);
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
