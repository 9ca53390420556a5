#include "engine/train/pieces.h"

#include <algorithm>
#include <type_traits>

#include "engine/kernels/baskets.h"
#include "engine/kernels/row.h"
#include "engine/kernels/stream.h"
#include "engine/train/runs.h"

namespace awase {
namespace {

// Purchases between the request for the line of a visit and its writing: stores that miss the caches wait for
// each other, requests do not. What says where the visit goes is asked for as long before.
constexpr size_t kAhead = 32;

// Puts the visits of baskets into the lists of their labels. State: a LabelTally, or no more than the place
// of the next visit.
template <class State>
struct VisitWriter {
  static constexpr bool kTallies = std::is_same_v<State, LabelTally>;
  State* states;
  uint32_t* upper_weights;
  uint32_t* visits;

  static uint32_t& NextOf(State& state) {
    if constexpr (kTallies) {
      return state.next;
    } else {
      return state;
    }
  }
  // `labels` of one basket, behind which 2 * kAhead more may be read. What is new to the owner becomes
  // `visit`, what is not `again`, and then weighs `again_weight`.
  void Write(std::span<const uint32_t> labels, uint32_t owner, uint32_t visit, uint32_t again,
             uint32_t weight, uint32_t again_weight) const {
    for (const uint32_t& label : labels) {
      __builtin_prefetch(states + (&label)[2 * kAhead], 1);
      __builtin_prefetch(visits + NextOf(states[(&label)[kAhead]]), 1);
      State& state = states[label];
      bool is_again = false;
      if constexpr (kTallies) {
        is_again = state.last_owner == owner;
        state.last_owner = owner;
        state.repeats += is_again;
        const uint32_t more = is_again ? again_weight : weight;
        state.weight += more;
        if (state.weight < more) [[unlikely]]
          ++upper_weights[label];
      }
      visits[NextOf(state)++] = is_again ? again : visit;
    }
  }
};

// Baskets of one run on their way.
struct Run {
  std::vector<uint32_t> labels;
  std::vector<kernels::PlacedBasket> baskets;
};

// Fills the labels, and some behind them that may be asked for.
void Relabel(std::span<const ItemId> items, const std::vector<uint32_t>& label_of,
             std::vector<uint32_t>& labels) {
  constexpr size_t kSlack = std::max(2 * kAhead, kernels::kLabelSlack);
  if (labels.size() < items.size() + kSlack) labels.resize(items.size() + kSlack);
  for (size_t k = 0; k < items.size(); ++k) labels[k] = label_of[Index(items[k])];
  std::fill_n(labels.begin() + static_cast<int64_t>(items.size()), kSlack, uint32_t{0});
}

template <class State>
void Write(const Units& units, PieceOfBaskets& piece, State* states, Population& p) {
  const VisitWriter<State> writer{states, piece.upper_weights.data(), p.visits.data()};
  const bool numbered = p.by_customer || p.numbered;
  Run run;
  uint64_t free = piece.first_word;
  ForEachRun(units, piece.selected, [&](size_t first, size_t end) {
    Relabel(ItemsOfRun(units, piece.selected[first], piece.selected[end - 1]), p.label_of, run.labels);
    run.baskets.clear();
    for (const Selected& chosen : piece.selected.subspan(first, end - first))
      run.baskets.push_back({0, chosen.size, chosen.less + 1u});
    free = kernels::WriteBaskets(run.baskets, run.labels.data(), p.hot, free, p.stream.data());
    const uint32_t* labels = run.labels.data();
    for (size_t s = first; s < end; ++s) {
      const kernels::PlacedBasket& placed = run.baskets[s - first];
      const auto basket = static_cast<uint32_t>(piece.first_basket + s);
      if (p.by_customer) p.dated[basket].position = placed.at;
      const uint32_t visit = numbered ? basket : placed.at;
      writer.Write({labels, placed.size}, units.owner[piece.selected[s].unit], visit,
                   p.by_customer ? visit : visit | kernels::kSameOwner, placed.weight,
                   p.by_customer ? 0 : placed.weight);
      labels += placed.size;
    }
  });
  piece.end_word = (free + kernels::kLineWords - 1) / kernels::kLineWords * kernels::kLineWords;
  std::fill(p.stream.data() + free, p.stream.data() + piece.end_word, uint16_t{0});
}

}  // namespace

void WriteBaskets(const Units& units, PieceOfBaskets& piece, Population& p) {
  piece.tallies.empty() ? Write(units, piece, piece.nexts.data(), p)
                        : Write(units, piece, piece.tallies.data(), p);
}

}  // namespace awase
