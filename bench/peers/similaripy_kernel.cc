// similaripy's own kernel: the header that its wheel ships, called as its cosine() calls it, without Python
// around it: floats, single block up to its block size, beyond that columns reordered by popularity and
// blocked. Asked for K + 1, since it counts the item itself.
#include <numeric>

#include "peer.h"
#include "progress_bar.h"
#include "s_plus.h"

namespace {

class Similaripy {
 public:
  Similaripy(peers::Baskets&& baskets, const peers::Arguments& arguments)
      : threads_(arguments.threads), width_(arguments.k + 1), by_basket_(peers::ByBasket(baskets)) {}

  void Prepare() {
    by_item_ = peers::Transpose(by_basket_);
    columns_of_baskets_ = by_basket_;
    row_norms_.resize(by_item_.rows);
    for (int i = 0; i < by_item_.rows; ++i) {
      row_norms_[i] = std::sqrt(static_cast<float>(by_item_.offsets[i + 1] - by_item_.offsets[i]));
    }
    column_norms_ = row_norms_;
    original_.resize(by_item_.rows);
    std::iota(original_.begin(), original_.end(), 0);
    if (by_item_.rows > s_plus::DEFAULT_BLOCK_SIZE) ReorderByPopularity();
    ones_.assign(by_basket_.indices.size(), 1.0f);
    targets_.resize(by_item_.rows);
    std::iota(targets_.begin(), targets_.end(), 0);
  }

  void Compute() {
    const size_t cells = static_cast<size_t>(by_item_.rows) * static_cast<size_t>(width_);
    rows_.assign(cells, 0);
    columns_.assign(cells, 0);
    values_.assign(cells, 0.0f);
    float none = 0;
    int no_index = 0;
    s_plus::compute_similarities_parallel<int, float>(
        by_item_.rows, targets_.data(), ones_.data(), by_item_.indices.data(), by_item_.offsets.data(),
        ones_.data(), columns_of_baskets_.indices.data(), columns_of_baskets_.offsets.data(), &none, &none,
        row_norms_.data(), column_norms_.data(), &none, &none, 1.0f, 0.0f, 1.0f, 0.0f, 1.0f, 1.0f, 0.0f, 0.0f,
        0.0f, width_, by_item_.rows, 0, &no_index, &no_index, 0, &no_index, &no_index, rows_.data(),
        columns_.data(), values_.data(), nullptr, threads_, s_plus::DEFAULT_BLOCK_SIZE);
  }

  peers::Neighbours Result() const {
    peers::Neighbours found;
    found.Resize(static_cast<uint64_t>(by_item_.rows), static_cast<uint64_t>(width_));
    for (size_t n = 0; n < columns_.size(); ++n) {
      if (values_[n] == 0.0f) continue;
      found.ids[n] = static_cast<uint32_t>(original_[columns_[n]]);
      found.scores[n] = values_[n];
    }
    return found;
  }

 private:
  void ReorderByPopularity() {
    std::stable_sort(original_.begin(), original_.end(),
                     [this](int a, int b) { return row_norms_[a] > row_norms_[b]; });
    std::vector<int> place(original_.size());
    for (size_t rank = 0; rank < original_.size(); ++rank) {
      place[original_[rank]] = static_cast<int>(rank);
      column_norms_[rank] = row_norms_[original_[rank]];
    }
    for (int& column : columns_of_baskets_.indices) column = place[column];
    for (int b = 0; b < by_basket_.rows; ++b) {
      std::sort(columns_of_baskets_.indices.begin() + by_basket_.offsets[b],
                columns_of_baskets_.indices.begin() + by_basket_.offsets[b + 1]);
    }
  }

  int threads_;
  int width_;
  peers::Pattern by_basket_, by_item_, columns_of_baskets_;
  std::vector<float> row_norms_, column_norms_, ones_, values_;
  std::vector<int> original_, targets_, rows_, columns_;
};

}  // namespace

int main(int argc, char** argv) { return peers::Run<Similaripy>(argc, argv); }
