// Handler of EventService. It waits for the disk: cold threads.
#ifndef AWASE_SERVER_SERVICES_EVENT_SERVICE_H_
#define AWASE_SERVER_SERVICES_EVENT_SERVICE_H_

#include "absl/status/status.h"

#include "awase/v1/event_service.pb.h"
#include "server/store/stores.h"

namespace awase {

class EventHandlers {
 public:
  explicit EventHandlers(const Stores& stores) : stores_(stores) {}

  // What is accepted is on disk, and in the profiles of its customers, when this returns.
  absl::Status WriteEvents(const ::awase::v1::WriteEventsRequest& request,
                           ::awase::v1::WriteEventsResponse* response) const;

 private:
  const Stores& stores_;
};

}  // namespace awase

#endif  // AWASE_SERVER_SERVICES_EVENT_SERVICE_H_
