// The slow twin that judges every peer and Awase: exact integer counts, cosines in double, a full sort.
#include "peer.h"

namespace {

class Twin {
 public:
  Twin(peers::Baskets&& baskets, const peers::Arguments& arguments)
      : by_basket_(peers::ByBasket(baskets)), k_(static_cast<size_t>(arguments.k)) {}

  void Prepare() {
    by_item_ = peers::Transpose(by_basket_);
    found_.Resize(static_cast<uint64_t>(by_item_.rows), k_);
  }

  void Compute() {
#pragma omp parallel for schedule(dynamic, 16)
    for (int item = 0; item < by_item_.rows; ++item) Row(item);
  }

  const peers::Neighbours& Result() const { return found_; }

 private:
  double Support(int item) const { return by_item_.offsets[item + 1] - by_item_.offsets[item]; }

  void Row(int item) {
    std::vector<int> met;
    for (int at = by_item_.offsets[item]; at < by_item_.offsets[item + 1]; ++at) {
      const int basket = by_item_.indices[at];
      met.insert(met.end(), by_basket_.indices.begin() + by_basket_.offsets[basket],
                 by_basket_.indices.begin() + by_basket_.offsets[basket + 1]);
    }
    std::sort(met.begin(), met.end());
    std::vector<std::pair<double, int>> scored;
    for (size_t from = 0, to = 0; from < met.size(); from = to) {
      while (to < met.size() && met[to] == met[from]) ++to;
      if (met[from] == item) continue;
      scored.emplace_back(-static_cast<double>(to - from) / std::sqrt(Support(item) * Support(met[from])),
                          met[from]);
    }
    std::sort(scored.begin(), scored.end());
    for (size_t n = 0; n < std::min(scored.size(), k_); ++n) {
      found_.ids[static_cast<size_t>(item) * k_ + n] = static_cast<uint32_t>(scored[n].second);
      found_.scores[static_cast<size_t>(item) * k_ + n] = static_cast<float>(-scored[n].first);
    }
  }

  peers::Pattern by_basket_, by_item_;
  size_t k_;
  peers::Neighbours found_;
};

}  // namespace

int main(int argc, char** argv) { return peers::Run<Twin>(argc, argv); }
