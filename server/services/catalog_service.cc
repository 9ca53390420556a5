#include "server/services/catalog_service.h"

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "server/rpc/status.h"
#include "server/wire/catalog.h"
#include "server/wire/names.h"

namespace awase {
namespace {

constexpr int kMaxBatch = 1000;

absl::StatusOr<std::vector<Item>> ReadItems(const pb::BatchUpdateItemsRequest& request, const Store& store) {
  const std::string currency = store.settings()->currency;
  std::vector<Item> items;
  std::set<std::string> seen;
  for (int i = 0; i < request.items_size(); ++i) {
    const std::string field = absl::StrCat("items[", i, "]");
    auto item = ReadItem(field, request.items(i), store.name(), currency);
    if (!item.ok()) return item.status();
    if (!seen.insert(item->id).second) return rpc::Invalid(field + ".name", "is in the batch twice");
    items.push_back(*std::move(item));
  }
  return items;
}

absl::Status ItemNotFound(const absl::Status& status) {
  if (status.code() != absl::StatusCode::kNotFound) return status;
  return rpc::Error(absl::StatusCode::kNotFound, "ITEM_NOT_FOUND", "name: the catalog has no such item");
}

// Finds store and id of "stores/{store}/{collection}/{id}".
absl::StatusOr<std::pair<Store*, std::string>> FindChild(const Stores& stores, const std::string& name,
                                                         std::string_view collection) {
  std::string_view store_name, id;
  if (const absl::Status parsed = ParseChildName("name", name, collection, store_name, id); !parsed.ok())
    return parsed;
  const auto store = stores.Need(store_name);
  if (!store.ok()) return store.status();
  return std::pair<Store*, std::string>(*store, std::string(id));
}

}  // namespace

absl::Status CatalogHandlers::BatchUpdateItems(const pb::BatchUpdateItemsRequest& request,
                                               pb::BatchUpdateItemsResponse* response) const {
  std::string_view store_name;
  if (const absl::Status named = ParseStoreName("parent", request.parent(), store_name); !named.ok())
    return named;
  const auto store = stores_.Need(store_name);
  if (!store.ok()) return store.status();
  if (request.items_size() < 1 || request.items_size() > kMaxBatch) {
    return rpc::Invalid("items", absl::StrCat("must be 1 to 1,000, got ", request.items_size()));
  }
  const auto items = ReadItems(request, **store);
  if (!items.ok()) return items.status();
  if (request.validate_only()) return absl::OkStatus();
  const auto changed = (*store)->ledger().UpsertItems(*items);
  if (!changed.ok()) return changed.status();
  if (*changed > 0) (*store)->NoteCatalogueChange();
  response->set_changed_count(static_cast<int32_t>(*changed));
  return absl::OkStatus();
}

absl::Status CatalogHandlers::GetItem(const pb::GetItemRequest& request,
                                      pb::GetItemResponse* response) const {
  const auto found = FindChild(stores_, request.name(), "items");
  if (!found.ok()) return found.status();
  const auto& [store, id] = *found;
  const auto item = store->ledger().GetItem(id);
  if (!item.ok()) return ItemNotFound(item.status());
  WriteItem(*item, store->name(), store->settings()->currency, response->mutable_item());
  return absl::OkStatus();
}

absl::Status CatalogHandlers::ListItems(const pb::ListItemsRequest& request,
                                        pb::ListItemsResponse* response) const {
  std::string_view store_name;
  if (const absl::Status named = ParseStoreName("parent", request.parent(), store_name); !named.ok())
    return named;
  const auto store = stores_.Need(store_name);
  if (!store.ok()) return store.status();
  const auto size = PageSize(request.page_size(), 100, 1000);
  if (!size.ok()) return size.status();
  const std::string scope = request.parent() + "/items";
  const auto after = ReadPageToken(request.page_token(), scope);
  if (!after.ok()) return after.status();
  const auto items = (*store)->ledger().ListItems(*after, *size);
  if (!items.ok()) return items.status();
  for (const Item& item : *items) {
    WriteItem(item, store_name, (*store)->settings()->currency, response->add_items());
  }
  if (items->size() == *size) response->set_next_page_token(MakePageToken(scope, items->back().id));
  return absl::OkStatus();
}

absl::Status CatalogHandlers::DeleteItem(const pb::DeleteItemRequest& request,
                                         pb::DeleteItemResponse*) const {
  const auto found = FindChild(stores_, request.name(), "items");
  if (!found.ok()) return found.status();
  const auto& [store, id] = *found;
  if (const absl::Status deleted = store->ledger().DeleteItem(id); !deleted.ok())
    return ItemNotFound(deleted);
  store->NoteCatalogueChange();
  return absl::OkStatus();
}

absl::Status CatalogHandlers::UpdatePlacement(const pb::UpdatePlacementRequest& request,
                                              pb::UpdatePlacementResponse* response) const {
  if (!request.has_placement()) return rpc::Invalid("placement", "is required");
  std::string_view store_name, id;
  const absl::Status named =
      ParseChildName("placement.name", request.placement().name(), "placements", store_name, id);
  if (!named.ok()) return named;
  const auto store = stores_.Need(store_name);
  if (!store.ok()) return store.status();
  const auto placement = ReadPlacement(id, request.placement());
  if (!placement.ok()) return placement.status();
  const auto front = (*store)->front();
  const auto served = front->models.find(placement->model_id);
  const auto compiled = Compile(*placement, "", served == front->models.end() ? nullptr : served->second);
  if (!compiled->problem.ok()) return compiled->problem;
  std::string revision = request.placement().etag();
  if (!request.validate_only()) {
    const auto written = (*store)->ledger().PutPlacement(*placement, request.placement().etag());
    if (!written.ok()) return rpc::WithReason(written.status(), "ETAG_MISMATCH");
    revision = *written;
    if (const absl::Status loaded = (*store)->Reload(); !loaded.ok()) return loaded;
  }
  WritePlacement(*placement, store_name, revision, response->mutable_placement());
  return absl::OkStatus();
}

absl::Status CatalogHandlers::GetPlacement(const pb::GetPlacementRequest& request,
                                           pb::GetPlacementResponse* response) const {
  const auto found = FindChild(stores_, request.name(), "placements");
  if (!found.ok()) return found.status();
  const auto& [store, id] = *found;
  const auto front = store->front();
  const CompiledPlacement* compiled = front->FindPlacement(id);
  if (compiled == nullptr) {
    return rpc::Error(absl::StatusCode::kNotFound, "PLACEMENT_NOT_FOUND", "name: is not known");
  }
  WritePlacement(compiled->placement, store->name(), compiled->revision, response->mutable_placement());
  return absl::OkStatus();
}

absl::Status CatalogHandlers::ListPlacements(const pb::ListPlacementsRequest& request,
                                             pb::ListPlacementsResponse* response) const {
  std::string_view store_name;
  if (const absl::Status named = ParseStoreName("parent", request.parent(), store_name); !named.ok())
    return named;
  const auto store = stores_.Need(store_name);
  if (!store.ok()) return store.status();
  const auto size = PageSize(request.page_size(), 100, 1000);
  if (!size.ok()) return size.status();
  const std::string scope = request.parent() + "/placements";
  const auto after = ReadPageToken(request.page_token(), scope);
  if (!after.ok()) return after.status();
  const auto front = (*store)->front();
  for (auto it = front->placements.upper_bound(*after); it != front->placements.end(); ++it) {
    if (response->placements_size() == static_cast<int>(*size)) {
      response->set_next_page_token(MakePageToken(scope, std::prev(it)->first));
      break;
    }
    WritePlacement(it->second->placement, store_name, it->second->revision, response->add_placements());
  }
  return absl::OkStatus();
}

absl::Status CatalogHandlers::DeletePlacement(const pb::DeletePlacementRequest& request,
                                              pb::DeletePlacementResponse*) const {
  const auto found = FindChild(stores_, request.name(), "placements");
  if (!found.ok()) return found.status();
  const auto& [store, id] = *found;
  const absl::Status deleted = store->ledger().DeletePlacement(id);
  // The built-in "default" is always there, so deleting it twice changes nothing.
  if (deleted.code() == absl::StatusCode::kNotFound) {
    if (id == "default") return absl::OkStatus();
    return rpc::Error(absl::StatusCode::kNotFound, "PLACEMENT_NOT_FOUND", "name: is not known");
  }
  if (!deleted.ok()) return deleted;
  return store->Reload();
}

}  // namespace awase
