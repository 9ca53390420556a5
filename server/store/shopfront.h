// All that a store's answers are made from, as of one moment.
#ifndef AWASE_SERVER_STORE_SHOPFRONT_H_
#define AWASE_SERVER_STORE_SHOPFRONT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/answer/answer.h"
#include "engine/base/bitset.h"
#include "engine/facts/placement.h"
#include "engine/filter/filter.h"
#include "engine/ledger/ledger.h"
#include "engine/model/model.h"
#include "engine/model/shelf.h"
#include "server/store/filter_cache.h"
#include "server/store/live_profiles.h"

namespace awase {

// One model as it serves. Immutable but for the filter cache.
struct Served {
  std::string model_id;
  Version version = 0;
  std::string name;  // "stores/{store}/models/{model}/versions/{version}"
  std::shared_ptr<const Model> model;
  Blend blend;
  bool from_views = false;  // built from views: "also viewed"
  ItemTranslation translation;
  FilterCache filters;
};

// A placement compiled for the model it names.
struct CompiledPlacement {
  Placement placement;
  std::string revision;                  // empty: the built-in default
  std::shared_ptr<const Served> served;  // null: its model does not serve yet
  std::optional<Bitset> allowed;         // its filter; nullopt: all items
  struct Rule {
    Filter condition;
    Bitset items;
  };
  std::vector<Rule> rules;  // parallel to placement.rules
  absl::Status problem;     // why it cannot be served, such as a filter that does not compile
};

// Immutable; swapped as a whole, so that one answer never mixes two states.
struct Shopfront {
  std::map<std::string, std::shared_ptr<const Served>, std::less<>> models;
  std::map<std::string, std::shared_ptr<const CompiledPlacement>, std::less<>>
      placements;  // "default" always

  // Null when there is none.
  const Served* FindModel(std::string_view model_id) const {
    const auto it = models.find(model_id);
    return it == models.end() ? nullptr : it->second.get();
  }
  const CompiledPlacement* FindPlacement(std::string_view id) const {
    const auto it = placements.find(id);
    return it == placements.end() ? nullptr : it->second.get();
  }
};

// A model ready to serve. Looks up every item of the profiles' pool: off the request path.
std::shared_ptr<const Served> MakeServed(std::string_view store, std::string_view model_id, Version version,
                                         std::shared_ptr<const Model> model, const LiveProfiles& profiles);

// Compiles against the placement's model where it serves; without one, checks only that everything parses.
std::shared_ptr<const CompiledPlacement> Compile(const Placement& placement, std::string revision,
                                                 std::shared_ptr<const Served> served);

// Every placement of `stored` and the built-in default, over `models`. What did not change since `before` is
// taken from there.
std::shared_ptr<const Shopfront> MakeShopfront(
    std::map<std::string, std::shared_ptr<const Served>, std::less<>> models,
    const std::vector<Ledger::StoredPlacement>& stored, const Shopfront* before);

}  // namespace awase

#endif  // AWASE_SERVER_STORE_SHOPFRONT_H_
