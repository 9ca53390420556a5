#include "engine/train/mirror.h"

#include <algorithm>
#include <bit>

#include "engine/kernels/measures.h"
#include "engine/train/memory.h"

namespace awase {
namespace {

// The least of 1, 2 and 4 bytes.
uint32_t BytesFor(uint64_t number) { return number <= 0xff ? 1 : number <= 0xffff ? 2 : 4; }

// Bits of the largest sum of weights of so many units.
uint32_t WeightBits(uint64_t units) {
  return static_cast<uint32_t>(std::bit_width(units * static_cast<uint64_t>(kernels::kWeightScale)));
}

// What a row finds together with another label is at most what it has itself.
kernels::CellLayout LayoutFor(uint64_t units, bool weighs, bool owners_repeat) {
  const uint32_t narrow = BytesFor(units), repeats = owners_repeat ? narrow : 0;
  if (!weighs) return {narrow, 0, repeats};
  const uint32_t shift = WeightBits(units);
  return {shift + std::bit_width(units) <= 32 ? 4u : 8u, shift, repeats};
}

}  // namespace

std::vector<kernels::CellLayout> LayoutsOf(const Population& population, const TrainOptions& options,
                                           uint32_t edge) {
  std::vector<kernels::CellLayout> layouts;
  for (uint32_t first = 0; first < population.columns(); first += edge)
    layouts.push_back(
        LayoutFor(population.VisitCount(first), Weighs(options), population.owners < population.baskets));
  return layouts;
}

bool CellsOverflow(const Population& population, const TrainOptions& options) {
  if (!Weighs(options) || population.columns() == 0) return false;
  const uint64_t units = population.VisitCount(0);
  return WeightBits(units) + std::bit_width(units) > 64;
}

uint64_t MirrorBytes(const Population& population, const TrainOptions& options) {
  return kernels::Mirror::Bytes(kernels::kHotLabels, 1, LayoutsOf(population, options, kernels::kHotLabels));
}

bool MirrorPays(const Population& population, const TrainOptions& options, unsigned threads) {
  // In the time of one label that is added: a visit that only reads bits, and a label's cells.
  constexpr double kSavedAVisit = 10, kLabelCost = 200;
  constexpr uint64_t kFewBytes = 64 << 20, kMostBytesAPurchase = 8;
  if (!population.hot || CellsOverflow(population, options)) return false;
  const uint64_t bytes = MirrorBytes(population, options), purchases = population.visit_offsets.back();
  if (bytes > kFewBytes && bytes > kMostBytesAPurchase * purchases) return false;
  const auto visits = static_cast<double>(population.visit_offsets[kernels::kHotLabels]);
  if (visits * (population.pairs_per_visit + kSavedAVisit) < kLabelCost * population.columns()) return false;
  const TrainSize size{purchases, population.baskets, population.label_of.size()};
  return FitsBeside(HotBytes(population.baskets) + bytes, size, options, threads);
}

kernels::Mirror MakeMirror(const Population& population, const TrainOptions& options) {
  return {kernels::kHotLabels, 1, LayoutsOf(population, options, kernels::kHotLabels)};
}

}  // namespace awase
