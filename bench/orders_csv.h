// A seeded orders file for benchmarks of reading.
#ifndef AWASE_BENCH_ORDERS_CSV_H_
#define AWASE_BENCH_ORDERS_CSV_H_

#include <cstdint>
#include <random>
#include <string>

#include "engine/base/time.h"

namespace awase::bench {

// Orders of 1 to 20 lines over 20,000 items of which few are popular; 16 s between orders.
inline std::string OrdersCsv(uint64_t lines) {
  std::mt19937_64 random(1);
  std::string text = "order_id,customer_id,timestamp,item_id,quantity,unit_price\n";
  for (uint64_t line = 0, order = 0; line < lines; ++order) {
    const std::string start = std::to_string(500'000 + order) + "," + std::to_string(random() % 50'000) +
                              "," + FormatTime(static_cast<UnixSeconds>(1'400'000'000 + 16 * order)) + ",";
    for (uint64_t size = 1 + random() % 20; size > 0 && line < lines; --size, ++line) {
      const uint64_t item = (random() % 141) * (random() % 142);
      text += start + "item-" + std::to_string(item) + "," + std::to_string(1 + random() % 12) + "," +
              std::to_string(item % 50) + ".95\n";
    }
  }
  return text;
}

}  // namespace awase::bench

#endif  // AWASE_BENCH_ORDERS_CSV_H_
