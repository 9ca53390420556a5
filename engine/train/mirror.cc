#include "engine/train/mirror.h"

#include <algorithm>
#include <bit>

#include "engine/train/memory.h"

namespace awase {
namespace {

// Bits of the largest number of units, and of the largest sum of weights, of a hot label.
struct CellBits {
  uint32_t units, weight;
};
CellBits BitsOf(const Population& population, const TrainOptions& options) {
  const auto largest = [](const auto& values) {
    return static_cast<uint32_t>(
        std::bit_width(*std::max_element(values.begin(), values.begin() + kernels::kHotLabels)));
  };
  const uint32_t units = largest(population.units_of);
  return {units, Weighs(options) ? largest(population.weight_of) : units};
}

kernels::MirrorLayout LayoutOf(const Population& population, const TrainOptions& options) {
  const bool owners_repeat = population.customers_of != population.units_of;
  if (owners_repeat || Weighs(options)) return {8, BitsOf(population, options).weight, owners_repeat};
  // Units with a hot and another label are at most those with the other, of which this has the most.
  return {population.units_of[kernels::kHotLabels] <= 0xffff ? 2u : 4u};
}

}  // namespace

uint64_t MirrorBytes(const Population& population, const TrainOptions& options) {
  return kernels::Mirror::Bytes(population.columns(), LayoutOf(population, options));
}

bool MirrorPays(const Population& population, const TrainOptions& options, unsigned threads) {
  // In the time of one label that is added: a visit that only reads bits, and a label's cells.
  constexpr double kSavedAVisit = 10, kLabelCost = 200;
  constexpr uint64_t kFewBytes = 64 << 20, kMostBytesAPurchase = 8;
  if (!population.hot) return false;
  const uint64_t bytes = MirrorBytes(population, options), purchases = population.visit_offsets.back();
  if (bytes > kFewBytes && bytes > kMostBytesAPurchase * purchases) return false;
  const CellBits bits = BitsOf(population, options);
  if (bits.weight + bits.units > 64) return false;
  const auto visits = static_cast<double>(population.visit_offsets[kernels::kHotLabels]);
  if (visits * (population.pairs_per_visit + kSavedAVisit) < kLabelCost * population.columns()) return false;
  const TrainSize size{purchases, population.baskets, population.label_of.size()};
  return FitsBeside(HotBytes(population.baskets) + bytes, size, options, threads);
}

kernels::Mirror MakeMirror(const Population& population, const TrainOptions& options) {
  return {population.columns(), LayoutOf(population, options)};
}

}  // namespace awase
