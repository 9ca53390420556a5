// The slow twin of a row, and what kernels need to count the same one.
#ifndef AWASE_TESTS_KERNELS_ROW_TWIN_H_
#define AWASE_TESTS_KERNELS_ROW_TWIN_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/kernels/row.h"
#include "tests/kernels/shops.h"

namespace awase::kernels {

struct Candidate {
  uint32_t item;
  float score;
  uint32_t units, customers;
};

// The row by maps and a full sort.
inline std::vector<Candidate> SlowRow(const Shop& shop, const Matrix& matrix, const Anchor& anchor,
                                      uint32_t label, size_t most) {
  struct Joint {
    uint64_t weight = 0;
    uint32_t units = 0;
    std::set<uint32_t> owners;
  };
  std::map<uint32_t, Joint> joints;
  for (const uint32_t b : shop.with[label]) {
    for (const uint32_t other : shop.baskets[b].labels) {
      if (other == label) continue;
      Joint& joint = joints[other];
      const bool fresh = joint.owners.insert(shop.baskets[b].owner).second;
      if (shop.once_per_owner && !fresh) continue;
      joint.weight += shop.baskets[b].weight;
      ++joint.units;
    }
  }
  std::vector<Candidate> all;
  for (const auto& [other, joint] : joints) {
    if (joint.owners.size() < matrix.min_customers) continue;
    const float rank = Rank(matrix.spec, anchor, joint.weight, matrix.weight[other], matrix.factor[other],
                            matrix.term[other]);
    if (rank > 0)
      all.push_back({matrix.item_of[other], rank, joint.units, static_cast<uint32_t>(joint.owners.size())});
  }
  const auto best_first = [](const Candidate& a, const Candidate& b) {
    return a.score != b.score ? a.score > b.score : a.item < b.item;
  };
  std::sort(all.begin(), all.end(), best_first);  // by rank
  all.resize(std::min(all.size(), most));
  for (Candidate& candidate : all) candidate.score = Score(matrix.spec, anchor, candidate.score);
  std::sort(all.begin(), all.end(), best_first);
  return all;
}

inline std::string Text(const std::vector<Candidate>& row) {
  std::string text;
  for (const Candidate& c : row) {
    text += std::to_string(std::bit_cast<uint32_t>(c.score)) + ":" + std::to_string(c.item) + ":" +
            std::to_string(c.customers) + ":" + std::to_string(c.units) + " ";
  }
  return text;
}

// What a row keeps, with room for `most` and a word behind each array that nobody may write.
class Room {
 public:
  explicit Room(size_t most) : most_(most), scored_(most + 1), units_(most + 1), customers_(most + 1) {}
  std::vector<Candidate> Keep(const Matrix& matrix, const RowPlan& plan, const Anchor& anchor,
                              RowScratch& scratch) {
    const size_t behind = most_;
    scored_[behind].item = units_[behind] = customers_[behind] = kUntouched;
    // Where they are the units, customers need no place.
    const bool asked = plan.owners_repeat || plan.label % 2 == 0;
    const uint32_t size =
        KeepRow(matrix, plan, anchor, scratch,
                {scored_.data(), units_.data(), asked ? customers_.data() : nullptr, most_});
    EXPECT_EQ(scored_[behind].item, kUntouched);
    EXPECT_EQ(units_[behind], kUntouched);
    EXPECT_EQ(customers_[behind], kUntouched);
    std::vector<Candidate> row;
    for (uint32_t k = 0; k < size; ++k)
      row.push_back({scored_[k].item, scored_[k].score, units_[k], asked ? customers_[k] : units_[k]});
    return row;
  }

 private:
  static constexpr uint32_t kUntouched = 0xdeadbeef;
  const size_t most_;
  std::vector<Scored> scored_;
  std::vector<uint32_t> units_, customers_;
};

struct Factors {
  Factors(const Shop& shop, const MeasureSpec& spec) {
    uint64_t purchases = 0;
    for (const uint64_t m : shop.weight) purchases += m;
    for (const uint64_t m : shop.weight) {
      factor.push_back(FactorOf(spec, m));
      term.push_back(TermOf(spec, m, shop.all, purchases));
    }
  }
  std::vector<float> factor;
  std::vector<double> term;
};

inline const std::vector<SizeClass> kSizes = {{1, 2.0}, {4, 3.5}, {9, 1.0}};

inline Matrix MatrixOf(const Shop& shop, const Factors& factors, const MeasureSpec& spec,
                       uint32_t min_customers, bool uniform) {
  Matrix matrix;
  matrix.stream = shop.words;
  matrix.weight = shop.weight;
  matrix.factor = factors.factor;
  matrix.term = factors.term;
  matrix.item_of = shop.item_of;
  matrix.spec = spec;
  matrix.min_customers = min_customers;
  matrix.uniform = uniform;
  matrix.hot = shop.hot;
  return matrix;
}

inline RowPlan PlanOf(const Shop& shop, uint32_t label) {
  RowPlan plan;
  plan.label = label;
  plan.units = shop.units[label];
  plan.once_per_owner = shop.once_per_owner;
  for (const uint32_t visit : shop.visits[label]) {
    plan.owners_repeat |= (visit & kSameOwner) != 0;
    plan.pairs += BasketView{shop.words + (visit & ~kSameOwner), shop.hot}.size();
  }
  return plan;
}

}  // namespace awase::kernels

#endif  // AWASE_TESTS_KERNELS_ROW_TWIN_H_
