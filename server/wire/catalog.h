// Items, placements, money and events between wire and engine.
#ifndef AWASE_SERVER_WIRE_CATALOG_H_
#define AWASE_SERVER_WIRE_CATALOG_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "awase/v1/catalog_service.pb.h"
#include "awase/v1/recommendation_service.pb.h"
#include "engine/facts/facts.h"
#include "engine/facts/placement.h"

namespace awase {

namespace pb = ::awase::v1;

// Millionths. INVALID_ARGUMENT for nanos finer than millionths, mixed signs, negative or too large amounts,
// and a currency other than the store's. `store_currency` may be empty: then any is taken.
absl::StatusOr<Micros> ReadMoney(std::string_view field, const pb::Money& money,
                                 std::string_view store_currency);
void WriteMoney(Micros price, std::string_view currency, pb::Money* out);

// `field` is the path of the item in its request, for errors. The name's store must be `store`.
absl::StatusOr<Item> ReadItem(std::string_view field, const pb::Item& item, std::string_view store,
                              std::string_view store_currency);
void WriteItem(const Item& item, std::string_view store, std::string_view currency, pb::Item* out);

// The fallback of a request or placement; kPopularity when unspecified.
Fallback ReadFallback(pb::FallbackMode mode);
// Everything but the name; filters and conditions are compiled by the caller.
absl::StatusOr<Placement> ReadPlacement(std::string_view id, const pb::Placement& placement);
void WritePlacement(const Placement& placement, std::string_view store, std::string_view revision,
                    pb::Placement* out);

}  // namespace awase

#endif  // AWASE_SERVER_WIRE_CATALOG_H_
