// Facts from a few lines of code, and a shop whose right answers are known.
#ifndef AWASE_TESTS_EVALUATE_TINY_FACTS_H_
#define AWASE_TESTS_EVALUATE_TINY_FACTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/evaluate/draw.h"
#include "engine/evaluate/probe.h"
#include "engine/facts/fact_table.h"

namespace awase::testing {

struct TinyOrder {
  std::string id;
  std::string customer;  // "": anonymous
  UnixSeconds time;
  std::vector<std::string> items;
  int32_t quantity = 1;
};

inline void AddOrder(FactTable& facts, const TinyOrder& order) {
  const uint32_t number = facts.orders.Intern(order.id);
  if (number == facts.order_customer.size()) {
    facts.order_customer.push_back(order.customer.empty() ? kAnonymous
                                                          : facts.customers.Intern(order.customer));
  }
  for (const std::string& item : order.items) {
    facts.lines.push_back({number, facts.items.Intern(item), order.quantity, order.time});
  }
}

inline FactTable FactsOf(const std::vector<TinyOrder>& orders) {
  FactTable facts;
  for (const TinyOrder& order : orders) AddOrder(facts, order);
  return facts;
}

inline constexpr UnixSeconds kDay = kSecondsPerDay;
inline constexpr UnixSeconds kStart = 1'600'000'000;

// `orders` orders over 300 days: one of 60 couples of items (a-N goes with b-N) and one of 40 fillers. A
// third is anonymous; the others come from 50 customers. With `shuffled` the companion is any b: nothing is
// left to learn.
inline FactTable CoupleShop(uint32_t orders, uint64_t seed, bool shuffled = false) {
  Draw draw(seed);
  FactTable facts;
  for (uint32_t i = 0; i < orders; ++i) {
    const uint32_t couple = draw.Below(60), other = draw.Below(60);
    const std::string companion = "b-" + std::to_string(shuffled ? other : couple);
    const std::string customer = i % 3 == 0 ? "" : "c-" + std::to_string(draw.Below(50));
    AddOrder(facts, {"o-" + std::to_string(i),
                     customer,
                     kStart + i * (300 * kDay / orders),
                     {"a-" + std::to_string(couple), companion, "f-" + std::to_string(draw.Below(40))}});
  }
  return facts;
}

inline std::vector<std::string> IdsOf(const World& world, const std::vector<ItemId>& items) {
  std::vector<std::string> ids;
  for (const ItemId item : items) ids.push_back(world.all.item_id(item));
  return ids;
}

}  // namespace awase::testing

#endif  // AWASE_TESTS_EVALUATE_TINY_FACTS_H_
