// The tables of a ledger, and what every connection to it is set to.
#ifndef AWASE_ENGINE_LEDGER_SCHEMA_H_
#define AWASE_ENGINE_LEDGER_SCHEMA_H_

#include <string>

#include "absl/status/status.h"

#include "engine/ledger/sqlite.h"

namespace awase {

// Kept in PRAGMA user_version. A file with a higher one is refused: an older program must not write what it
// does not know.
inline constexpr int64_t kSchemaVersion = 1;
// Kept in PRAGMA application_id: "AWSE".
inline constexpr int64_t kApplicationId = 0x41575345;

// orders.kind
inline constexpr int64_t kOrderDocument =
    0;  // an order, named by its order id; a file's returns are lines of such
inline constexpr int64_t kReturnDocument = 1;  // a return event, named by its event id

// Durability, checks and caches of a connection that writes, or that only reads.
absl::Status SetUpWriter(Connection& connection);
absl::Status SetUpReader(Connection& connection);

// Makes the tables in an empty file; leaves an existing ledger alone. Safe when several processes do it at
// once.
absl::Status CreateSchema(Connection& connection);

// FAILED_PRECONDITION when the file is newer than this program or no ledger at all; DATA_LOSS when it is
// broken.
absl::Status CheckSchema(Connection& connection);

}  // namespace awase

#endif  // AWASE_ENGINE_LEDGER_SCHEMA_H_
