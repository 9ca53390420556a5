#include "engine/train/bitmaps.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <vector>

#include "engine/train/memory.h"

namespace awase {
namespace {

// Labels added one by one in the time of a line, measured: while the lines stay in a second-level cache, and
// beyond.
constexpr double kLabelsALineNear = 6, kLabelsALineFar = 10;
// And what it takes to make the bits, in the same time: each basket, each of its lines, each purchase.
constexpr double kLabelsABasketMade = 40, kLabelsALineMade = 40, kLabelsAPurchaseMade = 4;
constexpr uint64_t kNearBytes = 4 << 20, kMostBytes = 64 << 20, kMostBytesAPurchase = 24;

uint64_t Chunks(const Population& population) {
  return (population.columns() + kernels::kChunkLabels - 1) / kernels::kChunkLabels;
}

uint64_t LineBytes(const Population& population) {
  return Chunks(population) * (uint64_t{population.baskets} + 1) * kernels::kLineLongs * sizeof(uint64_t);
}

}  // namespace

uint64_t BitmapBytes(const Population& population, unsigned threads) {
  // Lines; the number of each basket by its position, and its position; lists of visits and, where owners
  // repeat, merged lines.
  const uint64_t visits = population.columns() == 0 ? 0 : population.visit_offsets[1];
  return LineBytes(population) + population.words + 8 * uint64_t{population.baskets} +
         threads * visits * (20 + 32);
}

double BitsCost(const Population& population) {
  const double labels_a_line = LineBytes(population) <= kNearBytes ? kLabelsALineNear : kLabelsALineFar;
  const auto chunks = static_cast<double>(Chunks(population));
  const auto purchases = static_cast<double>(population.visit_offsets.back());
  const double made = population.baskets * (kLabelsABasketMade + kLabelsALineMade * chunks) +
                      purchases * kLabelsAPurchaseMade;
  return purchases * labels_a_line * chunks + made;
}

bool BitsPay(const Population& population, const TrainOptions& options, unsigned threads) {
  if (Weighs(options)) return false;
  const uint64_t bytes = LineBytes(population), purchases = population.visit_offsets.back();
  if (BitsCost(population) > static_cast<double>(purchases) * population.pairs_per_visit) return false;
  if (bytes > kNearBytes && (bytes > kMostBytes || bytes > kMostBytesAPurchase * purchases)) return false;
  const TrainSize size{purchases, population.baskets, population.label_of.size()};
  return FitsBeside(BitmapBytes(population, threads), size, options, threads);
}

kernels::Bitmaps MakeBitmaps(const Population& population) {
  kernels::Bitmaps bitmaps;
  bitmaps.baskets = population.baskets;
  bitmaps.chunks = static_cast<uint32_t>(Chunks(population));
  bitmaps.lines = Buffer<uint64_t>(LineBytes(population) / sizeof(uint64_t));
  bitmaps.basket_at = Buffer<uint32_t>(population.words / kernels::kLeastBasket + 1);
  std::vector<uint32_t> positions;
  positions.reserve(population.baskets);
  kernels::ForEachBasket(population.stream.data(), population.words, population.hot,
                         [&](uint64_t at, kernels::BasketView) {
                           const auto number = static_cast<uint32_t>(positions.size());
                           positions.push_back(static_cast<uint32_t>(at));
                           bitmaps.basket_at[at / kernels::kLeastBasket] = number;
                         });
  const size_t stride = (size_t{population.baskets} + 1) * kernels::kLineLongs;  // of a chunk
  tbb::parallel_for(tbb::blocked_range<uint32_t>(0, population.baskets + 1, 1024), [&](const auto& range) {
    for (uint32_t c = 0; c < bitmaps.chunks; ++c) {
      uint64_t* const chunk = bitmaps.lines.data() + c * stride;
      std::fill(chunk + size_t{range.begin()} * kernels::kLineLongs,
                chunk + size_t{range.end()} * kernels::kLineLongs, uint64_t{0});
    }
    for (uint32_t b = range.begin(); b < std::min(range.end(), population.baskets); ++b) {
      uint64_t* const line = bitmaps.lines.data() + size_t{b} * kernels::kLineLongs;
      kernels::ForEachLabel(population.BasketAt(positions[b]), [&](uint32_t label) {
        const uint32_t bit = label % kernels::kChunkLabels;
        line[label / kernels::kChunkLabels * stride + bit / 64] |= uint64_t{1} << (bit % 64);
      });
    }
  });
  return bitmaps;
}

}  // namespace awase
