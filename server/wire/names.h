// Resource names: "stores/{store}/items/{item}" and their like.
#ifndef AWASE_SERVER_WIRE_NAMES_H_
#define AWASE_SERVER_WIRE_NAMES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace awase {

// "stores/{store}". All parsers yield views into `name`, allocate nothing on success, and name `field` in
// their error.
absl::Status ParseStoreName(std::string_view field, std::string_view name, std::string_view& store);

// "stores/{store}/{collection}/{id}". The id is the whole rest, so item ids may hold slashes.
absl::Status ParseChildName(std::string_view field, std::string_view name, std::string_view collection,
                            std::string_view& store, std::string_view& id);

struct VersionName {
  std::string_view store, model;
  uint64_t version = 0;
};
// "stores/{store}/models/{model}/versions/{version}".
absl::StatusOr<VersionName> ParseVersionName(std::string_view field, std::string_view name);

std::string ChildName(std::string_view store, std::string_view collection, std::string_view id);
std::string FormatVersionName(std::string_view store, std::string_view model, uint64_t version);

// Start of a page: tokens are opaque to callers and bound to what they page through (`scope`: a parent, a
// version).
std::string MakePageToken(std::string_view scope, std::string_view after);
// INVALID_ARGUMENT for a token that was not made for `scope`. Empty token: empty start.
absl::StatusOr<std::string> ReadPageToken(std::string_view token, std::string_view scope);

// 0 yields `usual`, above `most` yields `most`; INVALID_ARGUMENT when negative.
absl::StatusOr<uint32_t> PageSize(int32_t asked, uint32_t usual, uint32_t most);

}  // namespace awase

#endif  // AWASE_SERVER_WIRE_NAMES_H_
