#include "engine/model/shelf.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/support/random_draft.h"
#include "tests/support/temp_dir.h"

namespace awase {
namespace {

using testing::AddRow;
using testing::PlainDraft;
using testing::RandomDraft;
using testing::TempDir;

TEST(Shelf, NumbersVersionsAndNothingServesUntilActivated) {
  TempDir folder;
  const Shelf shelf(folder / "store/models/default");
  EXPECT_TRUE(shelf.List().empty());
  EXPECT_FALSE(shelf.ReadServing()->active.has_value());
  ASSERT_EQ(*shelf.Publish(RandomDraft(1)), 1u);
  ASSERT_EQ(*shelf.Publish(RandomDraft(2)), 2u);
  EXPECT_EQ(shelf.List(), (std::vector<Version>{2, 1}));
  EXPECT_FALSE(shelf.ReadServing()->active.has_value());
  ASSERT_TRUE(shelf.Activate(1).ok());
  ASSERT_TRUE(shelf.Activate(2).ok());
  EXPECT_EQ(shelf.ReadServing()->active, 2u);
  EXPECT_EQ(shelf.ReadServing()->previous, 1u);
}

TEST(Shelf, ActivateKeepsThePreviousWhenNothingChanges) {
  TempDir folder;
  const Shelf shelf(folder.path());
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(shelf.Publish(RandomDraft(1)).ok());
  ASSERT_TRUE(shelf.Activate(1).ok());
  ASSERT_TRUE(shelf.Activate(2).ok());
  ASSERT_TRUE(shelf.Activate(2).ok());
  EXPECT_EQ(shelf.ReadServing()->previous, 1u);
}

TEST(Shelf, ActivateRefusesAnotherThanExpectedAndWhatIsNotThere) {
  TempDir folder;
  const Shelf shelf(folder.path());
  ASSERT_TRUE(shelf.Publish(RandomDraft(1)).ok());
  EXPECT_EQ(shelf.Activate(1, 7).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(shelf.Activate(9).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Shelf(folder / "none").Activate(1).code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(shelf.ReadServing()->active.has_value());
  EXPECT_TRUE(shelf.Activate(1).ok());
  EXPECT_TRUE(shelf.Activate(1, 1).ok());
}

TEST(Shelf, RollbackGoesBackOnce) {
  TempDir folder;
  const Shelf shelf(folder.path());
  EXPECT_EQ(shelf.Rollback().status().code(), absl::StatusCode::kFailedPrecondition);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(shelf.Publish(RandomDraft(1)).ok());
  ASSERT_TRUE(shelf.Activate(1).ok());
  EXPECT_EQ(shelf.Rollback().status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(shelf.Activate(2).ok());
  EXPECT_EQ(*shelf.Rollback(), 1u);
  EXPECT_EQ(shelf.ReadServing()->active, 1u);
  EXPECT_EQ(shelf.Rollback().status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(Shelf, KeepsTheLastThreeTheActiveAndThePrevious) {
  TempDir folder;
  const Shelf shelf(folder.path());
  for (Version v = 1; v <= 2; ++v) {
    ASSERT_TRUE(shelf.Publish(RandomDraft(v)).ok());
    ASSERT_TRUE(shelf.Activate(v).ok());
  }
  for (Version v = 3; v <= 8; ++v) ASSERT_EQ(*shelf.Publish(RandomDraft(v)), v);
  EXPECT_EQ(shelf.List(), (std::vector<Version>{8, 7, 6, 2, 1}));
  EXPECT_EQ(*shelf.Rollback(), 1u);
  ASSERT_EQ(*shelf.Publish(RandomDraft(9)), 9u);
  EXPECT_EQ(shelf.List(), (std::vector<Version>{9, 8, 7, 1}));
}

TEST(Shelf, NeverUsesANumberTwice) {
  TempDir folder;
  const Shelf shelf(folder.path());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(shelf.Publish(RandomDraft(1)).ok());
  ASSERT_TRUE(shelf.Activate(3).ok());
  std::filesystem::remove(shelf.PathOf(3));
  EXPECT_EQ(*shelf.Publish(RandomDraft(1)), 4u);
}

TEST(Shelf, SweepsWhatACrashLeftBehind) {
  TempDir folder;
  const Shelf shelf(folder.path());
  std::ofstream(folder / "00000005.awm.tmp") << "half";
  ASSERT_EQ(*shelf.Publish(RandomDraft(1)), 1u);
  EXPECT_FALSE(std::filesystem::exists(folder / "00000005.awm.tmp"));
  EXPECT_EQ(shelf.List().size(), 1u);
}

TEST(Shelf, SaysWhenItsStateIsBroken) {
  TempDir folder;
  const Shelf shelf(folder.path());
  for (const char* text :
       {"", "{", "[]", "{\"active\": -1}", "{\"active\": \"1\"}", "{\"active\": 0}", "{\"other\": 1}"}) {
    std::ofstream(folder / "serving.json", std::ios::trunc) << text;
    EXPECT_EQ(shelf.ReadServing().status().code(), absl::StatusCode::kDataLoss) << text;
  }
  std::ofstream(folder / "serving.json", std::ios::trunc) << "{\"active\": 4, \"previous\": 2}";
  EXPECT_EQ(shelf.ReadServing()->active, 4u);
}

TEST(Shelf, WritersOfSeveralThreadsGetNumbersOfTheirOwn) {
  TempDir folder;
  const Shelf shelf(folder.path());
  std::vector<Version> versions(8);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < versions.size(); ++t) {
    threads.emplace_back([&, t] { versions[t] = *shelf.Publish(RandomDraft(t)); });
  }
  for (std::thread& thread : threads) thread.join();
  std::sort(versions.begin(), versions.end());
  for (size_t t = 0; t < versions.size(); ++t) EXPECT_EQ(versions[t], t + 1);
}

TEST(Shelf, SameDraftGivesTheSameBytesButForTheTime) {
  TempDir folder;
  const Shelf shelf(folder.path());
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(shelf.Publish(RandomDraft(4)).ok());
  EXPECT_EQ((*shelf.Open(1))->digest(), (*shelf.Open(2))->digest());
  EXPECT_EQ((*shelf.Open(1))->file_bytes(), (*shelf.Open(2))->file_bytes());
}

std::shared_ptr<const Model> WithRow(std::vector<Edge> edges, uint32_t sales = 0) {
  ModelDraft draft = PlainDraft(6);
  draft.recent_sales[0] = sales;
  AddRow(draft, 0, std::move(edges));
  AddRow(draft, 1, {{0, 0.5f}});
  return *Model::FromDraft(draft);
}

TEST(Compare, EqualModelsOverlapWholly) {
  const auto model = *Model::FromDraft(RandomDraft(1));
  const Comparison same = Compare(*model, *model);
  EXPECT_DOUBLE_EQ(same.weighted_overlap, 1);
  EXPECT_EQ(same.covered_items, model->covered_items());
  EXPECT_EQ(same.lost_items + same.gained_items + same.largest.size(), 0u);
  EXPECT_TRUE(CheckGuards(same, {}).ok());
}

TEST(Compare, OverlapIsWeightedBySales) {
  // Item a (3 sales, weight 4) keeps one of two; item b (weight 1) keeps its only one.
  const auto base = WithRow({{1, 0.9f}, {2, 0.8f}}, 3);
  const Comparison c = Compare(*base, *WithRow({{1, 0.9f}, {3, 0.8f}}), 10);
  EXPECT_DOUBLE_EQ(c.weighted_overlap, (4 * 0.5 + 1) / 5);
  ASSERT_EQ(c.largest.size(), 1u);
  EXPECT_EQ(c.largest[0].item_id, "a");
  EXPECT_EQ(c.largest[0].added, std::vector<std::string>{"d"});
  EXPECT_EQ(c.largest[0].removed, std::vector<std::string>{"c"});
  // Below the depth nothing is seen.
  EXPECT_DOUBLE_EQ(Compare(*base, *WithRow({{1, 0.9f}, {3, 0.8f}}), 1).weighted_overlap, 1);
}

TEST(Compare, GuardsNameWhatTheyFound) {
  const auto base = WithRow({{1, 0.9f}});
  const Comparison lost = Compare(*base, *WithRow({}));
  EXPECT_EQ(lost.lost_items, 1u);
  EXPECT_EQ(Compare(*WithRow({}), *base).gained_items, 1u);
  EXPECT_DOUBLE_EQ(lost.weighted_overlap, 0.5);
  const absl::Status status = CheckGuards(lost, {});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(std::string(status.message()).find("max_lost_item_share"), std::string::npos);
  EXPECT_TRUE(CheckGuards(lost, {.min_weighted_overlap = 0.3, .max_lost_item_share = 0.5}).ok());
  EXPECT_FALSE(CheckGuards(lost, {.min_weighted_overlap = 0.6, .max_lost_item_share = 0.5}).ok());
  // An empty base cannot lose anything.
  EXPECT_TRUE(CheckGuards(Compare(*Model::FromDraft(PlainDraft(2)).value(), *base), {}).ok());
}

}  // namespace
}  // namespace awase
