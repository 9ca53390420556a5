// Recommend against its slow twin, on random small worlds with every kind of query.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engine/answer/answer.h"
#include "tests/support/random_draft.h"
#include "tests/support/slow_answer.h"

namespace awase {
namespace {

using testing::Difference;
using testing::RandomDraft;
using testing::SlowRecommend;

// A query and all that it points to.
struct World {
  std::vector<ItemId> cart, focus, exclude;
  std::vector<Owned> personal;
  Bitset allowed;
  std::vector<RankingRule> definitions;
  std::vector<Bitset> selections;
  std::vector<ActiveRule> rules;
  Query query;
};

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(engine_() % n); }
  bool Chance(uint32_t percent) { return Below(100) < percent; }
  Bitset Set(uint32_t items, uint32_t percent) {
    Bitset set(items);
    for (uint32_t i = 0; i < items; ++i) {
      if (Chance(percent)) set.Set(i);
    }
    return set;
  }
  std::vector<ItemId> Items(uint32_t items, uint32_t most) {
    std::vector<ItemId> drawn;
    for (uint32_t n = Below(most + 1); n > 0; --n) drawn.push_back(ItemId{Below(items)});
    std::sort(drawn.begin(), drawn.end());
    drawn.erase(std::unique(drawn.begin(), drawn.end()), drawn.end());
    std::shuffle(drawn.begin(), drawn.end(), engine_);
    return drawn;
  }

 private:
  std::mt19937_64 engine_;
};

void AddRules(World& world, uint32_t items, Random& random) {
  const uint32_t count = random.Below(5);
  world.definitions.resize(count);
  world.selections.resize(count);
  for (uint32_t r = 0; r < count; ++r) {
    world.selections[r] = random.Set(items, 1 + random.Below(30));
    switch (random.Below(3)) {
      case 0:
        world.definitions[r].effect = Boost{0.25 * (1 + random.Below(12))};
        break;
      case 1:
        world.definitions[r].effect = Pin{1 + random.Below(6)};
        break;
      default:
        world.definitions[r].effect = Hide{};
    }
    world.rules.push_back({r + 3, &world.selections[r], &world.definitions[r]});
  }
}

void Fill(World& world, uint32_t items, Random& random) {
  world.cart = random.Items(items, random.Chance(10) ? 40 : 6);
  if (random.Chance(30)) world.focus = random.Items(items, 1);
  if (random.Chance(40)) world.exclude = random.Items(items, 8);
  if (random.Chance(50)) {
    for (const ItemId item : random.Items(items, 15)) {
      world.personal.push_back({item, 0.1f * static_cast<float>(1 + random.Below(20)), 1});
    }
  }
  world.allowed = random.Set(items, 10 + random.Below(90));
  if (random.Chance(50)) AddRules(world, items, random);
  const Fallback fallbacks[] = {Fallback::kNone, Fallback::kCategory, Fallback::kPopularity};
  const float weights[] = {0, 0.1f, 0.6f, 2};
  world.query = {.cart = world.cart,
                 .focus = world.focus,
                 .personal = world.personal,
                 .exclude = world.exclude,
                 .allowed = random.Chance(40) ? &world.allowed : nullptr,
                 .rules = world.rules,
                 .max_results = 1 + random.Below(random.Chance(10) ? 100 : 12),
                 .max_per_category = random.Chance(30) ? 1 + random.Below(3) : 0,
                 .exclude_substitutes = random.Chance(30),
                 .fallback = fallbacks[random.Below(3)],
                 .blend = {.personal = weights[random.Below(4)], .popularity = weights[random.Below(4)]}};
}

void CompareWorlds(uint64_t first_seed, uint64_t seeds, const testing::RandomShape& shape) {
  const auto scratch = MakeScratch();
  Answer fast;
  for (uint64_t seed = first_seed; seed < first_seed + seeds; ++seed) {
    testing::RandomShape own = shape;
    own.items = 1 + static_cast<uint32_t>(seed % shape.items);
    const auto model = *Model::FromDraft(RandomDraft(seed, own));
    Random random(seed);
    for (int question = 0; question < 20; ++question) {
      World world;
      Fill(world, own.items, random);
      for (const Detail detail : {Detail::kBasic, Detail::kExplained, Detail::kFull}) {
        Recommend(*model, world.query, detail, *scratch, fast);
        ASSERT_EQ(Difference(fast, SlowRecommend(*model, world.query, detail)), "")
            << "seed " << seed << " question " << question << " detail " << static_cast<int>(detail);
      }
    }
  }
}

TEST(AnswerTwin, AgreesOnSmallWorlds) { CompareWorlds(0, 600, {.items = 40, .max_neighbours = 12}); }
TEST(AnswerTwin, AgreesOnTinyWorlds) { CompareWorlds(10'000, 600, {.items = 5, .max_neighbours = 4}); }
TEST(AnswerTwin, AgreesWhereAllScoresDiffer) {
  CompareWorlds(20'000, 60, {.items = 400, .max_neighbours = 100, .distinct_scores = 0});
}
TEST(AnswerTwin, AgreesWhereAllScoresAreEqual) {
  CompareWorlds(30'000, 60, {.items = 400, .max_neighbours = 100, .distinct_scores = 1});
}

TEST(AnswerTwin, NoticesADifference) {
  const auto model = *Model::FromDraft(RandomDraft(4, {.items = 30}));
  const ItemId cart[] = {ItemId{0}, ItemId{1}, ItemId{2}, ItemId{3}};
  const Answer one = SlowRecommend(*model, {.cart = cart, .max_results = 5}, Detail::kBasic);
  EXPECT_EQ(Difference(one, one), "");
  EXPECT_NE(Difference(one, SlowRecommend(*model, {.cart = cart, .max_results = 4}, Detail::kBasic)), "");
  EXPECT_NE(
      Difference(one, SlowRecommend(*model, {.cart = cart, .max_results = 5, .blend = {.popularity = 0.2f}},
                                    Detail::kBasic)),
      "");
}

}  // namespace
}  // namespace awase
