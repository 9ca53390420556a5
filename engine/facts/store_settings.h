// What a merchant sets once per store.
#ifndef AWASE_ENGINE_FACTS_STORE_SETTINGS_H_
#define AWASE_ENGINE_FACTS_STORE_SETTINGS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace awase {

// Kept in the ledger's `settings` table as text, one row a key; the key is the field's name.
struct StoreSettings {
  std::string currency = "";      // ISO 4217; empty until set
  std::string time_zone = "UTC";  // IANA name, for time stamps without a zone
  // Globs over item ids ("POST", "BANK*"): kept in the ledger, left out of training and answers.
  std::vector<std::string> non_product_patterns;
  // Fewest distinct customers behind a displayed edge; 0: 5 where any customer is known, 2 where all orders
  // are anonymous.
  uint32_t min_support = 0;
  // Newest orders of one customer that count in training with unit order; 0 means no cap.
  uint32_t max_orders_per_customer = 100;
  // New events after which the server retrains by itself; 0 never.
  uint64_t retrain_after_events = 1000;
};

}  // namespace awase

#endif  // AWASE_ENGINE_FACTS_STORE_SETTINGS_H_
