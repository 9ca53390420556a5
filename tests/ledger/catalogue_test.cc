// Items, settings, placements, documents.
#include <gtest/gtest.h>

#include "engine/ledger/ledger.h"
#include "tests/support/temp_dir.h"

namespace awase {
namespace {

using testing::TempDir;

class Catalogue : public ::testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<std::unique_ptr<Ledger>> opened = Ledger::Open(dir_.path(), "shop", Ledger::Mode::kCreate);
    ASSERT_TRUE(opened.ok()) << opened.status();
    ledger_ = *std::move(opened);
  }
  TempDir dir_;
  std::unique_ptr<Ledger> ledger_;
};

Item Tea() {
  return {.id = "tea",
          .titles = {{"", "Green \"tea\""}, {"ja", "緑茶"}},
          .category = "drinks/tea",
          .price = 1'500'000,
          .group = "teas",
          .available = false,
          .repeatable = false,
          .attributes = {{"origin", "Uji"}, {"weight", "100 g"}}};
}

TEST_F(Catalogue, GivesItemsBackAsTheyWereGiven) {
  const std::vector<Item> items = {Tea(), {.id = "Tea"}};
  EXPECT_EQ(*ledger_->UpsertItems(items), 2u);
  EXPECT_EQ(*ledger_->GetItem("tea"), items[0]);
  EXPECT_EQ(*ledger_->GetItem("Tea"), items[1]) << "ids differ by case";
  EXPECT_EQ(*ledger_->ListItems(), (std::vector<Item>{items[1], items[0]}));
  EXPECT_EQ(ledger_->ListItems("Tea", 5)->size(), 1u);
  EXPECT_EQ(ledger_->ListItems("", 1)->front().id, "Tea");
}

TEST_F(Catalogue, CountsOnlyWhatChanges) {
  ASSERT_TRUE(ledger_->UpsertItems(std::vector<Item>{Tea()}).ok());
  const Watermark before = *ledger_->ReadWatermark();
  EXPECT_EQ(*ledger_->UpsertItems(std::vector<Item>{Tea()}), 0u);
  EXPECT_EQ(*ledger_->ReadWatermark(), before);
  Item dearer = Tea();
  dearer.price = kNoPrice;
  // Of two versions in one batch the last counts: the first is no change to go back from.
  EXPECT_EQ(*ledger_->UpsertItems(std::vector<Item>{dearer, Tea()}), 0u);
  EXPECT_EQ(*ledger_->UpsertItems(std::vector<Item>{Tea(), dearer}), 1u);
  EXPECT_EQ(ledger_->GetItem("tea")->price, kNoPrice);
  EXPECT_EQ(ledger_->ReadWatermark()->sequence, before.sequence + 1);
  EXPECT_EQ(ledger_->ReadWatermark()->facts, 0u);
}

TEST_F(Catalogue, TakesAllItemsOrNone) {
  const absl::StatusOr<uint64_t> changed =
      ledger_->UpsertItems(std::vector<Item>{Tea(), {.id = "bad", .price = -1}});
  EXPECT_EQ(changed.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(changed.status().message().find("items[1].price"), absl::string_view::npos) << changed.status();
  EXPECT_TRUE(ledger_->ListItems()->empty());
}

TEST_F(Catalogue, DeletesAnItemButNotItsSales) {
  ASSERT_TRUE(ledger_->UpsertItems(std::vector<Item>{Tea()}).ok());
  ASSERT_TRUE(ledger_->AppendOrderRows(std::vector<OrderRow>{{"o1", "", 1, "tea"}}).ok());
  EXPECT_TRUE(ledger_->DeleteItem("tea").ok());
  EXPECT_EQ(ledger_->DeleteItem("tea").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ledger_->GetItem("tea").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ledger_->ReadFacts()->lines.size(), 1u);
  EXPECT_TRUE(ledger_->Verify()->empty());
}

TEST_F(Catalogue, KeepsSettingsAsText) {
  ASSERT_TRUE(ledger_->Set("currency", "JPY").ok());
  ASSERT_TRUE(ledger_->Set("time_zone", "Asia/Tokyo").ok());
  ASSERT_TRUE(ledger_->Set("non_product_patterns", " POST, BANK*,, ").ok());
  ASSERT_TRUE(ledger_->Set("min_support", "7").ok());
  const StoreSettings settings = *ledger_->Settings();
  EXPECT_EQ(settings.currency, "JPY");
  EXPECT_EQ(settings.non_product_patterns, (std::vector<std::string>{"POST", "BANK*"}));
  EXPECT_EQ(settings.min_support, 7u);
  EXPECT_EQ(settings.retrain_after_events, StoreSettings().retrain_after_events);
  const auto texts = *ledger_->SettingsAsText();
  ASSERT_EQ(texts.size(), 6u);
  EXPECT_EQ(texts[2], (std::pair<std::string, std::string>{"non_product_patterns", "POST,BANK*"}));
}

TEST_F(Catalogue, NamesTheSettingThatIsWrong) {
  const struct {
    const char *key, *value, *message;
  } kCases[] = {
      {"currency", "yen", "currency: is not an ISO 4217 code such as JPY, got 'yen'"},
      {"time_zone", "Mars", "time_zone: is not an IANA time zone such as Asia/Tokyo, got 'Mars'"},
      {"min_support", "-1", "min_support: is not a whole number from 0, got '-1'"},
      {"min_support", "4294967296", "min_support: is not a whole number from 0, got '4294967296'"},
      {"retrain_after_events", "1x", "retrain_after_events: is not a whole number from 0, got '1x'"}};
  for (const auto& c : kCases) {
    const absl::Status status = ledger_->Set(c.key, c.value);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(std::string(status.message()), c.message);
  }
  EXPECT_NE(ledger_->Set("colour", "red").message().find("there are currency, time_zone"),
            absl::string_view::npos);
  EXPECT_EQ(*ledger_->ReadWatermark(), Watermark{});
}

TEST_F(Catalogue, ChangesAPlacementOnlyFromTheRevisionThatWasSeen) {
  Placement placement;
  placement.id = "cart";
  placement.filter = "price < 10";
  placement.rules = {
      {"b", "", "category = \"tea\"", Boost{2.5}, 10, 20}, {"p", "x", "y", Pin{3}}, {"h", "", "z", Hide{}}};
  placement.max_per_category = 2;
  placement.fallback = Fallback::kNone;
  const std::string first = *ledger_->PutPlacement(placement);
  const auto stored = *ledger_->Placements();
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_EQ(stored[0].revision, first);
  const Placement& read = stored[0].placement;
  EXPECT_EQ(read.filter, placement.filter);
  EXPECT_EQ(read.max_per_category, 2u);
  EXPECT_EQ(read.fallback, Fallback::kNone);
  ASSERT_EQ(read.rules.size(), 3u);
  EXPECT_EQ(std::get<Boost>(read.rules[0].effect).factor, 2.5);
  EXPECT_EQ(read.rules[0].end, 20u);
  EXPECT_EQ(std::get<Pin>(read.rules[1].effect).position, 3u);
  EXPECT_TRUE(std::holds_alternative<Hide>(read.rules[2].effect));

  EXPECT_EQ(ledger_->PutPlacement(placement, "999").status().code(), absl::StatusCode::kAborted);
  const std::string second = *ledger_->PutPlacement(placement, first);
  EXPECT_GT(std::stoull(second), std::stoull(first));
  EXPECT_EQ(ledger_->PutPlacement(placement, first).status().code(), absl::StatusCode::kAborted);
  EXPECT_TRUE(ledger_->DeletePlacement("cart").ok());
  EXPECT_EQ(ledger_->DeletePlacement("cart").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ledger_->PutPlacement(placement, second).status().code(), absl::StatusCode::kAborted);
}

TEST_F(Catalogue, KeepsDocuments) {
  EXPECT_EQ(*ledger_->GetDocument("tuned"), std::nullopt);
  ASSERT_TRUE(ledger_->PutDocument("tuned", "{\"g\":0.5}").ok());
  EXPECT_EQ(*ledger_->GetDocument("tuned"), "{\"g\":0.5}");
}

TEST(Stores, AreFoldersThatHoldALedger) {
  const TempDir dir;
  ASSERT_TRUE(Ledger::Open(dir.path(), "zoo", Ledger::Mode::kCreate).ok());
  ASSERT_TRUE(Ledger::Open(dir.path(), "Art-1", Ledger::Mode::kCreate).ok());
  std::filesystem::create_directory(dir / "empty");
  EXPECT_EQ(*ListStores(dir.path()), (std::vector<std::string>{"Art-1", "zoo"}));
  EXPECT_EQ(ListStores(dir / "nowhere").status().code(), absl::StatusCode::kNotFound);
  for (const std::string name : {"", "..", "a/b", "a.b", "é"}) {
    EXPECT_EQ(ValidateStoreName(name).code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_FALSE(Ledger::Open(dir.path(), name, Ledger::Mode::kCreate).ok()) << name;
  }
  EXPECT_FALSE(ValidateStoreName(std::string(65, 'a')).ok());
  EXPECT_TRUE(ValidateStoreName(std::string(64, 'a')).ok());
  EXPECT_EQ(Ledger::Open(dir.path(), "empty", Ledger::Mode::kRead).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(Ledger::Open(dir.path(), "nope", Ledger::Mode::kWrite).status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace awase
