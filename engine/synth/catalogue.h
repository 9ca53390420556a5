// The synthetic shop's shelves: items, how popular each is, and the companions planted.
#ifndef AWASE_ENGINE_SYNTH_CATALOGUE_H_
#define AWASE_ENGINE_SYNTH_CATALOGUE_H_

#include <cstdint>
#include <vector>

#include "engine/synth/assortment.h"
#include "engine/synth/synth.h"

namespace awase {

struct Catalogue {
  std::vector<Item> items;
  std::vector<uint32_t> kind;                  // by item: number in Assortment()
  std::vector<uint32_t> place;                 // by item: its position in by_kind[kind[item]]
  std::vector<uint32_t> weight;                // by item: Zipf popularity
  std::vector<std::vector<uint32_t>> by_kind;  // items of each kind
  std::vector<std::vector<uint32_t>> ladders;
  std::vector<PlantedPair> planted;       // by anchor
  std::vector<uint32_t> planted_offsets;  // pairs of item i are [planted_offsets[i], planted_offsets[i + 1])
};

Catalogue StockShelves(const SynthOptions& options);

}  // namespace awase

#endif  // AWASE_ENGINE_SYNTH_CATALOGUE_H_
