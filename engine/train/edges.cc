#include "engine/train/edges.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace awase {
namespace {

// In words: 4 and 64 MB, 128 KB and a piece.
constexpr size_t kSmall = 2 * kHugePage / 4, kSlab = 32 * kHugePage / 4, kReady = 32 << 10,
                 kPiece = SpentVisits::kPieceBytes / 4;
static_assert(sizeof(kernels::Scored) == 2 * sizeof(uint32_t));

// Of the whole matrix. A row has at most one candidate for each pair that it counts.
size_t MostEdges(const Population& population, size_t most_a_row) {
  const size_t most = population.columns() * most_a_row;
  return population.by_customer ? most : std::min(most, population.pairs - population.visit_offsets.back());
}

// Writes counts in `width` bytes each; they may stand at `to` or behind it. Returns what is behind them.
char* Narrow(const uint32_t* counts, size_t size, uint32_t width, char* to) {
  if (width == 4) {
    std::memmove(to, counts, size * sizeof(uint32_t));
    return to + size * sizeof(uint32_t);
  }
  if (width == 2) {
    for (size_t k = 0; k < size; ++k) {
      const auto count = static_cast<uint16_t>(counts[k]);
      std::memcpy(to + 2 * k, &count, sizeof count);
    }
    return to + 2 * size;
  }
  for (size_t k = 0; k < size; ++k) to[k] = static_cast<char>(counts[k]);
  return to + size;
}

}  // namespace

void SpentVisits::SpendTo(uint64_t end) {
  const std::lock_guard lock(mutex_);
  spent_ = end;
}

uint32_t* SpentVisits::Take(size_t words) {
  if (visits_ == nullptr) return nullptr;
  const std::lock_guard lock(mutex_);
  if (spent_ < taken_ + words || visits_->size() < taken_ + words) return nullptr;
  return visits_->data() + std::exchange(taken_, taken_ + words);
}

std::optional<EdgeSlab> SpentVisits::Leave() {
  if (visits_ == nullptr) return std::nullopt;
  EdgeSlab slab = std::exchange(*visits_, {});
  if (taken_ == 0) return std::nullopt;
  slab.Release(taken_, slab.size());
  return slab;
}

Shelves::Shelves(const Population& population, const TrainOptions& options, size_t most_a_row, size_t run,
                 SpentVisits& spent)
    : customers_(!population.by_customer && population.customers_of != population.units_of),
      lags_(options.window_seconds != 0),
      spent_(spent) {
  const size_t all = MostEdges(population, most_a_row);
  slab_ = (all + run) * words();
  huge_ = all * words() > kSmall;
  if (huge_) slab_ = std::min(slab_, kSlab);
}

EdgePlace Shelves::Reserve(size_t most) {
  const size_t needed = (most * words() + 1) / 2 * 2;
  if (FitsSpent(needed)) {
    shelf_ = &in_spent_;
  } else {
    FitSlab(needed);
    shelf_ = &in_slab_;
  }
  return PlaceFor(most);
}

bool Shelves::FitsSpent(size_t needed) {
  if (needed <= in_spent_.left) return true;
  const size_t piece = std::max(needed, kPiece);
  uint32_t* const room = spent_.Take(piece);
  if (room == nullptr) return false;
  const bool follows = in_spent_.next + in_spent_.left == room;
  in_spent_ = follows ? Shelf{in_spent_.next, in_spent_.left + piece} : Shelf{room, piece};
  return true;
}

void Shelves::FitSlab(size_t needed) {
  if (needed > in_slab_.left) {
    EdgeSlab& slab = slabs_.emplace_back(std::max(slab_, needed), huge_);
    in_slab_ = {slab.data(), slab.size()};
    ready_ = 0;
  }
  if (huge_ || needed <= ready_) return;
  const size_t used = slabs_.back().size() - in_slab_.left;
  ready_ = std::min(std::max(needed, kReady), in_slab_.left);
  slabs_.back().Populate(used, used + ready_);
}

EdgeRun Shelves::Take(size_t most, size_t size, uint32_t largest) {
  const EdgePlace from = PlaceFor(most);
  EdgeRun run;
  run.scored = from.scored;
  run.width = largest <= 0xff ? 1 : largest <= 0xffff ? 2 : 4;
  // What is moved stands behind where it goes.
  auto* next = reinterpret_cast<char*>(from.scored + size);
  run.counted = next;
  next = Narrow(from.units, size, run.width, next);
  run.owners = run.counted;
  if (from.customers != nullptr) {
    run.owners = next;
    next = Narrow(from.customers, size, run.width, next);
  }
  if (from.lags != nullptr) {
    next += -reinterpret_cast<uintptr_t>(next) % sizeof(uint32_t);
    run.lags = reinterpret_cast<uint32_t*>(next);
    std::memmove(next, from.lags, size * sizeof(uint32_t));
    next += size * sizeof(uint32_t);
  }
  const size_t bytes = static_cast<size_t>(next - reinterpret_cast<char*>(from.scored));
  const size_t filled = (bytes + sizeof(kernels::Scored) - 1) / sizeof(kernels::Scored) * 2;
  shelf_->next += filled;
  shelf_->left -= filled;
  if (shelf_ == &in_slab_) ready_ -= std::min(ready_, filled);
  return run;
}

EdgePlace Shelves::PlaceFor(size_t edges) const {
  uint32_t* const data = shelf_->next;
  uint32_t* next = data + 2 * edges;
  const auto asked = [&](bool is_asked) { return is_asked ? next += edges : nullptr; };
  uint32_t *const units = next, *const customers = asked(customers_);
  return {reinterpret_cast<kernels::Scored*>(data), units, customers, asked(lags_)};
}

}  // namespace awase
