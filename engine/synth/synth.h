// A synthetic shop with known truth: for tests, benchmarks and the first run.
#ifndef AWASE_ENGINE_SYNTH_SYNTH_H_
#define AWASE_ENGINE_SYNTH_SYNTH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "engine/base/progress.h"
#include "engine/base/time.h"
#include "engine/facts/fact_table.h"
#include "engine/facts/facts.h"

namespace awase {

struct SynthOptions {
  uint32_t items = 1000;      // 1..1,000,000
  uint32_t customers = 4000;  // 1..10,000,000
  uint32_t orders = 20'000;   // 1..50,000,000
  uint64_t seed = 1;
  // False: nobody buys a companion because of its anchor; the negative control of what finds them.
  bool companions = true;
};

// Stands in SynthLine::item for the postage line: sold, but no product and not in the catalogue.
inline constexpr uint32_t kPostage = ~uint32_t{0};
inline constexpr char kPostageId[] = "POST";

struct SynthLine {
  uint32_t order;     // number of the document: orders first, by time, then return documents
  uint32_t customer;  // kAnonymous for guests
  UnixSeconds time;
  uint32_t item;     // number in SyntheticShop::items, or kPostage
  int32_t quantity;  // > 0 bought, < 0 sent back
  Micros unit_price;
};

struct SynthView {
  uint32_t session;
  uint32_t customer;
  UnixSeconds time;
  uint32_t item;
};

// Who buys `anchor` puts `companion` into the same order with this probability, on top of chance.
struct PlantedPair {
  uint32_t anchor;
  uint32_t companion;
  uint32_t per_thousand;
};

// 18 months of a Japanese general store: Zipf popularity, geometric baskets, seasons, weekends and growth,
// customers with favourite departments who buy consumables again, guests, returns, postage lines, sessions of
// views.
struct SyntheticShop {
  std::vector<Item> items;       // titles in English ("") and Japanese ("ja"), prices in JPY
  std::vector<SynthLine> lines;  // the lines of a document stand together
  std::vector<SynthView> views;  // by session, in order
  uint32_t orders = 0;           // documents below this number are orders, the others returns
  uint32_t documents = 0;
  uint32_t sessions = 0;
  std::vector<PlantedPair> planted;  // by anchor; only anchors that some 40 orders or more should hold
  std::vector<std::vector<uint32_t>> ladders;  // versions of one product, lowest first
  SynthOptions options;

  std::string DocumentId(uint32_t order) const;  // "O0000012", of a return "R0000012"
  static std::string CustomerName(uint32_t customer);
  static std::string SessionId(uint32_t session);
};

// Same options, same shop, on every machine. About 0.3 us a line. Options must lie in their ranges: see
// ValidateSynth.
SyntheticShop Generate(const SynthOptions& options);
absl::Status ValidateSynth(const SynthOptions& options);

// As a ledger scan would give it.
FactTable ToFacts(const SyntheticShop& shop);

// Writes items.csv, orders.csv.gz, views.csv.gz (the canonical forms) and truth.json into a folder, which it
// makes if need be. Same shop, same bytes. Errors: UNAVAILABLE, RESOURCE_EXHAUSTED naming the file.
absl::Status WriteShop(const SyntheticShop& shop, const std::string& folder,
                       const Progress& progress = nullptr);

}  // namespace awase

#endif  // AWASE_ENGINE_SYNTH_SYNTH_H_
