// Random small worlds: the same seed gives the same facts on every machine.
#ifndef AWASE_TESTS_SUPPORT_WORLDS_H_
#define AWASE_TESTS_SUPPORT_WORLDS_H_

#include <cstdint>
#include <string>

#include "engine/facts/fact_table.h"

namespace awase::testing {

// What a random world holds. Shares are per thousand.
struct World {
  uint32_t items = 12;
  uint32_t customers = 8;
  uint32_t orders = 40;
  uint32_t largest_basket = 6;
  uint32_t anonymous = 250;  // orders without a customer
  uint32_t returns = 100;    // lines that are sent back later
  uint32_t repeated = 100;   // lines that occur twice in their order
  uint32_t sessions = 20;
  bool with_time = true;
  UnixSeconds start = 1'600'000'000;
  uint32_t days = 120;
};

// splitmix64 (Steele, Lea, Flood 2014): one line, good enough for worlds, the same everywhere.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>((Next() >> 32) * n >> 32); }
  bool Chance(uint32_t per_thousand) { return Below(1000) < per_thousand; }

 private:
  uint64_t state_;
};

inline FactTable RandomFacts(uint64_t seed, const World& world = {}) {
  Dice dice(seed);
  FactTable facts;
  for (uint32_t o = 0; o < world.orders; ++o) {
    const uint32_t order =
        facts.orders.Intern("o" + std::to_string(dice.Below(100000)) + "-" + std::to_string(o));
    const bool known = world.customers > 0 && !dice.Chance(world.anonymous);
    const uint32_t customer =
        known ? facts.customers.Intern("c" + std::to_string(dice.Below(world.customers))) : kAnonymous;
    facts.order_customer.push_back(customer);
    const UnixSeconds time = world.with_time ? world.start + dice.Below(world.days * 24) * 3600 : kNoTime;
    const uint32_t lines = 1 + dice.Below(world.largest_basket);
    for (uint32_t l = 0; l < lines; ++l) {
      // The smaller of two draws: some items are far more popular than others.
      const uint32_t first = dice.Below(world.items), second = dice.Below(world.items);
      const uint32_t item = facts.items.Intern("i" + std::to_string(first < second ? first : second));
      const auto quantity = static_cast<int32_t>(1 + dice.Below(3));
      facts.lines.push_back({order, item, quantity, time});
      if (dice.Chance(world.repeated)) facts.lines.push_back({order, item, 1, time});
      if (dice.Chance(world.returns)) {
        const uint32_t back = facts.orders.Intern("r" + std::to_string(facts.lines.size()));
        facts.order_customer.push_back(customer);
        const auto part = -static_cast<int32_t>(1 + dice.Below(static_cast<uint32_t>(quantity)));
        facts.lines.push_back({back, item, part, world.with_time ? time + dice.Below(9) * 86400 : kNoTime});
        if (dice.Chance(300)) facts.return_of.emplace_back(back, order);
      }
    }
  }
  for (uint32_t s = 0; s < world.sessions; ++s) {
    const uint32_t session = facts.sessions.Intern("s" + std::to_string(s));
    const UnixSeconds time = world.with_time ? world.start + dice.Below(world.days * 24) * 3600 : kNoTime;
    const uint32_t views = 1 + dice.Below(world.largest_basket);
    for (uint32_t v = 0; v < views; ++v) {
      const uint32_t item = facts.items.Intern("i" + std::to_string(dice.Below(world.items)));
      facts.views.push_back({session, item, world.with_time ? time + v * 30 : kNoTime});
    }
  }
  return facts;
}

}  // namespace awase::testing

#endif  // AWASE_TESTS_SUPPORT_WORLDS_H_
