// A model file that was opened without the full check may hold anything: answers may be wrong then, but never
// crash.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "engine/answer/answer.h"
#include "engine/answer/evidence.h"
#include "engine/model/format.h"
#include "engine/model/shelf.h"
#include "tests/support/random_draft.h"
#include "tests/support/temp_dir.h"

namespace awase {
namespace {

void AskEverything(const Model& model, Scratch& scratch) {
  Answer answer;
  for (uint32_t i = 0; i < model.items(); ++i) {
    const ItemId cart[] = {ItemId{i}, ItemId{(i + 1) % model.items()}};
    const Owned owned[] = {{ItemId{(i + 2) % model.items()}, 1, 1}};
    const Query query{.cart = cart,
                      .personal = owned,
                      .max_results = 20,
                      .max_per_category = i % 3,
                      .exclude_substitutes = i % 2 == 0};
    Recommend(model, query, Detail::kFull, scratch, answer);
    ASSERT_LE(answer.results.size(), 20u);
    for (const Result& result : answer.results) {
      ASSERT_LT(Index(result.item), model.items());
      ReasonFor(model, result, i % 2 == 0 ? "ja" : "en");
      for (uint32_t c = 0; c < result.contributions; ++c) {
        EvidenceOf(model, result.contribution[c].anchor, result.contribution[c].edge);
      }
      StandingOf(model, query, result.item, scratch, answer);
    }
  }
}

TEST(BrokenModel, NeverCrashesAnAnswer) {
  testing::TempDir folder;
  const Shelf shelf(folder / "m");
  ASSERT_TRUE(shelf.Publish(testing::RandomDraft(3, {.items = 20, .max_neighbours = 8})).ok());
  std::ifstream file(shelf.PathOf(1), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const auto scratch = MakeScratch();
  std::mt19937_64 random(5);
  for (int n = 0; n < 1000; ++n) {
    std::string broken = bytes;
    for (uint64_t flips = 1 + random() % 64; flips > 0; --flips) {
      const size_t at = model_format::kHeadBytes + random() % (bytes.size() - model_format::kHeadBytes);
      broken[at] = static_cast<char>(n % 3 == 0 ? 0xff : random());
    }
    const auto model = Model::FromBytes(std::as_bytes(std::span(broken)));
    ASSERT_TRUE(model.ok()) << model.status();
    AskEverything(**model, *scratch);
  }
}

}  // namespace
}  // namespace awase
