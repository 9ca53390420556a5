// Edges while rows are made: arrays beside each other, in slabs that each thread fills run after run.
#ifndef AWASE_ENGINE_TRAIN_EDGES_H_
#define AWASE_ENGINE_TRAIN_EDGES_H_

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/base/buffer.h"
#include "engine/kernels/row.h"
#include "engine/train/options.h"
#include "engine/train/population.h"

namespace awase {

// Where edges are made. Null: customers where they are the units, lags without a window.
struct EdgePlace {
  kernels::Scored* scored = nullptr;
  uint32_t *units = nullptr, *customers = nullptr, *lags = nullptr;

  EdgePlace Behind(size_t edges) const {
    const auto behind = [&](auto* array) { return array == nullptr ? nullptr : array + edges; };
    return {behind(scored), behind(units), behind(customers), behind(lags)};
  }
};

// Edges as they stay: counts in as few bytes as the largest of them may need.
struct EdgeRun {
  const kernels::Scored* scored = nullptr;
  const uint32_t* lags = nullptr;  // null without a window
  const void *counted = nullptr, *owners = nullptr;
  uint32_t width = 4;  // 1, 2 or 4

  uint32_t units(size_t edge) const { return At(counted, edge); }
  uint32_t customers(size_t edge) const { return At(owners, edge); }

 private:
  uint32_t At(const void* counts, size_t edge) const {
    if (width == 1) return static_cast<const uint8_t*>(counts)[edge];
    if (width == 2) return static_cast<const uint16_t*>(counts)[edge];
    return static_cast<const uint32_t*>(counts)[edge];
  }
};

// Room for edges: run after run, the arrays of each behind each other.
using EdgeSlab = Buffer<uint32_t>;

// Visits that are not read again: room for edges, of which a large shop has about as many bytes. What lies
// there need not be cleared by the kernel first. For all threads.
class SpentVisits {
 public:
  static constexpr size_t kPieceBytes = size_t{2} << 20;  // that a thread takes at once

  // Null: none are spent.
  explicit SpentVisits(Buffer<uint32_t>* visits) : visits_(visits) {}
  // Those before `end` are spent.
  void SpendTo(uint64_t end);
  // Room for so many words; null while there is not enough.
  uint32_t* Take(size_t words);
  // The visits, if anything lies there; pages that are not needed are given back.
  std::optional<EdgeSlab> Leave();

 private:
  Buffer<uint32_t>* const visits_;
  std::mutex mutex_;
  uint64_t spent_ = 0, taken_ = 0;
};

// Where one thread puts its edges: in spent visits, else in slabs of which as much is touched as is filled. A
// large matrix lies on huge pages, whose clearing costs a third; those of a small one would stay half empty,
// so its pages are asked for some at a time, which costs half of one after the other.
class Shelves {
 public:
  // `most_a_row`: edges of a row, at most; `run`: those that a run has room for.
  Shelves(const Population& population, const TrainOptions& options, size_t most_a_row, size_t run,
          SpentVisits& spent);

  // Room for `most` edges behind each other, until they are taken.
  EdgePlace Reserve(size_t most);
  // Moves so many edges, of the room for `most`, together. No count is above `largest`.
  EdgeRun Take(size_t most, size_t size, uint32_t largest);
  std::vector<EdgeSlab>& slabs() { return slabs_; }

 private:
  size_t words() const { return size_t{3} + customers_ + lags_; }  // an edge's
  EdgePlace PlaceFor(size_t edges) const;
  bool FitsSpent(size_t needed);
  void FitSlab(size_t needed);

  // Words from `next` on.
  struct Shelf {
    uint32_t* next = nullptr;
    size_t left = 0;
  };
  const bool customers_, lags_;
  SpentVisits& spent_;
  size_t slab_;  // words
  bool huge_;
  std::vector<EdgeSlab> slabs_;
  size_t ready_ = 0;          // of the last slab: words populated, from `next` on
  Shelf in_spent_, in_slab_;  // of the last piece and the last slab
  Shelf* shelf_ = nullptr;    // where room is reserved
};

}  // namespace awase

#endif  // AWASE_ENGINE_TRAIN_EDGES_H_
