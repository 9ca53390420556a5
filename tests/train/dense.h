// Shops of few items and large baskets, and what their tests have in common.
#ifndef AWASE_TESTS_TRAIN_DENSE_H_
#define AWASE_TESTS_TRAIN_DENSE_H_

#include <gtest/gtest.h>

#include <cstdint>

#include "engine/history/history.h"
#include "engine/kernels/row.h"
#include "engine/train/population.h"
#include "engine/train/train.h"
#include "tests/support/drafts.h"
#include "tests/support/worlds.h"

namespace awase {

inline History DenseHistory(uint64_t seed, uint32_t items, uint32_t orders, uint32_t largest_basket,
                            uint32_t customers) {
  testing::World world;
  world.items = items;
  world.orders = orders;
  world.largest_basket = largest_basket;
  world.customers = customers;
  world.sessions = 0;
  return History::Build(testing::RandomFacts(seed, world), {}).value();
}

// With a third as many customers as orders.
inline History DenseHistory(uint64_t seed, uint32_t items, uint32_t orders, uint32_t largest_basket) {
  return DenseHistory(seed, items, orders, largest_basket, 1 + orders / 3);
}

// On options.threads.
inline Population PopulationOf(const History& history, const TrainOptions& options) {
  return BuildPopulation(history.orders(), history.items(), history.newest(), options, options.threads)
      .value();
}

// Trains under every instruction set in turn.
inline void ExpectDraftOnEveryTarget(const History& history, const TrainOptions& options,
                                     const ModelDraft& expected) {
  for (const char* target : kernels::Targets()) {
    SCOPED_TRACE(target);
    ASSERT_TRUE(kernels::ForceTarget(target));
    testing::ExpectSameDraft(Train(history, {}, options).value(), expected);
    kernels::ForceTarget("");
    if (::testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace awase

#endif  // AWASE_TESTS_TRAIN_DENSE_H_
