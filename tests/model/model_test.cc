#include "engine/model/model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "engine/model/shelf.h"
#include "tests/support/random_draft.h"
#include "tests/support/temp_dir.h"

namespace awase {
namespace {

using testing::AddRow;
using testing::PlainDraft;
using testing::RandomDraft;
using testing::TempDir;

std::shared_ptr<const Model> Made(const ModelDraft& draft) {
  auto model = Model::FromDraft(draft);
  EXPECT_TRUE(model.ok()) << model.status();
  return model.ok() ? *model : nullptr;
}

// Everything a draft says is what the model says.
void ExpectSame(const ModelDraft& draft, const Model& model) {
  ASSERT_EQ(model.items(), draft.items.size());
  ASSERT_EQ(model.edges(), draft.edges.size());
  uint64_t covered = 0;
  for (uint32_t i = 0; i < model.items(); ++i) {
    const ItemId item{i};
    const Item& given = draft.items[i];
    ASSERT_EQ(model.item_id(item), given.id);
    ASSERT_EQ(model.Find(given.id), item);
    ASSERT_EQ(model.Find(given.id + "x"), std::nullopt);
    ASSERT_EQ(model.category(item) == kNoCategory, given.category.empty());
    ASSERT_EQ(model.category_path(model.category(item)), given.category);
    ASSERT_EQ(model.group(item) == kNoGroup, given.group.empty());
    ASSERT_EQ(model.group_name(model.group(item)), given.group);
    ASSERT_EQ(model.price(item), given.price);
    ASSERT_EQ(model.available(item), given.available);
    ASSERT_EQ(model.repeatable(item), given.repeatable);
    for (const auto& [tag, title] : given.titles) ASSERT_EQ(model.title(item, tag), title);
    for (const auto& [name, value] : given.attributes) ASSERT_EQ(model.attribute(item, name), value);
    ASSERT_EQ(model.attribute(item, "no such"), "");
    ASSERT_EQ(model.support_units()[i], draft.support_units[i]);
    ASSERT_EQ(model.support_customers()[i], draft.support_customers[i]);
    ASSERT_EQ(model.recent_sales()[i], draft.recent_sales[i]);
    const uint64_t begin = draft.edge_offsets[i], end = draft.edge_offsets[i + 1];
    ASSERT_EQ(model.neighbours(item).size(), end - begin);
    ASSERT_EQ(model.evidence(item).size(), end - begin);
    covered += begin < end;
    for (uint64_t e = begin; e < end; ++e) {
      ASSERT_EQ(model.neighbours(item)[e - begin].item, draft.edges[e].item);
      ASSERT_EQ(model.neighbours(item)[e - begin].score, draft.edges[e].score);
      ASSERT_EQ(model.evidence(item)[e - begin].joint_units, draft.evidence[e].joint_units);
      ASSERT_EQ(model.evidence(item)[e - begin].median_lag, draft.evidence[e].median_lag);
    }
  }
  ASSERT_EQ(model.covered_items(), covered);
  ASSERT_EQ(model.units(), draft.units);
  ASSERT_EQ(model.customers(), draft.customers);
  ASSERT_EQ(model.watermark(), draft.watermark);
  ASSERT_EQ(model.ledger_sequence(), draft.ledger_sequence);
  ASSERT_EQ(model.options_json(), draft.options_json);
}

TEST(Model, SaysWhatTheDraftSaid) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    const ModelDraft draft = RandomDraft(seed, {.items = static_cast<uint32_t>(seed % 40)});
    const auto model = Made(draft);
    ASSERT_NE(model, nullptr);
    ExpectSame(draft, *model);
  }
}

TEST(Model, SaysTheSameFromItsFile) {
  TempDir folder;
  const Shelf shelf(folder / "m");
  const ModelDraft draft = RandomDraft(5, {.items = 300});
  const auto version = shelf.Publish(draft);
  ASSERT_TRUE(version.ok()) << version.status();
  for (const bool full : {false, true}) {
    const auto model = shelf.Open(*version, full);
    ASSERT_TRUE(model.ok()) << model.status();
    ExpectSame(draft, **model);
    EXPECT_EQ((*model)->digest(), Made(draft)->digest());
    EXPECT_GT((*model)->created(), 1'600'000'000);
  }
}

TEST(Model, DigestIsThatOfTheAnswersAlone) {
  ModelDraft draft = RandomDraft(1);
  const std::string digest = Made(draft)->digest();
  EXPECT_EQ(digest.size(), 32u);
  draft.ledger_sequence = 99;
  EXPECT_EQ(Made(draft)->digest(), digest);
  const auto changed = [&](auto change) {
    ModelDraft other = RandomDraft(1);
    change(other);
    return Made(other)->digest() != digest;
  };
  EXPECT_TRUE(changed([](ModelDraft& d) { d.evidence[0].joint_customers ^= 1; }));
  EXPECT_TRUE(changed([](ModelDraft& d) { d.items[3].titles = {{"", "other"}}; }));
  EXPECT_TRUE(changed([](ModelDraft& d) { d.items[3].price = 42; }));
  EXPECT_TRUE(changed([](ModelDraft& d) { d.items[3].available = !d.items[3].available; }));
  EXPECT_TRUE(changed([](ModelDraft& d) { d.recent_sales[0] += 1; }));
  EXPECT_TRUE(changed([](ModelDraft& d) { d.units += 1; }));
  EXPECT_TRUE(changed([](ModelDraft& d) { d.watermark += 1; }));
  EXPECT_TRUE(changed([](ModelDraft& d) { d.options_json = "{\"measure\":\"llr\"}"; }));
}

TEST(Model, BestSellersAreTheAvailableOnesBySales) {
  ModelDraft draft = PlainDraft(6);
  draft.recent_sales = {1, 5, 0, 5, 9, 0};
  draft.support_units = {9, 5, 7, 6, 9, 0};
  draft.items[4].available = false;
  for (const uint32_t i : {0, 2, 3}) draft.items[i].category = "x";
  draft.items[1].category = "y";
  const auto model = Made(draft);
  const auto list = [](std::span<const uint32_t> s) { return std::vector<uint32_t>(s.begin(), s.end()); };
  EXPECT_EQ(list(model->best_sellers()), (std::vector<uint32_t>{3, 1, 0, 2}));
  ASSERT_EQ(model->categories(), 2u);
  EXPECT_EQ(list(model->best_sellers(0)), (std::vector<uint32_t>{3, 0, 2}));
  EXPECT_EQ(list(model->best_sellers(1)), (std::vector<uint32_t>{1}));
  EXPECT_TRUE(model->best_sellers(kNoCategory).empty());
  EXPECT_EQ(model->max_recent_sales(), 9u);
}

TEST(Model, TitleFallsBackFromTheLanguageAsked) {
  ModelDraft draft = PlainDraft(3);
  draft.items[0].titles = {{"", "plain"}, {"en", "English"}, {"ja", "日本語"}};
  draft.items[1].titles = {{"de", "deutsch"}, {"ja", "日本語"}};
  const auto model = Made(draft);
  const ItemId all{0}, two{1}, none{2};
  EXPECT_EQ(model->title(all, "en"), "English");
  EXPECT_EQ(model->title(all, "EN-gb"), "English");
  EXPECT_EQ(model->title(all, "ja-Hira-JP"), "日本語");
  EXPECT_EQ(model->title(all, "fr"), "plain");
  EXPECT_EQ(model->title(all), "plain");
  EXPECT_EQ(model->title(two, "fr"), "deutsch");
  EXPECT_EQ(model->title(none, "en"), "");
}

TEST(Model, RefusesADraftThatContradictsItself) {
  const auto refused = [](auto change) {
    ModelDraft draft = RandomDraft(2);
    change(draft);
    const auto model = Model::FromDraft(draft);
    return model.status().code() == absl::StatusCode::kInvalidArgument;
  };
  EXPECT_FALSE(refused([](ModelDraft&) {}));
  EXPECT_TRUE(refused([](ModelDraft& d) { d.support_units.pop_back(); }));
  EXPECT_TRUE(refused([](ModelDraft& d) { d.evidence.pop_back(); }));
  EXPECT_TRUE(refused([](ModelDraft& d) { d.edge_offsets.back() += 1; }));
  EXPECT_TRUE(refused([](ModelDraft& d) { std::swap(d.items[1], d.items[2]); }));
  EXPECT_TRUE(refused([](ModelDraft& d) { d.edges[0].item = 1000; }));
  EXPECT_TRUE(refused([](ModelDraft& d) { d.edges[0].score = 0; }));
  EXPECT_TRUE(refused([](ModelDraft& d) { d.edges[0].score = std::numeric_limits<float>::infinity(); }));
  EXPECT_TRUE(refused([](ModelDraft& d) { d.edges[0].score = std::numeric_limits<float>::quiet_NaN(); }));
  EXPECT_TRUE(refused([](ModelDraft& d) {
    const auto row = std::find_if(d.edge_offsets.begin(), d.edge_offsets.end() - 1,
                                  [](const uint64_t& at) { return (&at)[1] - at >= 2; });
    std::swap(d.edges[*row], d.edges[*row + 1]);
  }));
}

TEST(Model, HoldsNoItemsAtAll) {
  const auto model = Made(ModelDraft{});
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(model->items(), 0u);
  EXPECT_EQ(model->Find("a"), std::nullopt);
  EXPECT_TRUE(model->best_sellers().empty());
}

}  // namespace
}  // namespace awase
