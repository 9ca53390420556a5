// Events from the wire.
#ifndef AWASE_SERVER_WIRE_EVENTS_H_
#define AWASE_SERVER_WIRE_EVENTS_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "awase/v1/event_service.pb.h"
#include "engine/facts/facts.h"

namespace awase {

// One event, with all its fields and the bounds on its time checked. Errors carry field paths under `field`,
// never values that a customer could be known by.
absl::StatusOr<Event> ReadEvent(std::string_view field, const ::awase::v1::Event& event,
                                std::string_view store_currency, absl::Time now);

}  // namespace awase

#endif  // AWASE_SERVER_WIRE_EVENTS_H_
