// The durable truth of one store: one SQLite file (WAL, synchronous=FULL, foreign keys).
#ifndef AWASE_ENGINE_LEDGER_LEDGER_H_
#define AWASE_ENGINE_LEDGER_LEDGER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/base/progress.h"
#include "engine/facts/fact_table.h"
#include "engine/facts/facts.h"
#include "engine/facts/placement.h"
#include "engine/facts/store_settings.h"

namespace awase {

// How far a reader has seen. Every append raises `sequence`, by one for each fact kept, catalogue and
// settings changes included.
struct Watermark {
  uint64_t sequence = 0;  // all changes
  uint64_t facts = 0;     // order lines and views alone
  friend bool operator==(const Watermark&, const Watermark&) = default;
};

// What became of one event.
struct EventOutcome {
  enum class Kind : uint8_t { kAccepted, kDuplicate, kRefused } kind = Kind::kAccepted;
  absl::Status status;  // of a refused event: INVALID_ARGUMENT, ALREADY_EXISTS, NOT_FOUND
  std::string reason;   // UPPER_SNAKE_CASE, of a refused event
};

// What became of the rows of one batch. Rows are independent: a refused row does not stop the others.
struct RowOutcome {
  uint64_t accepted = 0;
  uint64_t duplicates = 0;
  // (row in the batch, reason such as "order_customer_conflict", message with field and value)
  struct Refused {
    size_t row;
    std::string reason, message;
  };
  std::vector<Refused> refused;
};

struct LedgerCounts {
  uint64_t orders = 0, order_lines = 0, return_lines = 0, customers = 0, views = 0, sessions = 0;
  uint64_t items = 0;          // in the catalogue
  uint64_t known_items = 0;    // in the catalogue, an order line or a view
  uint64_t ordered_items = 0;  // in an order line
  UnixSeconds first_time = kNoTime, last_time = kNoTime;
};

// One store. A file that a person can query with the sqlite3 shell; schema in engine/ledger/README.md.
//
// Idempotent: an event counts once by its event id; a file's line once by order id + line content +
// occurrence. Threads: every method may be called from any thread; appends of several threads are committed
// together (group commit). Several processes may have the same file open; a writer waits up to 10 s for
// another's transaction, then UNAVAILABLE. Errors: DATA_LOSS (file broken), RESOURCE_EXHAUSTED (disk full),
// UNAVAILABLE (locked). After a failed sync every append is refused (DATA_LOSS) until the ledger is opened
// again.
class Ledger {
 public:
  enum class Mode { kRead, kWrite, kCreate };

  // Opens DIR/STORE/ledger.sqlite3. kCreate makes what is missing. NOT_FOUND where there is none.
  static absl::StatusOr<std::unique_ptr<Ledger>> Open(const std::string& data_dir, const std::string& store,
                                                      Mode mode);
  ~Ledger();

  // All kept rows of the batch are on disk when it returns. Best in batches of 10,000 to 100,000.
  absl::StatusOr<RowOutcome> AppendOrderRows(std::span<const OrderRow> rows);
  absl::StatusOr<RowOutcome> AppendViewRows(std::span<const ViewRow> rows);
  // Outcomes in the order of the events; accepted ones are on disk. Same id, other content: ALREADY_EXISTS.
  absl::StatusOr<std::vector<EventOutcome>> AppendEvents(std::span<const Event> events,
                                                         bool validate_only = false);

  // Creates or replaces items, all or nothing; returns how many were new or changed.
  absl::StatusOr<uint64_t> UpsertItems(std::span<const Item> items);
  // NOT_FOUND when it is not in the catalogue.
  absl::Status DeleteItem(std::string_view item_id);
  absl::StatusOr<Item> GetItem(std::string_view item_id) const;
  // In id order, ids greater than `after`, at most `limit` (0: all).
  absl::StatusOr<std::vector<Item>> ListItems(std::string_view after = "", size_t limit = 0) const;

  absl::StatusOr<StoreSettings> Settings() const;
  // Sets one field by name from text; lists are comma-separated. INVALID_ARGUMENT names the key and the
  // value.
  absl::Status Set(std::string_view key, std::string_view value);
  // (key, value as text), every field in a fixed order.
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> SettingsAsText() const;

  // Placements by id, ascending; the revision is a decimal number that rises with each change.
  struct StoredPlacement {
    Placement placement;
    std::string revision;
  };
  // ABORTED when `expected_revision` is not empty and not the current one. Returns the new revision.
  absl::StatusOr<std::string> PutPlacement(const Placement& placement,
                                           std::string_view expected_revision = "");
  absl::Status DeletePlacement(std::string_view id);
  absl::StatusOr<std::vector<StoredPlacement>> Placements() const;

  // Free text documents of other rooms (tuned options, for example); nullopt when absent.
  absl::Status PutDocument(std::string_view name, std::string_view text);
  absl::StatusOr<std::optional<std::string>> GetDocument(std::string_view name) const;

  // Cheap enough to poll each second.
  absl::StatusOr<Watermark> ReadWatermark() const;
  // All facts, a consistent snapshot, and the watermark it was taken at. About 0.3 us a line.
  absl::StatusOr<FactTable> ReadFacts(Watermark* at = nullptr, const Progress& progress = nullptr) const;
  // Adds to `facts`, which an earlier ReadFacts or ReadFactsSince of this ledger filled up to `from`, what
  // came later, and moves `from` on. The result equals ReadFacts up to arrival numbers.
  absl::Status ReadFactsSince(Watermark& from, FactTable& facts) const;
  // All facts of one customer; an empty table for an unknown one. Microseconds.
  absl::StatusOr<FactTable> ReadCustomer(std::string_view customer_id) const;
  // Known customers with facts after `since`, by id.
  absl::StatusOr<std::vector<std::string>> CustomersChangedSince(Watermark since) const;
  absl::StatusOr<LedgerCounts> Counts() const;

  // SQLite's integrity and foreign key checks, and our own invariants. Empty when sound; one line a problem.
  absl::StatusOr<std::vector<std::string>> Verify() const;

  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

 private:
  struct State;
  explicit Ledger(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Stores in a data folder, sorted: sub-folders that hold a ledger. A store's name is an id of [A-Za-z0-9_-],
// at most 64.
absl::StatusOr<std::vector<std::string>> ListStores(const std::string& data_dir);
absl::Status ValidateStoreName(std::string_view store);
// DIR/STORE/models/MODEL
std::string ModelFolder(const std::string& data_dir, const std::string& store, const std::string& model_id);

}  // namespace awase

#endif  // AWASE_ENGINE_LEDGER_LEDGER_H_
