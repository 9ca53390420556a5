// implicit's own kernel: its header from its source package, in the loop of its all_pairs_knn (doubles,
// dynamic chunks of 8 rows), without Python around it. Asked for K + 1, since it counts the item itself.
#include <omp.h>

#include "implicit/nearest_neighbours.h"
#include "peer.h"

namespace {

class Implicit {
 public:
  Implicit(peers::Baskets&& baskets, const peers::Arguments& arguments)
      : threads_(arguments.threads), width_(static_cast<size_t>(arguments.k) + 1) {
    by_basket_ = peers::ByBasket(baskets);
  }

  void Prepare() {
    by_item_ = peers::Transpose(by_basket_);
    std::vector<double> norms(by_item_.rows, 0.0);
    for (int i = 0; i < by_item_.rows; ++i) {
      const int support = by_item_.offsets[i + 1] - by_item_.offsets[i];
      if (support > 0) norms[i] = 1.0 / std::sqrt(static_cast<double>(support));
    }
    basket_values_.resize(by_basket_.indices.size());
    for (size_t n = 0; n < basket_values_.size(); ++n) basket_values_[n] = norms[by_basket_.indices[n]];
    item_values_.resize(by_item_.indices.size());
    for (int i = 0; i < by_item_.rows; ++i) {
      std::fill(item_values_.begin() + by_item_.offsets[i], item_values_.begin() + by_item_.offsets[i + 1],
                norms[i]);
    }
  }

  void Compute() {
    const size_t cells = static_cast<size_t>(by_item_.rows) * width_;
    columns_.assign(cells, -1);
    values_.assign(cells, 0.0);
#pragma omp parallel num_threads(threads_)
    {
      implicit::SparseMatrixMultiplier<int, double> neighbours(by_item_.rows);
      implicit::TopK<int, double> topk(width_);
#pragma omp for schedule(dynamic, 8)
      for (int i = 0; i < by_item_.rows; ++i) {
        for (int at = by_item_.offsets[i]; at < by_item_.offsets[i + 1]; ++at) {
          const int u = by_item_.indices[at];
          const double w = item_values_[at];
          for (int n = by_basket_.offsets[u]; n < by_basket_.offsets[u + 1]; ++n) {
            neighbours.add(by_basket_.indices[n], basket_values_[n] * w);
          }
        }
        topk.results.clear();
        neighbours.foreach (topk);
        size_t out = static_cast<size_t>(i) * width_;
        for (const auto& [value, column] : topk.results) {
          columns_[out] = column;
          values_[out++] = value;
        }
      }
    }
  }

  peers::Neighbours Result() const {
    peers::Neighbours found;
    found.Resize(static_cast<uint64_t>(by_item_.rows), width_);
    for (size_t n = 0; n < columns_.size(); ++n) {
      if (columns_[n] < 0) continue;
      found.ids[n] = static_cast<uint32_t>(columns_[n]);
      found.scores[n] = static_cast<float>(values_[n]);
    }
    return found;
  }

 private:
  int threads_;
  size_t width_;
  peers::Pattern by_basket_, by_item_;
  std::vector<double> basket_values_, item_values_, values_;
  std::vector<int> columns_;
};

}  // namespace

int main(int argc, char** argv) { return peers::Run<Implicit>(argc, argv); }
