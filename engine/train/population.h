// The units that count, relabelled by popularity, in both orientations: what rows are counted from.
#ifndef AWASE_ENGINE_TRAIN_POPULATION_H_
#define AWASE_ENGINE_TRAIN_POPULATION_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"

#include "engine/base/buffer.h"
#include "engine/base/time.h"
#include "engine/history/history.h"
#include "engine/kernels/row.h"
#include "engine/train/options.h"

namespace awase {

inline constexpr uint32_t kNoLabel = ~uint32_t{0};

// A basket where time matters, in one place: those of one owner follow each other, oldest first.
struct DatedBasket {
  uint32_t position;  // in the stream
  uint32_t owner;
  uint32_t size;
  UnixSeconds time;
};

// Baskets of a small catalogue, which is counted by pairs (pairs.h): their items stay in the history, which
// outlives the population.
struct SmallBaskets {
  struct Basket {
    uint32_t unit;
    uint32_t weight;
  };
  const Units* units = nullptr;  // null: the population has a stream and visits
  std::vector<Basket> baskets;   // of owners with one, by size; then those of others, owner by owner
  std::vector<uint32_t> begins;  // by size: of its baskets; the last: of the others
};

// Labels number the items that occur, the most frequent first (ties: item ascending), so that hot counters
// share cache lines. A basket is a unit of the history; with unit customer several baskets of one owner make
// one counted unit.
struct Population {
  bool by_customer = false;
  std::vector<uint32_t> item_of;   // by label
  std::vector<uint32_t> label_of;  // by item; kNoLabel when it does not occur

  // Baskets as kernels/stream.h has them, in the order of the history: those of one owner follow each other,
  // oldest first.
  Buffer<uint16_t> stream;  // may have room for more
  uint64_t words = 0;       // of the stream, without its slack
  bool hot = false;         // it has its hot labels as bits
  // So many chunks of 512 labels are counted in squares (squares.h); not where hot.
  uint32_t square_chunks = 0;
  uint32_t baskets = 0;
  uint32_t owners = 0;  // distinct owners of baskets

  SmallBaskets small;  // in place of stream and visits

  // By label: baskets with it, ascending. With unit order as kernels' visits, with unit customer as numbers
  // of baskets; where `numbered` as numbers with kernels::kSameOwner.
  std::vector<uint64_t> visit_offsets;
  Buffer<uint32_t> visits;
  bool numbered = false;

  // With unit customer only.
  std::vector<DatedBasket> dated;  // by basket
  std::vector<uint32_t> sizes;     // by owner: distinct items

  // By label.
  std::vector<uint64_t> weight_of;     // sum of the weights of the units with it
  std::vector<uint32_t> units_of;      // units with it
  std::vector<uint32_t> customers_of;  // distinct owners with it
  uint64_t all_weight = 0;             // sum of the weights of every unit
  uint64_t pairs = 0;                  // sum of the squared sizes of the baskets
  double pairs_per_visit = 0;          // mean size of a visited basket
  uint64_t units = 0;
  uint64_t skipped_units = 0;
  uint64_t capped_orders = 0;

  uint32_t columns() const { return static_cast<uint32_t>(item_of.size()); }
  kernels::BasketView BasketAt(uint64_t position) const { return {stream.data() + position, hot}; }
  uint64_t VisitCount(uint32_t label) const { return visit_offsets[label + 1] - visit_offsets[label]; }
  // Not where small.
  std::span<const uint32_t> VisitsOf(uint32_t label) const {
    return {visits.data() + visit_offsets[label], visits.data() + visit_offsets[label + 1]};
  }
};

// Weight of a unit with `size` distinct items whose newest line is `age_seconds` older than the newest of the
// data: fixed point with scale 2^16, rounded to nearest, at least 1 (QUALITY: w_u = max(size - 1, 1)^-g
// 2^(-age / h)).
uint32_t UnitWeight(const TrainOptions& options, uint32_t size, uint32_t age_seconds);

// Runs in the caller's TBB arena with `threads` pieces; for any number the same labels, supports and rows,
// while the positions of baskets differ. Options must be valid. Errors: RESOURCE_EXHAUSTED (2^31 or more
// words of stream; an item in more units than 64-bit counters hold).
absl::StatusOr<Population> BuildPopulation(const Units& units, uint32_t items, UnixSeconds newest,
                                           const TrainOptions& options, unsigned threads);

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_POPULATION_H_
