// What was planted is what a training finds.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

#include "gtest/gtest.h"

#include "engine/history/history.h"
#include "engine/synth/synth.h"
#include "engine/train/train.h"

namespace awase {
namespace {

// How many of the planted pairs have the companion among the first three of their anchor's row.
size_t Recovered(const SyntheticShop& shop, const TrainOptions& options) {
  HistoryOptions history_options;
  history_options.non_product_patterns = {kPostageId};
  const absl::StatusOr<History> history = History::Build(ToFacts(shop), history_options);
  EXPECT_TRUE(history.ok()) << history.status();
  const absl::StatusOr<ModelDraft> draft = Train(*history, shop.items, options);
  EXPECT_TRUE(draft.ok()) << draft.status();
  std::map<std::string, uint32_t> number;
  for (uint32_t i = 0; i < draft->items.size(); ++i) number[draft->items[i].id] = i;
  EXPECT_FALSE(number.contains(kPostageId));
  size_t found = 0;
  for (const PlantedPair& pair : shop.planted) {
    const uint32_t anchor = number.at(shop.items[pair.anchor].id),
                   companion = number.at(shop.items[pair.companion].id);
    const auto row = draft->edges.begin() + static_cast<ptrdiff_t>(draft->edge_offsets[anchor]);
    const uint64_t size = draft->edge_offsets[anchor + 1] - draft->edge_offsets[anchor];
    found += std::any_of(row, row + static_cast<ptrdiff_t>(std::min<uint64_t>(size, 3)),
                         [companion](const Edge& edge) { return edge.item == companion; });
  }
  return found;
}

TEST(Recovery, TrainingFindsThePlantedCompanionsAndNoneInTheControl) {
  SynthOptions options{.items = 800, .customers = 3000, .orders = 15'000, .seed = 21};
  const SyntheticShop shop = Generate(options);
  options.companions = false;
  const SyntheticShop control = Generate(options);
  ASSERT_GT(shop.planted.size(), 60u);
  for (const Measure measure : {Measure::kJaccard, Measure::kLlr, Measure::kCosine}) {
    TrainOptions training = DefaultsFor(measure);
    training.min_support = 5;
    EXPECT_GE(Recovered(shop, training), shop.planted.size() * 95 / 100) << Name(measure);
    EXPECT_LE(Recovered(control, training), shop.planted.size() * 15 / 100) << Name(measure) << ", control";
  }
}

}  // namespace
}  // namespace awase
