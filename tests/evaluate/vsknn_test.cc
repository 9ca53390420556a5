#include "engine/evaluate/vsknn.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "tests/evaluate/tiny_facts.h"

namespace awase {
namespace {

// Sessions over few items, so that they overlap; the last tenth is asked.
FactTable Sessions(uint32_t sessions, uint64_t seed) {
  Draw draw(seed);
  FactTable facts;
  for (uint32_t s = 0; s < sessions; ++s) {
    const std::string id = (s * 10 < sessions * 9 ? "train-" : "test-") + std::to_string(s);
    const uint32_t views = 1 + draw.Below(6);
    for (uint32_t v = 0; v < views; ++v) {
      testing::AddOrder(facts,
                        {id, "", 1000 + draw.Below(300) * 10 + v, {"i" + std::to_string(draw.Below(25))}});
    }
  }
  return facts;
}

// The published formula, session by session with full sorts.
std::vector<ItemId> SlowVsknn(const World& world, const ProbeSet& set, const Probe& probe,
                              const VsknnOptions& options) {
  const Units& sessions = world.known.orders();
  std::vector<size_t> sizes;
  for (uint32_t s = 0; s < sessions.size(); ++s) sizes.push_back(sessions.by_unit[BasketId{s}].size());
  std::sort(sizes.begin(), sizes.end());
  const size_t longest = sizes[static_cast<size_t>(std::ceil(0.995 * static_cast<double>(sizes.size()))) - 1];
  std::vector<ItemId> views{probe.anchors[0]};
  const auto past = set.PastOf(probe);
  for (size_t back = 1; back <= past.size() && views.size() < options.last; ++back) {
    views.push_back(past[past.size() - back][0]);
  }
  std::vector<ItemId> distinct(views);
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());

  double all_views = 0;
  std::map<ItemId, double> support;
  struct Near {
    UnixSeconds time;
    uint32_t session;
    double similarity;
    size_t newest_shared;
  };
  std::vector<Near> sample;
  for (uint32_t s = 0; s < sessions.size(); ++s) {
    const auto items = sessions.by_unit[BasketId{s}];
    if (items.size() > longest) continue;
    Near near{world.latest[sessions.source[s]], s, 0, 0};
    for (const ItemId item : items) {
      all_views += 1;
      support[item] += 1;
    }
    for (size_t back = 0; back < views.size(); ++back) {
      const bool repeated = std::find(views.begin(), views.begin() + static_cast<ptrdiff_t>(back),
                                      views[back]) != views.begin() + static_cast<ptrdiff_t>(back);
      if (repeated || !std::binary_search(items.begin(), items.end(), views[back])) continue;
      near.similarity += static_cast<double>(views.size() - back) / static_cast<double>(distinct.size());
      if (near.newest_shared == 0) near.newest_shared = back + 1;
    }
    if (near.similarity > 0) sample.push_back(near);
  }
  const auto newer = [](const Near& a, const Near& b) {
    return std::pair(a.time, a.session) > std::pair(b.time, b.session);
  };
  std::sort(sample.begin(), sample.end(), newer);
  if (sample.size() > options.m) sample.resize(options.m);
  std::stable_sort(sample.begin(), sample.end(),
                   [](const Near& a, const Near& b) { return a.similarity > b.similarity; });
  if (sample.size() > options.k) sample.resize(options.k);
  std::map<ItemId, double> scores;
  for (const Near& near : sample) {
    const double weight = near.similarity * (1 - 0.1 * static_cast<double>(near.newest_shared));
    for (const ItemId item : sessions.by_unit[BasketId{near.session}]) {
      scores[item] += weight * std::log(all_views / support[item]);
    }
  }
  scores.erase(probe.excluded[0]);
  std::vector<std::pair<double, ItemId>> sorted;
  for (const auto& [item, score] : scores) {
    if (score > 0) sorted.emplace_back(-score, item);
  }
  std::sort(sorted.begin(), sorted.end());
  std::vector<ItemId> ranked;
  for (const auto& [score, item] : sorted) {
    if (ranked.size() < kDepth) ranked.push_back(item);
  }
  return ranked;
}

TEST(Vsknn, EqualsItsSlowTwinOnSmallWorlds) {
  uint64_t compared = 0;
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    const FactTable facts = Sessions(300, seed);
    const auto world = MakeWorld(facts, *MakeSplit(facts, {.kind = SplitKind::kPrefix}), Role::kTest, {});
    ASSERT_TRUE(world.ok());
    const ProbeSet set = MakeProbes(*world, facts, {.protocol = Protocol::kSession});
    for (const VsknnOptions options :
         {VsknnOptions{500, 50, 2}, VsknnOptions{20, 5, 3}, VsknnOptions{5, 50, 1}}) {
      const auto method = VsknnMethod(*world, options);
      ASSERT_TRUE(method.ok());
      const auto ranker = method->make();
      for (const Probe& probe : set.probes) {
        std::vector<ItemId> ranked;
        ranker->Rank(set, probe, ranked);
        ASSERT_EQ(ranked, SlowVsknn(*world, set, probe, options)) << "seed " << seed << ", m " << options.m;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 500u);
}

TEST(Vsknn, OptionsMatter) {
  const FactTable facts = Sessions(300, 1);
  const auto world = MakeWorld(facts, *MakeSplit(facts, {.kind = SplitKind::kPrefix}), Role::kTest, {});
  const ProbeSet set = MakeProbes(*world, facts, {.protocol = Protocol::kSession});
  const auto one = VsknnMethod(*world, {500, 50, 1})->make(),
             three = VsknnMethod(*world, {500, 50, 3})->make();
  bool differ = false;
  for (const Probe& probe : set.probes) {
    std::vector<ItemId> a, b;
    one->Rank(set, probe, a);
    three->Rank(set, probe, b);
    differ |= a != b;
  }
  EXPECT_TRUE(differ);
  EXPECT_EQ(VsknnMethod(*world, {0, 50, 2}).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace awase
