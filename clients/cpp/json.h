// Messages as JSON for people and scripts.
#ifndef AWASE_CLIENTS_CPP_JSON_H_
#define AWASE_CLIENTS_CPP_JSON_H_

#include "google/protobuf/message.h"

#include <nlohmann/json.hpp>

namespace awase::client {

// Unlike protobuf's own form: field names as in the proto (snake_case), 64-bit integers as numbers, and every
// field without presence is there, so that a script need not know which values are defaults. Enums are their
// names; Timestamp ("2024-04-01T00:00:00Z") and Duration ("1.500s") as protobuf writes them; unset messages
// and oneofs are left out.
nlohmann::ordered_json ToJson(const google::protobuf::Message& message);

}  // namespace awase::client

#endif  // AWASE_CLIENTS_CPP_JSON_H_
