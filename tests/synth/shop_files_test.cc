#include <fstream>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

#include "engine/intake/intake.h"
#include "engine/synth/synth.h"
#include "tests/support/temp_dir.h"

namespace awase {
namespace {

std::string Bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(ShopFiles, SameShopGivesTheSameBytes) {
  const SyntheticShop shop = Generate({.items = 200, .customers = 300, .orders = 2000, .seed = 4});
  const testing::TempDir a, b;
  ASSERT_TRUE(WriteShop(shop, a.path()).ok());
  ASSERT_TRUE(WriteShop(shop, b / "made/on/the/way").ok());
  for (const char* name : {"items.csv", "orders.csv.gz", "views.csv.gz", "truth.json"}) {
    ASSERT_FALSE(Bytes(a / name).empty()) << name;
    EXPECT_EQ(Bytes(a / name), Bytes(b / ("made/on/the/way/" + std::string(name)))) << name;
  }
}

TEST(ShopFiles, IntakeReadsBackWhatWasWritten) {
  const SyntheticShop shop = Generate({.items = 300, .customers = 300, .orders = 2000, .seed = 9});
  const testing::TempDir folder;
  ASSERT_TRUE(WriteShop(shop, folder.path()).ok());

  std::vector<Item> items;
  const auto read = ReadItems(folder / "items.csv", {}, [&](std::span<const Item> batch) {
    items.insert(items.end(), batch.begin(), batch.end());
    return absl::OkStatus();
  });
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->rejected, 0u);
  EXPECT_EQ(items, shop.items);

  IntakeReport report;
  const absl::StatusOr<FactTable> facts = ReadOrdersAsFacts(folder / "orders.csv.gz", {}, &report);
  ASSERT_TRUE(facts.ok()) << facts.status();
  const FactTable expected = ToFacts(shop);
  ASSERT_EQ(facts->lines.size(), expected.lines.size());
  for (size_t l = 0; l < expected.lines.size(); ++l) {
    const LineFact &a = facts->lines[l], &b = expected.lines[l];
    ASSERT_EQ(facts->orders[a.order], expected.orders[b.order]) << "line " << l;
    ASSERT_EQ(facts->items[a.item], expected.items[b.item]) << "line " << l;
    ASSERT_EQ(a.quantity, b.quantity) << "line " << l;
    ASSERT_EQ(a.time, b.time) << "line " << l;
  }

  uint64_t views = 0;
  const auto seen = ReadViews(folder / "views.csv.gz", {}, [&](std::span<const ViewRow> batch) {
    views += batch.size();
    return absl::OkStatus();
  });
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_EQ(views, shop.views.size());
}

TEST(ShopFiles, TruthNamesPairsAndLadders) {
  SynthOptions options{.items = 200, .customers = 300, .orders = 2000, .seed = 4};
  const testing::TempDir folder;
  const SyntheticShop shop = Generate(options);
  ASSERT_TRUE(WriteShop(shop, folder.path()).ok());
  const auto truth = nlohmann::json::parse(Bytes(folder / "truth.json"));
  ASSERT_EQ(truth["companions"].size(), shop.planted.size());
  EXPECT_EQ(truth["companions"][0]["anchor"], shop.items[shop.planted[0].anchor].id);
  EXPECT_EQ(truth["ladders"].size(), shop.ladders.size());
  EXPECT_EQ(truth["non_product_patterns"][0], kPostageId);

  options.companions = false;
  ASSERT_TRUE(WriteShop(Generate(options), folder.path()).ok());
  EXPECT_TRUE(nlohmann::json::parse(Bytes(folder / "truth.json"))["companions"].empty());
}

TEST(ShopFiles, FolderThatCannotBeMadeIsNamed) {
  const testing::TempDir folder;
  std::ofstream(folder / "file") << "x";
  const absl::Status status =
      WriteShop(Generate({.items = 2, .customers = 1, .orders = 1}), folder / "file/below");
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_NE(std::string(status.message()).find("file/below"), std::string::npos) << status.message();
}

}  // namespace
}  // namespace awase
