// Eigen: the sparse product, then selection. Eigen's sparse product has one thread and holds the whole
// result, so it is given blocks of rows, one block per thread at a time: faster, and a fraction of the
// memory.
#include "peer.h"
#include <Eigen/SparseCore>

namespace {

using Matrix = Eigen::SparseMatrix<float, Eigen::RowMajor, int>;

constexpr int kBlock = 256;

class EigenProduct {
 public:
  EigenProduct(peers::Baskets&& baskets, const peers::Arguments& arguments)
      : threads_(arguments.threads), k_(arguments.k) {
    const peers::Pattern by_basket = peers::ByBasket(baskets);
    const std::vector<float> ones(by_basket.indices.size(), 1.0f);
    by_basket_ = Eigen::Map<const Matrix>(by_basket.rows, by_basket.cols, static_cast<int>(ones.size()),
                                          by_basket.offsets.data(), by_basket.indices.data(), ones.data());
  }

  void Prepare() {
    by_item_ = by_basket_.transpose();
    norms_.assign(static_cast<size_t>(by_item_.rows()), 0.0f);
    for (int i = 0; i < by_item_.rows(); ++i) {
      const int support = by_item_.outerIndexPtr()[i + 1] - by_item_.outerIndexPtr()[i];
      if (support > 0) norms_[i] = static_cast<float>(1.0 / std::sqrt(static_cast<double>(support)));
    }
  }

  void Compute() {
    const int rows = static_cast<int>(by_item_.rows());
    found_.Resize(static_cast<uint64_t>(rows), static_cast<uint64_t>(k_));
#pragma omp parallel num_threads(threads_)
    {
      peers::RowSelection selection(k_);
#pragma omp for schedule(dynamic)
      for (int from = 0; from < rows; from += kBlock) {
        const Matrix left = by_item_.middleRows(from, std::min(kBlock, rows - from));
        const Matrix product = left * by_basket_;
        for (int r = 0; r < product.rows(); ++r) {
          const int start = product.outerIndexPtr()[r];
          selection.Keep(from + r, product.innerIndexPtr() + start, product.valuePtr() + start,
                         static_cast<uint64_t>(product.outerIndexPtr()[r + 1] - start), norms_, &found_);
        }
      }
    }
  }

  const peers::Neighbours& Result() const { return found_; }

 private:
  int threads_, k_;
  Matrix by_basket_, by_item_;
  std::vector<float> norms_;
  peers::Neighbours found_;
};

}  // namespace

int main(int argc, char** argv) { return peers::Run<EigenProduct>(argc, argv); }
