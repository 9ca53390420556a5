#include "engine/kernels/row.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/kernels/counter.h"
#include "tests/support/basket_stream.h"
#include "tests/support/worlds.h"

namespace awase::kernels {
namespace {

using ::awase::testing::BasketStream;
using ::awase::testing::Dice;

struct Basket {
  uint32_t owner;
  uint32_t weight;
  std::vector<uint32_t> labels;
};

// Baskets as the kernels take them, and the totals that rows need.
struct Shop {
  std::vector<Basket> baskets;
  bool hot = false;
  BasketStream stream;
  const uint16_t* words = nullptr;
  std::vector<uint32_t> item_of;
  std::vector<std::vector<uint32_t>> visits;  // by label
  std::vector<std::vector<uint32_t>> with;    // by label: baskets
  std::vector<uint64_t> weight;               // by label, of units
  std::vector<uint32_t> units;                // by label
  uint64_t all = 0;
  bool once_per_owner = false;
};

Shop MakeShop(uint64_t seed, uint32_t columns, uint32_t baskets, uint32_t largest, uint32_t per_owner,
              bool uniform, bool once, bool hot = false) {
  Dice dice(seed);
  Shop shop;
  shop.hot = hot;
  shop.stream = BasketStream(hot);
  shop.once_per_owner = once;
  shop.visits.resize(columns);
  shop.with.resize(columns);
  shop.weight.resize(columns);
  shop.units.resize(columns);
  for (uint32_t c = 0; c < columns; ++c) shop.item_of.push_back((c * 7919u + 13u) % 1'000'003u);
  std::vector<uint32_t> last(columns, ~0u);
  uint32_t owner = 0, weight = 65536;
  for (uint32_t b = 0; b < baskets; ++b) {
    const bool next = dice.Below(per_owner) == 0;
    owner += next;
    // With one count per owner all of an owner's baskets weigh the same.
    if (next || !once) weight = uniform ? 65536 : 1 + dice.Below(65536);
    std::set<uint32_t> labels;
    const uint32_t size = 1 + dice.Below(largest);
    for (uint32_t k = 0; k < size; ++k)
      labels.insert(static_cast<uint32_t>(uint64_t{dice.Below(columns)} * dice.Below(columns) / columns));
    const uint32_t position = shop.stream.Append(labels, weight);
    if (!once) shop.all += weight;
    if (once && next) shop.all += weight;
    for (const uint32_t label : labels) {
      const bool again = last[label] == owner;
      last[label] = owner;
      shop.visits[label].push_back(again ? position | kSameOwner : position);
      shop.with[label].push_back(b);
      if (once && again) continue;
      shop.weight[label] += weight;
      ++shop.units[label];
    }
    shop.baskets.push_back({owner, weight, {labels.begin(), labels.end()}});
  }
  shop.all += 65536;  // a unit that holds nothing else
  shop.words = shop.stream.data();
  return shop;
}

struct Candidate {
  uint32_t item;
  float score;
  uint32_t units, customers;
};

// The row by maps and a full sort.
std::vector<Candidate> SlowRow(const Shop& shop, const Matrix& matrix, const Anchor& anchor, uint32_t label,
                               size_t most) {
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

std::string Text(const std::vector<Candidate>& row) {
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
  explicit Room(size_t most) : scored_(most + 1), units_(most + 1), customers_(most + 1) {}
  std::vector<Candidate> Keep(const Matrix& matrix, const RowPlan& plan, const Anchor& anchor,
                              RowScratch& scratch) {
    const size_t most = units_.size() - 1;
    scored_[most].item = units_[most] = customers_[most] = kUntouched;
    // Where they are the units, customers need no place.
    const bool asked = plan.owners_repeat || plan.label % 2 == 0;
    const uint32_t size = KeepRow(matrix, plan, anchor, scratch,
                                  {scored_.data(), units_.data(), asked ? customers_.data() : nullptr, most});
    EXPECT_EQ(scored_[most].item, kUntouched);
    EXPECT_EQ(units_[most], kUntouched);
    EXPECT_EQ(customers_[most], kUntouched);
    std::vector<Candidate> row;
    for (uint32_t k = 0; k < size; ++k)
      row.push_back({scored_[k].item, scored_[k].score, units_[k], asked ? customers_[k] : units_[k]});
    return row;
  }

 private:
  static constexpr uint32_t kUntouched = 0xdeadbeef;
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

const std::vector<SizeClass> kSizes = {{1, 2.0}, {4, 3.5}, {9, 1.0}};

Matrix MatrixOf(const Shop& shop, const Factors& factors, const MeasureSpec& spec, uint32_t min_customers,
                bool uniform) {
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

RowPlan PlanOf(const Shop& shop, uint32_t label) {
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

// Compares every `step`-th row of the shop under every instruction set and both ways to read a row; returns
// rows compared.
size_t CompareRows(const Shop& shop, const MeasureSpec& spec, uint32_t min_customers, bool uniform,
                   size_t most, uint32_t step) {
  const Factors factors(shop, spec);
  Matrix matrix = MatrixOf(shop, factors, spec, min_customers, uniform);
  RowScratch scratch(static_cast<uint32_t>(shop.weight.size()));
  Room room(most);
  size_t compared = 0;
  for (uint32_t label = 0; label < shop.weight.size(); label += step) {
    if (shop.units[label] == 0) continue;
    const Anchor anchor = AnchorOf(spec, shop.weight[label], shop.all, kSizes);
    const std::string expected = Text(SlowRow(shop, matrix, anchor, label, most));
    const RowPlan plan = PlanOf(shop, label);
    for (const char* target : Targets()) {
      EXPECT_TRUE(ForceTarget(target));
      for (const Drain drain : {Drain::kTouched, Drain::kScan, Drain::kCheaper}) {
        matrix.drain = drain;
        CountRow(matrix, plan, shop.visits[label], scratch);
        const std::string got = Text(room.Keep(matrix, plan, anchor, scratch));
        EXPECT_EQ(got, expected) << target << " drain " << static_cast<int>(drain) << " label " << label;
        if (got != expected) return 0;
        ++compared;
      }
      ForceTarget("");
    }
    EXPECT_TRUE(
        std::all_of(scratch.counters.begin(), scratch.counters.end(), [](uint64_t c) { return c == 0; }));
    EXPECT_TRUE(
        std::all_of(scratch.repeats.begin(), scratch.repeats.end(), [](uint32_t c) { return c == 0; }));
  }
  return compared;
}

TEST(Row, EveryVariantEqualsTheSlowTwin) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    const bool uniform = dice.Chance(400), once = dice.Chance(400);
    const uint32_t columns = 2 + dice.Below(seed % 3 == 0 ? 3000 : 200);
    const Shop shop =
        MakeShop(seed, columns, 1 + dice.Below(900), 1 + dice.Below(40), 1 + dice.Below(4), uniform, once);
    const MeasureSpec spec{static_cast<Association>(seed % 7), 1.5, 0.3, 0.6};
    EXPECT_GT(CompareRows(shop, spec, 1 + dice.Below(4), uniform, 1 + dice.Below(60), 1 + columns / 8), 0u);
    if (HasFailure()) return;
  }
}

TEST(Row, CountersOfEveryWidth) {
  // Rows of 3,000 and 70,000 units, the latter beyond 16 bits; with weights beyond 32.
  for (const uint32_t baskets : {250u, 3'000u, 70'000u}) {
    for (const bool uniform : {true, false}) {
      SCOPED_TRACE(baskets);
      const Shop shop = MakeShop(baskets + uniform, 4, baskets, 4, 2, uniform, false);
      EXPECT_GT(CompareRows(shop, {Association::kJaccard, 1, 0.5, 0.5}, 1, uniform, 3, 1), 0u);
      EXPECT_GT(CompareRows(shop, {Association::kLlr, 1, 0.5, 0.5}, 2, uniform, 3, 1), 0u);
      const Shop hot = MakeShop(baskets + uniform, 80, baskets, 3, 3, uniform, false, true);
      for (const uint32_t floor : {1u, 3u}) {
        EXPECT_GT(CompareRows(hot, {Association::kJaccard, 1, 0.5, 0.5}, floor, uniform, 7, 13), 0u);
      }
    }
  }
}

TEST(Row, LabelsOfTwoWords) {
  // 90,000 columns: labels beyond 65,536 lie behind the others, in baskets within a line and beyond.
  struct Baskets {
    uint32_t number, largest;
  };
  for (const auto& [number, largest] : {Baskets{20'000, 12}, Baskets{400, 600}}) {
    for (const bool uniform : {true, false}) {
      for (const bool once : {true, false}) {
        SCOPED_TRACE(largest);
        const Shop shop = MakeShop(largest + uniform, 90'000, number, largest, 2, uniform, once);
        ASSERT_GT(std::count_if(shop.units.begin() + kHeadLabels, shop.units.end(),
                                [](uint32_t units) { return units > 0; }),
                  1'000);
        EXPECT_GT(CompareRows(shop, {Association::kCosine, 1, 0.5, 0.5}, 1, uniform, 50, 4'001), 20u);
      }
    }
  }
}

TEST(Row, HotLabelsAsBits) {
  size_t compared = 0;
  for (uint64_t seed = 1; seed <= 42; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    const uint32_t columns = seed % 7 == 0 ? 90'000 : kHotLabels + dice.Below(2'000);
    const uint32_t baskets = 1 + dice.Below(seed % 5 == 0 ? 4'000 : 300), largest = 1 + dice.Below(50);
    const Shop shop =
        MakeShop(seed, columns, baskets, largest, 1 + dice.Below(4), seed % 3 != 0, false, true);
    const MeasureSpec spec{static_cast<Association>(seed % 7), 1.5, 0.3, 0.6};
    const uint32_t step = seed % 2 == 0 ? 1 + columns / 8 : 7;
    compared += CompareRows(shop, spec, 1 + dice.Below(3), seed % 3 != 0, 1 + dice.Below(60), step);
    if (HasFailure()) return;
  }
  EXPECT_GT(compared, 3'000u);
}

// The narrowest cells that hold what this shop's rows leave.
MirrorLayout LayoutOf(const Shop& shop, bool uniform) {
  bool owners_repeat = false;
  for (uint32_t label = 0; label < shop.visits.size(); ++label)
    owners_repeat |= PlanOf(shop, label).owners_repeat;
  const uint32_t units = *std::max_element(shop.units.begin(), shop.units.end());
  if (uniform && !owners_repeat) return {units <= 0xffff ? 2u : 4u};
  const uint64_t weight = *std::max_element(shop.weight.begin(), shop.weight.end());
  return {8, static_cast<uint32_t>(std::bit_width(uniform ? units : weight)), owners_repeat};
}

// Counts every row with a mirror, which `tamper` may change before the hot rows are, and compares all rows
// under every instruction set. Returns how many were equal and how many not.
struct Outcome {
  size_t equal = 0, different = 0;
};
Outcome CompareMirrored(const Shop& shop, const MeasureSpec& spec, uint32_t min_customers, bool uniform,
                        size_t most, const MirrorLayout& layout, const std::function<void(Mirror&)>& tamper) {
  const auto columns = static_cast<uint32_t>(shop.weight.size());
  const Factors factors(shop, spec);
  Matrix matrix = MatrixOf(shop, factors, spec, min_customers, uniform);
  RowScratch scratch(columns);
  Room room(most);
  Outcome outcome;
  for (const char* target : Targets()) {
    EXPECT_TRUE(ForceTarget(target));
    Mirror mirror(columns, layout);
    matrix.mirror = &mirror;
    const auto compare = [&](uint32_t label) {
      const Anchor anchor = AnchorOf(spec, shop.weight[label], shop.all, kSizes);
      CountRow(matrix, PlanOf(shop, label), shop.visits[label], scratch);
      const std::string got = Text(room.Keep(matrix, PlanOf(shop, label), anchor, scratch));
      const bool equal = got == Text(SlowRow(shop, matrix, anchor, label, most));
      ++(equal ? outcome.equal : outcome.different);
    };
    for (uint32_t label = kHotLabels; label < columns; ++label)
      shop.units[label] == 0 ? mirror.Skip(label) : compare(label);
    LeaveRows();
    for (uint32_t block = 0; block < mirror.blocks(); ++block) mirror.Turn(block);
    if (tamper) tamper(mirror);
    for (uint32_t hot = 0; hot < kHotLabels; ++hot) {
      if (shop.units[hot] > 0) compare(hot);
    }
    EXPECT_TRUE(
        std::all_of(scratch.counters.begin(), scratch.counters.end(), [](uint64_t c) { return c == 0; }));
    EXPECT_TRUE(
        std::all_of(scratch.repeats.begin(), scratch.repeats.end(), [](uint32_t c) { return c == 0; }));
  }
  ForceTarget("");
  return outcome;
}

TEST(Row, HotRowsFromAMirror) {
  std::set<std::pair<uint32_t, bool>> layouts;
  for (uint64_t seed = 1; seed <= 24; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    const bool uniform = seed % 2 == 0;
    const uint32_t columns = kHotLabels + 1 + dice.Below(300), baskets = 1 + dice.Below(300);
    const Shop shop =
        MakeShop(seed, columns, baskets, 1 + dice.Below(30), 1 + seed % 3, uniform, false, true);
    const MeasureSpec spec{static_cast<Association>(seed % 7), 1.5, 0.3, 0.6};
    MirrorLayout layout = LayoutOf(shop, uniform);
    if (seed % 4 == 0 && layout.width == 2) layout.width = 4;
    layouts.emplace(layout.width, layout.owners_repeat);
    const Outcome outcome =
        CompareMirrored(shop, spec, 1 + dice.Below(3), uniform, 1 + dice.Below(60), layout, nullptr);
    EXPECT_GT(outcome.equal, 0u);
    EXPECT_EQ(outcome.different, 0u);
    if (HasFailure()) return;
  }
  EXPECT_THAT(layouts, ::testing::IsSupersetOf({std::pair(2u, false), {4u, false}, {8u, false}, {8u, true}}));
  // Rows of thousands of units.
  const Shop large = MakeShop(5, 70, 70'000, 2, 1, true, false, true);
  const Outcome outcome =
      CompareMirrored(large, {Association::kCosine, 1, 0.5, 0.5}, 1, true, 9, {4}, nullptr);
  EXPECT_EQ(outcome.different, 0u);
  EXPECT_GT(outcome.equal, 60u);
}

TEST(Row, ACellOfAMirrorTooLargeIsNoticed) {
  const Shop shop = MakeShop(3, 200, 300, 20, 1, true, false, true);
  const auto tamper = [](Mirror& mirror) {
    ++*static_cast<Counter<2>::Word*>(mirror.LineOf(kHotLabels + 7));  // hot label 7, label 64
  };
  const Outcome outcome =
      CompareMirrored(shop, {Association::kCount, 1, 0.5, 0.5}, 1, true, 250, {2}, tamper);
  EXPECT_EQ(outcome.different, Targets().size());
}

TEST(Row, LargeBasketsAndManyEqualRanks) {
  // 5,000 candidates, nearly all met once: the tie decides.
  const Shop shop = MakeShop(9, 5'000, 6, 4'000, 1, true, false);
  EXPECT_GT(CompareRows(shop, {Association::kCount, 1, 0.5, 0.5}, 1, true, 100, 977), 0u);
  EXPECT_GT(CompareRows(shop, {Association::kCosine, 1, 0.5, 0.5}, 1, true, 2'000, 977), 0u);
}

TEST(Row, ATwinOfOtherWeightsIsNoticed) {
  Shop shop = MakeShop(4, 50, 200, 10, 1, false, false);
  Shop other = MakeShop(4, 50, 200, 10, 1, false, false);
  other.baskets[0].weight += 1;
  const MeasureSpec spec{Association::kCount, 1, 0.5, 0.5};
  const Factors factors(shop, spec);
  Matrix matrix;
  matrix.weight = shop.weight;
  matrix.factor = factors.factor;
  matrix.term = factors.term;
  matrix.item_of = shop.item_of;
  matrix.spec = spec;
  const uint32_t label = shop.baskets[0].labels[0];
  const Anchor anchor = AnchorOf(spec, shop.weight[label], shop.all);
  ASSERT_GT(shop.baskets[0].labels.size(), 1u);
  // Counts order by float: one part in 65,536 of a sum below 2^24 shows.
  EXPECT_NE(Text(SlowRow(shop, matrix, anchor, label, 50)), Text(SlowRow(other, matrix, anchor, label, 50)));
}

TEST(Targets, AreNamedAndUnknownOnesRefused) {
  ASSERT_FALSE(Targets().empty());
  EXPECT_EQ(std::string(Targets().back()), "SCALAR");
  EXPECT_FALSE(ForceTarget("no such"));
  EXPECT_TRUE(ForceTarget(""));
}

}  // namespace
}  // namespace awase::kernels
