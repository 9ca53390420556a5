// The units that count, relabelled by popularity, in both orientations: what rows are counted from.
#ifndef AWASE_ENGINE_TRAIN_POPULATION_H_
#define AWASE_ENGINE_TRAIN_POPULATION_H_

#include <cstdint>
#include <vector>

#include "engine/base/time.h"
#include "engine/history/history.h"
#include "engine/train/options.h"

namespace awase {

inline constexpr uint32_t kNoLabel = ~uint32_t{0};

// Labels number the items that occur, the most frequent first (ties: item ascending), so that hot counters
// share cache lines. A basket is a unit of the history; with unit customer several baskets of one owner make
// one counted unit.
struct Population {
  std::vector<uint32_t> item_of;   // by label
  std::vector<uint32_t> label_of;  // by item; kNoLabel when it does not occur
  // Baskets in the order of the history: those of one owner are contiguous, oldest first.
  std::vector<uint64_t> offsets{0};
  std::vector<uint32_t> labels;
  std::vector<uint32_t> weights;          // by basket, fixed point: of the unit that it belongs to
  std::vector<uint32_t> owners;           // by basket: consecutive numbers
  std::vector<UnixSeconds> times;         // by basket
  std::vector<uint32_t> sizes;            // by basket: distinct items of the unit that it belongs to
  std::vector<uint32_t> first_basket{0};  // by owner, one more at the end
  // By label: baskets with it, ascending.
  std::vector<uint64_t> visit_offsets;
  std::vector<uint32_t> visits;
  // By label.
  std::vector<uint64_t> weight_of;     // sum of the weights of the units with it
  std::vector<uint32_t> units_of;      // units with it
  std::vector<uint32_t> customers_of;  // distinct owners with it
  uint64_t all_weight = 0;             // sum of the weights of every unit
  uint64_t units = 0;
  uint64_t skipped_units = 0;
  uint64_t capped_orders = 0;

  uint32_t columns() const { return static_cast<uint32_t>(item_of.size()); }
  uint32_t baskets() const { return static_cast<uint32_t>(weights.size()); }
  uint32_t owner_count() const { return static_cast<uint32_t>(first_basket.size() - 1); }
};

// Weight of a unit with `size` distinct items whose newest line is `age_seconds` older than the newest of the
// data: fixed point with scale 2^16, rounded to nearest, at least 1 (QUALITY: w_u = max(size - 1, 1)^-g
// 2^(-age / h)).
uint32_t UnitWeight(const TrainOptions& options, uint32_t size, uint32_t age_seconds);

// Options must be valid.
Population BuildPopulation(const Units& units, uint32_t items, UnixSeconds newest,
                           const TrainOptions& options);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_POPULATION_H_
