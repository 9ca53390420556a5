#include "engine/train/edges.h"

#include <algorithm>
#include <cstring>

namespace awase {
namespace {

// In words: 4 and 64 MB, and 128 KB.
constexpr size_t kSmall = 2 * kHugePage / 4, kSlab = 32 * kHugePage / 4, kReady = 32 << 10;
static_assert(sizeof(kernels::Scored) == 2 * sizeof(uint32_t));

// Of the whole matrix. A row has at most one candidate for each pair that it counts.
size_t MostEdges(const Population& population, size_t most_a_row) {
  const size_t most = population.columns() * most_a_row;
  return population.by_customer ? most : std::min(most, population.pairs - population.visit_offsets.back());
}

}  // namespace

Shelves::Shelves(const Population& population, const TrainOptions& options, size_t most_a_row, size_t run)
    : customers_(!population.by_customer && population.customers_of != population.units_of),
      lags_(options.window_seconds != 0) {
  const size_t all = MostEdges(population, most_a_row);
  slab_ = (all + run) * words();
  huge_ = all * words() > kSmall;
  if (huge_) slab_ = std::min(slab_, kSlab);
}

EdgePlace Shelves::Reserve(size_t most) {
  const size_t needed = most * words();
  if (slabs_.empty() || used_ + needed > slabs_.back().size()) {
    slabs_.emplace_back(std::max(slab_, needed), huge_);
    used_ = ready_ = 0;
  }
  if (!huge_ && used_ + needed > ready_) {
    ready_ = std::min(used_ + std::max(needed, kReady), slabs_.back().size());
    slabs_.back().Populate(used_, ready_);
  }
  return PlaceFor(most);
}

EdgePlace Shelves::Take(size_t most, size_t size) {
  const EdgePlace from = PlaceFor(most), to = PlaceFor(size);
  const auto move = [&](const uint32_t* begin, uint32_t* end) {
    if (begin != nullptr) std::memmove(end, begin, size * sizeof(uint32_t));
  };
  move(from.units, to.units);
  move(from.customers, to.customers);
  move(from.lags, to.lags);
  used_ += (size * words() + 1) / 2 * 2;
  return to;
}

EdgePlace Shelves::PlaceFor(size_t edges) {
  uint32_t* const data = slabs_.back().data() + used_;
  uint32_t* next = data + 2 * edges;
  const auto asked = [&](bool is_asked) { return is_asked ? next += edges : nullptr; };
  uint32_t *const units = next, *const customers = asked(customers_);
  return {reinterpret_cast<kernels::Scored*>(data), units, customers, asked(lags_)};
}

}  // namespace awase
