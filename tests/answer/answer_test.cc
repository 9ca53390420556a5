#include "engine/answer/answer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/support/allocations.h"
#include "tests/support/random_draft.h"

namespace awase {
namespace {

using testing::AddRow;
using testing::Allocations;
using testing::PlainDraft;
using testing::RandomDraft;

constexpr ItemId kA{0}, kB{1}, kC{2}, kD{3}, kE{4}, kF{5};

std::shared_ptr<const Model> Made(const ModelDraft& draft) { return Model::FromDraft(draft).value(); }

Answer Ask(const Model& model, const Query& query, Detail detail = Detail::kFull) {
  const auto scratch = MakeScratch();
  Answer answer;
  Recommend(model, query, detail, *scratch, answer);
  return answer;
}

// "b c": ids of the results in order.
std::string Ids(const Model& model, const Answer& answer) {
  std::string ids;
  for (const Result& result : answer.results)
    ids += (ids.empty() ? "" : " ") + std::string(model.item_id(result.item));
  return ids;
}

uint32_t Count(const Answer& answer, Suppression reason) {
  return answer.suppressed[static_cast<size_t>(reason)];
}

// a -> b 4, c 2, d 1; b -> c 4, a 2. Sales: c 8, f 6, e 4.
ModelDraft Shop() {
  ModelDraft draft = PlainDraft(6);
  draft.recent_sales = {0, 0, 8, 0, 4, 6};
  AddRow(draft, 0, {{1, 4}, {2, 2}, {3, 1}});
  AddRow(draft, 1, {{2, 4}, {0, 2}});
  return draft;
}

TEST(Recommend, AddsUpTheRowsOfTheCart) {
  const auto model = Made(Shop());
  const ItemId cart[] = {kB, kA};
  const Answer answer = Ask(*model, {.cart = cart, .fallback = Fallback::kNone});
  ASSERT_EQ(Ids(*model, answer), "c d");
  EXPECT_FLOAT_EQ(answer.results[0].co_purchase, 1);
  EXPECT_FLOAT_EQ(answer.results[0].popularity, 0.1f);
  EXPECT_FLOAT_EQ(answer.results[0].score, 1.1f);
  EXPECT_FLOAT_EQ(answer.results[1].score, 1.0f / 6);
  EXPECT_EQ(answer.results[0].source, Source::kCoPurchase);
  ASSERT_EQ(answer.results[0].contributions, 2u);
  EXPECT_EQ(answer.results[0].contribution[0].anchor, kB);
  EXPECT_EQ(answer.results[0].contribution[0].edge, 0u);
  EXPECT_EQ(answer.results[0].contribution[1].anchor, kA);
  EXPECT_EQ(Count(answer, Suppression::kInCart), 2u);
}

TEST(Recommend, FocusIsAnAnchorAndNeverAResult) {
  const auto model = Made(Shop());
  const ItemId focus[] = {kA};
  EXPECT_EQ(Ids(*model, Ask(*model, {.focus = focus, .fallback = Fallback::kNone})), "b c d");
}

TEST(Recommend, AddsTheCustomersOwnHistory) {
  const auto model = Made(Shop());
  const ItemId cart[] = {kA};
  const Owned owned[] = {{kD, 2, 1}, {kE, 1, 1}};
  const Answer answer = Ask(*model, {.cart = cart, .personal = owned, .fallback = Fallback::kNone});
  // b 1; d 0.25 + 0.6; c 0.5 + 0.1; e 0.3 + 0.05.
  ASSERT_EQ(Ids(*model, answer), "b d c e");
  EXPECT_EQ(answer.results[1].source, Source::kPersonal);
  EXPECT_FLOAT_EQ(answer.results[1].score, 0.85f);
  EXPECT_FLOAT_EQ(answer.results[3].score, 0.35f);
}

TEST(Recommend, OwnedItemsComeBackOnlyWhenTheyAreBoughtAgain) {
  ModelDraft draft = Shop();
  draft.items[1].repeatable = false;
  const auto model = Made(draft);
  const ItemId cart[] = {kA};
  const Owned owned[] = {{kB, 1, 1}, {kC, 1, 1}};
  const Answer answer = Ask(*model, {.cart = cart, .personal = owned, .fallback = Fallback::kNone});
  EXPECT_EQ(Ids(*model, answer), "c d");
  EXPECT_EQ(Count(answer, Suppression::kOwned), 1u);
}

TEST(Recommend, EachGateSaysItsName) {
  ModelDraft draft = Shop();
  draft.items[1].available = false;
  draft.items[2].category = draft.items[0].category = "x";
  const auto model = Made(draft);
  const ItemId cart[] = {kA};
  const Query plain{.cart = cart, .max_results = 3, .fallback = Fallback::kNone};
  EXPECT_EQ(Ids(*model, Ask(*model, plain)), "c d");
  EXPECT_EQ(Count(Ask(*model, plain), Suppression::kUnavailable), 1u);
  EXPECT_EQ(Count(Ask(*model, plain), Suppression::kNoCandidate), 0u)
      << "the unavailable one explains the gap";

  Query substitutes = plain;
  substitutes.exclude_substitutes = true;
  EXPECT_EQ(Ids(*model, Ask(*model, substitutes)), "d");
  EXPECT_EQ(Count(Ask(*model, substitutes), Suppression::kSubstitute), 1u);

  Bitset only_c(6);
  only_c.Set(2);
  Query filtered = plain;
  filtered.allowed = &only_c;
  EXPECT_EQ(Ids(*model, Ask(*model, filtered)), "c");
  EXPECT_EQ(Count(Ask(*model, filtered), Suppression::kFiltered), 1u);

  const ItemId excluded[] = {kD};
  Query excluding = plain;
  excluding.exclude = excluded;
  EXPECT_EQ(Ids(*model, Ask(*model, excluding)), "c");
  EXPECT_EQ(Count(Ask(*model, excluding), Suppression::kExcluded), 1u);

  Query one = plain;
  one.max_results = 1;
  EXPECT_EQ(Count(Ask(*model, one), Suppression::kOutranked), 1u);

  const ItemId nobody[] = {kF};
  Query none = plain;
  none.cart = nobody;
  EXPECT_EQ(Count(Ask(*model, none), Suppression::kNoCandidate), 3u);
}

TEST(Recommend, RulesBoostPinAndHide) {
  const auto model = Made(Shop());
  const ItemId cart[] = {kA};
  Bitset only_d(6), d_and_f(6), a_and_e(6);
  only_d.Set(3);
  d_and_f.Set(3);
  d_and_f.Set(5);
  a_and_e.Set(0);
  a_and_e.Set(4);
  const RankingRule boost{.id = "boost", .effect = Boost{8}}, hide{.id = "hide", .effect = Hide{}},
      pin{.id = "pin", .effect = Pin{2}}, first{.id = "first", .effect = Pin{1}};
  const auto ask = [&](std::vector<ActiveRule> rules) {
    return Ask(*model, {.cart = cart, .rules = rules, .max_results = 3, .fallback = Fallback::kNone});
  };
  const Answer boosted = ask({{0, &only_d, &boost}});
  EXPECT_EQ(Ids(*model, boosted), "d b c");
  EXPECT_FLOAT_EQ(boosted.results[0].boost, 8);
  EXPECT_EQ(boosted.results[0].rule, 0u);
  EXPECT_FLOAT_EQ(boosted.results[0].score, 2);

  const Answer hidden = ask({{4, &only_d, &hide}});
  EXPECT_EQ(Ids(*model, hidden), "b c");
  ASSERT_FALSE(hidden.rejected.empty());
  EXPECT_EQ(hidden.rejected[0].reason, Suppression::kHidden);
  EXPECT_EQ(hidden.rejected[0].rule, 4u);

  // The cart's own item cannot be pinned; the next of the selection takes the place.
  const Answer pinned = ask({{1, &a_and_e, &pin}});
  EXPECT_EQ(Ids(*model, pinned), "b e c");
  EXPECT_EQ(pinned.results[1].source, Source::kManual);
  EXPECT_EQ(pinned.results[1].rule, 1u);
  // A pinned candidate stands once, and two pins of one place follow one another.
  EXPECT_EQ(Ids(*model, ask({{1, &d_and_f, &pin}, {2, &a_and_e, &pin}})), "b d e");
  EXPECT_EQ(Ids(*model, ask({{1, &d_and_f, &pin}, {2, &d_and_f, &first}})), "f d b");
  EXPECT_EQ(Ids(*model, ask({{1, &only_d, &hide}, {2, &only_d, &first}})), "b c")
      << "hidden items are not pinned";
}

TEST(Recommend, LimitsEachCategory) {
  ModelDraft draft = Shop();
  draft.items[1].category = draft.items[2].category = "x";
  const auto model = Made(draft);
  const ItemId cart[] = {kA};
  const Answer answer =
      Ask(*model, {.cart = cart, .max_results = 3, .max_per_category = 1, .fallback = Fallback::kNone});
  EXPECT_EQ(Ids(*model, answer), "b d");
  EXPECT_EQ(Count(answer, Suppression::kCategoryLimit), 1u);
}

TEST(Recommend, FallsBackOnBestSellersAndSaysSo) {
  ModelDraft draft = Shop();
  draft.items[0].category = draft.items[4].category = "x";
  const auto model = Made(draft);
  const ItemId cart[] = {kA};
  const Answer category = Ask(*model, {.cart = cart, .fallback = Fallback::kCategory});
  EXPECT_EQ(Ids(*model, category), "b c d e");
  EXPECT_EQ(category.results[3].source, Source::kCategoryPopularity);
  const Answer store = Ask(*model, {.cart = cart, .fallback = Fallback::kPopularity});
  EXPECT_EQ(Ids(*model, store), "b c d e f");
  EXPECT_EQ(store.results[4].source, Source::kStorePopularity);
  for (size_t r = 1; r < store.results.size(); ++r)
    EXPECT_LT(store.results[r].score, store.results[r - 1].score);
  EXPECT_EQ(Count(store, Suppression::kNoCandidate), 5u) << "asked 10, shown 5";
}

TEST(Recommend, NobodyWithNothingGetsBestSellers) {
  const auto model = Made(Shop());
  const Answer answer = Ask(*model, {.max_results = 2});
  EXPECT_EQ(Ids(*model, answer), "c f");
  EXPECT_EQ(answer.results[0].source, Source::kStorePopularity);
  EXPECT_TRUE(Ask(*model, {.max_results = 2, .fallback = Fallback::kNone}).results.empty());
}

TEST(Recommend, DoesNotDependOnTheOrderOfTheCart) {
  const auto model = Made(RandomDraft(9, {.items = 300, .max_neighbours = 60, .distinct_scores = 0}));
  std::mt19937_64 random(1);
  for (int n = 0; n < 50; ++n) {
    std::vector<ItemId> cart;
    for (int i = 0; i < 12; ++i) cart.push_back(ItemId{static_cast<uint32_t>(random() % 300)});
    std::sort(cart.begin(), cart.end());
    cart.erase(std::unique(cart.begin(), cart.end()), cart.end());
    const Answer sorted = Ask(*model, {.cart = cart, .max_results = 30});
    std::shuffle(cart.begin(), cart.end(), random);
    const Answer shuffled = Ask(*model, {.cart = cart, .max_results = 30});
    ASSERT_EQ(Ids(*model, sorted), Ids(*model, shuffled));
    for (size_t r = 0; r < sorted.results.size(); ++r)
      ASSERT_EQ(sorted.results[r].score, shuffled.results[r].score);
  }
}

TEST(Recommend, FilterLeavesTheOthersScores) {
  const auto model = Made(Shop());
  const ItemId cart[] = {kA};
  Bitset not_b(6, true);
  not_b.Reset(1);
  const Answer all = Ask(*model, {.cart = cart}), some = Ask(*model, {.cart = cart, .allowed = &not_b});
  ASSERT_EQ(Ids(*model, some).substr(0, 3), "c d");
  EXPECT_EQ(some.results[0].score, all.results[1].score);
}

TEST(Recommend, AllocatesNothingWhenWarm) {
  const auto model = Made(RandomDraft(5, {.items = 500, .max_neighbours = 100}));
  const auto scratch = MakeScratch();
  Answer answer;
  Bitset some(500, true);
  const RankingRule pin{.id = "p", .effect = Pin{2}}, boost{.id = "b", .effect = Boost{2}};
  const ActiveRule rules[] = {{0, &some, &pin}, {1, &some, &boost}};
  const auto ask = [&](uint32_t first) {
    const ItemId cart[] = {ItemId{first % 500}, ItemId{(first + 1) % 500}, ItemId{(first + 7) % 500}};
    const Owned owned[] = {{ItemId{(first + 2) % 500}, 1, 1}};
    Recommend(*model, {.cart = cart, .personal = owned, .max_results = 20}, Detail::kExplained, *scratch,
              answer);
    Recommend(*model,
              {.cart = cart, .allowed = &some, .rules = rules, .max_results = 20, .max_per_category = 2},
              Detail::kExplained, *scratch, answer);
    Recommend(*model, {.max_results = 100}, Detail::kBasic, *scratch, answer);
  };
  for (uint32_t first = 0; first < 500; ++first) ask(first);
  const uint64_t before = Allocations();
  for (uint32_t first = 0; first < 500; ++first) ask(first);
  EXPECT_EQ(Allocations() - before, 0u);
  // The count works: a fresh scratch does allocate.
  Ask(*model, {.max_results = 3});
  EXPECT_GT(Allocations(), before);
}

TEST(Recommend, OneScratchServesModelsOfAllSizes) {
  const auto scratch = MakeScratch();
  const ItemId cart[] = {kA};
  Answer answer;
  for (int n = 0; n < 3; ++n) {
    for (const uint32_t items : {6u, 300u, 2u, 299u}) {
      const auto model = Made(RandomDraft(items, {.items = items, .max_neighbours = 30}));
      const Query query{.cart = cart, .max_results = 20};
      Recommend(*model, query, Detail::kBasic, *scratch, answer);
      ASSERT_EQ(Ids(*model, answer), Ids(*model, Ask(*model, query)));
    }
  }
}

TEST(Recommend, StampsWrapWithoutMixingQuestions) {
  // With 140,000 items the stamp has 14 bits, so 20,000 questions wrap it.
  ModelDraft draft = Shop();
  const auto model = Made(draft);
  const auto large = Made(RandomDraft(1, {.items = 140'000, .max_neighbours = 2}));
  const auto scratch = MakeScratch();
  Answer answer;
  Recommend(*large, {.max_results = 3}, Detail::kBasic, *scratch, answer);
  const std::string best = Ids(*large, answer);
  for (uint32_t n = 0; n < 20'000; ++n) {
    const ItemId cart[] = {ItemId{n}};
    Recommend(*large, {.cart = cart, .max_results = 1, .fallback = Fallback::kNone}, Detail::kBasic, *scratch,
              answer);
    ASSERT_LE(answer.results.size(), large->neighbours(ItemId{n}).size());
  }
  Recommend(*large, {.max_results = 3}, Detail::kBasic, *scratch, answer);
  EXPECT_EQ(Ids(*large, answer), best);
}

TEST(StandingOf, TellsRankPlaceAndReason) {
  ModelDraft draft = Shop();
  draft.items[3].available = false;
  const auto model = Made(draft);
  const ItemId cart[] = {kA};
  const Query query{.cart = cart, .max_results = 1, .fallback = Fallback::kNone};
  const auto scratch = MakeScratch();
  Answer answer;
  Recommend(*model, query, Detail::kFull, *scratch, answer);
  const auto standing = [&](ItemId item) { return StandingOf(*model, query, item, *scratch, answer); };
  EXPECT_EQ(standing(kB).final_rank, 1u);
  EXPECT_EQ(standing(kB).model_rank, 1u);
  EXPECT_EQ(standing(kC).model_rank, 2u);
  EXPECT_EQ(standing(kC).reason, Suppression::kOutranked);
  EXPECT_EQ(standing(kD).model_rank, 3u);
  EXPECT_EQ(standing(kD).reason, Suppression::kUnavailable);
  EXPECT_EQ(standing(kA).reason, Suppression::kInCart);
  EXPECT_EQ(standing(kF).reason, Suppression::kNoCandidate);
  EXPECT_EQ(standing(kF).model_rank, 0u);
  EXPECT_EQ(standing(ItemId{77}).reason, Suppression::kNoCandidate);
}

TEST(BlendOf, ReadsTheModelsOptions) {
  ModelDraft draft = Shop();
  draft.options_json =
      R"({"measure":"llr","personal_weight":0.25, "personal_decay" : 0.5,"popularity_weight":0})";
  const Blend blend = BlendOf(*Made(draft));
  EXPECT_FLOAT_EQ(blend.personal, 0.25f);
  EXPECT_FLOAT_EQ(blend.personal_decay, 0.5f);
  EXPECT_FLOAT_EQ(blend.popularity, 0);
  draft.options_json = R"({"personal_weight":"x","popularity_weight":-1,"a_personal_decay":3})";
  const Blend standard = BlendOf(*Made(draft));
  EXPECT_FLOAT_EQ(standard.personal, 0.6f);
  EXPECT_FLOAT_EQ(standard.personal_decay, 0.9f);
  EXPECT_FLOAT_EQ(standard.popularity, 0.1f);
}

}  // namespace
}  // namespace awase
