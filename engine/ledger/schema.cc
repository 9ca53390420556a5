#include "engine/ledger/schema.h"

#include "absl/strings/str_cat.h"

namespace awase {
namespace {

// Numbers instead of ids in the big tables keep a line at about 20 bytes. `sequence` is one rising number
// over all tables: what came after a watermark is a range of the primary key.
constexpr const char kTables[] = R"sql(
CREATE TABLE totals (                     -- one row: how far the ledger is
  one           INTEGER PRIMARY KEY CHECK (one = 1),
  sequence      INTEGER NOT NULL,         -- number of the last change
  facts         INTEGER NOT NULL,         -- changes to order lines and views alone
  order_lines   INTEGER NOT NULL,
  return_lines  INTEGER NOT NULL,
  page_views    INTEGER NOT NULL,
  first_time    INTEGER NOT NULL,         -- seconds since 1970, 0 unknown
  last_time     INTEGER NOT NULL
) STRICT;
INSERT INTO totals VALUES (1, 0, 0, 0, 0, 0, 0, 0);

CREATE TABLE item_ids (                   -- every item id ever seen
  item_ref      INTEGER PRIMARY KEY,
  item_id       TEXT NOT NULL UNIQUE,
  ordered       INTEGER NOT NULL DEFAULT 0  -- 1: stands in an order line
) STRICT;
CREATE TABLE items (                      -- the catalogue
  item_ref      INTEGER PRIMARY KEY REFERENCES item_ids,
  title         TEXT NOT NULL,            -- for every language that has none of its own
  titles        TEXT NOT NULL,            -- JSON object, language to title
  category      TEXT NOT NULL,
  price_micros  INTEGER,                  -- millionths of the store's currency; NULL unknown
  item_group    TEXT NOT NULL,
  available     INTEGER NOT NULL,
  repeatable    INTEGER NOT NULL,
  attributes    TEXT NOT NULL             -- JSON object, name to value
) STRICT;

CREATE TABLE customers (
  customer_ref  INTEGER PRIMARY KEY,
  customer_id   TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE orders (                     -- documents: orders and return events
  order_ref     INTEGER PRIMARY KEY,
  order_id      TEXT NOT NULL,            -- of a return event: its event id
  kind          INTEGER NOT NULL CHECK (kind IN (0, 1)),  -- 0 order, 1 return event
  customer_ref  INTEGER REFERENCES customers,             -- NULL anonymous
  of_order_ref  INTEGER REFERENCES orders,                -- order that a return event takes back from
  UNIQUE (order_id, kind)
) STRICT;
CREATE INDEX orders_by_customer ON orders (customer_ref) WHERE customer_ref IS NOT NULL;
CREATE INDEX orders_by_origin ON orders (of_order_ref) WHERE of_order_ref IS NOT NULL;
CREATE TABLE order_lines (
  sequence      INTEGER PRIMARY KEY,
  order_ref     INTEGER NOT NULL REFERENCES orders,
  item_ref      INTEGER NOT NULL REFERENCES item_ids,
  quantity      INTEGER NOT NULL CHECK (quantity <> 0),   -- below 0: sent back
  time          INTEGER NOT NULL,         -- seconds since 1970, 0 unknown
  unit_price_micros INTEGER NOT NULL,     -- -1 unknown
  occurrence    INTEGER NOT NULL          -- 0 for the first exact copy of a line in its order, 1 for the second
) STRICT;
CREATE UNIQUE INDEX order_lines_once
  ON order_lines (order_ref, item_ref, quantity, time, unit_price_micros, occurrence);
CREATE TABLE late_customers (             -- orders that were anonymous when their first line came
  sequence      INTEGER PRIMARY KEY,
  order_ref     INTEGER NOT NULL REFERENCES orders
) STRICT;

CREATE TABLE sessions (
  session_ref   INTEGER PRIMARY KEY,
  session_id    TEXT NOT NULL UNIQUE,
  customer_ref  INTEGER REFERENCES customers
) STRICT;
CREATE INDEX sessions_by_customer ON sessions (customer_ref) WHERE customer_ref IS NOT NULL;
CREATE TABLE page_views (
  sequence      INTEGER PRIMARY KEY,
  session_ref   INTEGER NOT NULL REFERENCES sessions,
  item_ref      INTEGER NOT NULL REFERENCES item_ids,
  time          INTEGER NOT NULL,
  occurrence    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX page_views_once ON page_views (session_ref, item_ref, time, occurrence);

CREATE TABLE events (                     -- events of the API that were kept
  event_id      TEXT PRIMARY KEY,
  content_hash  BLOB NOT NULL             -- XXH3 128 of the whole event
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE placements (placement_id TEXT PRIMARY KEY, revision INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE documents (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
)sql";

// For people with the sqlite3 shell; the program does not use them.
constexpr const char kViews[] = R"sql(
CREATE VIEW sales AS
  SELECT l.sequence, o.order_id, o.kind = 1 AS return_event, c.customer_id,
         datetime(nullif(l.time, 0), 'unixepoch') AS time, i.item_id, t.title, l.quantity,
         nullif(l.unit_price_micros, -1) / 1e6 AS unit_price
  FROM order_lines l JOIN orders o USING (order_ref) JOIN item_ids i USING (item_ref)
       LEFT JOIN customers c USING (customer_ref) LEFT JOIN items t USING (item_ref);
CREATE VIEW browsing AS
  SELECT v.sequence, s.session_id, c.customer_id, datetime(nullif(v.time, 0), 'unixepoch') AS time,
         i.item_id, t.title
  FROM page_views v JOIN sessions s USING (session_ref) JOIN item_ids i USING (item_ref)
       LEFT JOIN customers c USING (customer_ref) LEFT JOIN items t USING (item_ref);
CREATE VIEW catalogue AS
  SELECT i.item_id, t.title, t.titles, t.category, t.price_micros / 1e6 AS price, t.item_group, t.available, t.repeatable,
         t.attributes
  FROM items t JOIN item_ids i USING (item_ref);
)sql";

absl::Status CreateTables(Connection& connection) {
  // Another process may have made them while this one waited.
  const absl::StatusOr<int64_t> tables = connection.ReadInt("SELECT count(*) FROM sqlite_schema");
  if (!tables.ok()) return tables.status();
  if (*tables > 0) return absl::OkStatus();
  for (const std::string& sql :
       {std::string(kTables), std::string(kViews), absl::StrCat("PRAGMA application_id = ", kApplicationId),
        absl::StrCat("PRAGMA user_version = ", kSchemaVersion)}) {
    if (absl::Status status = connection.Run(sql); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SetUpWriter(Connection& connection) {
  // The checkpoint is run by the writer itself: SQLite's own would hide a failed sync.
  return connection.Run(
      "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA "
      "wal_autocheckpoint = 0;"
      "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY");
}

absl::Status SetUpReader(Connection& connection) {
  return connection.Run("PRAGMA query_only = ON; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY");
}

absl::Status CreateSchema(Connection& connection) {
  const absl::StatusOr<int64_t> tables = connection.ReadInt("SELECT count(*) FROM sqlite_schema");
  if (!tables.ok()) return tables.status();
  if (*tables > 0) return absl::OkStatus();
  if (absl::Status status = connection.Run("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE"); !status.ok())
    return status;
  if (absl::Status status = CreateTables(connection); !status.ok()) {
    connection.Run("ROLLBACK").IgnoreError();
    return status;
  }
  return connection.Run("COMMIT");
}

absl::Status CheckSchema(Connection& connection) {
  const absl::StatusOr<int64_t> application = connection.ReadInt("PRAGMA application_id");
  if (!application.ok()) return application.status();
  if (*application != kApplicationId) {
    return absl::FailedPreconditionError(
        absl::StrCat(connection.path(), ": is no Awase ledger, got application id ", *application));
  }
  const absl::StatusOr<int64_t> version = connection.ReadInt("PRAGMA user_version");
  if (!version.ok()) return version.status();
  if (*version > kSchemaVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat(connection.path(), ": was written by a newer version of Awase (schema ", *version,
                     "); this one reads up to schema ", kSchemaVersion));
  }
  return absl::OkStatus();
}

}  // namespace awase
