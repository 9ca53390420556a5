// Handlers of CatalogService: items and placements. They wait for the disk: cold threads.
#ifndef AWASE_SERVER_SERVICES_CATALOG_SERVICE_H_
#define AWASE_SERVER_SERVICES_CATALOG_SERVICE_H_

#include "absl/status/status.h"

#include "awase/v1/catalog_service.pb.h"
#include "server/store/stores.h"

namespace awase {

namespace pb = ::awase::v1;

class CatalogHandlers {
 public:
  explicit CatalogHandlers(const Stores& stores) : stores_(stores) {}

  absl::Status BatchUpdateItems(const pb::BatchUpdateItemsRequest& request,
                                pb::BatchUpdateItemsResponse* response) const;
  absl::Status GetItem(const pb::GetItemRequest& request, pb::GetItemResponse* response) const;
  absl::Status ListItems(const pb::ListItemsRequest& request, pb::ListItemsResponse* response) const;
  absl::Status DeleteItem(const pb::DeleteItemRequest& request, pb::DeleteItemResponse* response) const;
  absl::Status UpdatePlacement(const pb::UpdatePlacementRequest& request,
                               pb::UpdatePlacementResponse* response) const;
  absl::Status GetPlacement(const pb::GetPlacementRequest& request, pb::GetPlacementResponse* response) const;
  absl::Status ListPlacements(const pb::ListPlacementsRequest& request,
                              pb::ListPlacementsResponse* response) const;
  absl::Status DeletePlacement(const pb::DeletePlacementRequest& request,
                               pb::DeletePlacementResponse* response) const;

 private:
  const Stores& stores_;
};

}  // namespace awase

#endif  // AWASE_SERVER_SERVICES_CATALOG_SERVICE_H_
