// A model trained on facts that were read in pieces equals one trained on facts read at once, to the bit.
#include <gtest/gtest.h>

#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/ledger/ledger.h"
#include "engine/train/train.h"
#include "tests/support/drafts.h"
#include "tests/support/temp_dir.h"
#include "tests/support/worlds.h"

namespace awase {
namespace {

// The lines of a random world as rows of an orders file, with texts that live as long as it.
struct Rows {
  explicit Rows(uint64_t seed) : facts(testing::RandomFacts(seed)) {
    for (const LineFact& line : facts.lines) {
      const uint32_t customer = facts.order_customer[line.order];
      const uint32_t occurrence = copies[std::to_string(line.order) + "/" + std::to_string(line.item) + "/" +
                                         std::to_string(line.quantity)]++;
      rows.push_back({facts.orders[line.order],
                      customer == kAnonymous ? std::string_view() : facts.customers[customer], line.time,
                      facts.items[line.item], line.quantity, kNoPrice, occurrence});
    }
  }
  FactTable facts;
  std::map<std::string, uint32_t> copies;
  std::vector<OrderRow> rows;
};

ModelDraft TrainOn(const FactTable& facts) {
  TrainOptions options;
  options.min_support = 1;
  return Train(History::Build(facts, {}).value(), {}, options).value();
}

TEST(Incremental, FactsReadInPiecesGiveTheSameModel) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(seed);
    const testing::TempDir dir;
    const auto ledger = Ledger::Open(dir.path(), "shop", Ledger::Mode::kCreate).value();
    const Rows world(seed);
    const std::span<const OrderRow> all(world.rows);
    const size_t half = all.size() / 2;
    ASSERT_TRUE(ledger->AppendOrderRows(all.subspan(0, half)).ok());
    Watermark at;
    FactTable grown = ledger->ReadFacts(&at).value();
    const ModelDraft before = TrainOn(grown);
    ASSERT_TRUE(ledger->AppendOrderRows(all.subspan(half)).ok());
    ASSERT_TRUE(ledger->ReadFactsSince(at, grown).ok());
    testing::ExpectSameDraft(TrainOn(grown), TrainOn(ledger->ReadFacts().value()));
    EXPECT_LT(before.units, TrainOn(grown).units);
  }
}

}  // namespace
}  // namespace awase
