#include "engine/ledger/names.h"

#include "engine/ledger/schema.h"

namespace awase {
namespace {

// About 40 MB each.
constexpr uint32_t kMaxRemembered = 1'000'000;

void BindRefOrNull(Statement& statement, int at, int64_t ref) {
  if (ref == 0) {
    statement.BindNull(at);
  } else {
    statement.Bind(at, ref);
  }
}

}  // namespace

absl::StatusOr<int64_t> Dictionary::Find(Connection& db, std::string_view id) {
  if (const std::optional<uint32_t> number = ids_.Find(id)) return refs_[*number];
  absl::StatusOr<Statement*> find = db.Prepare(find_);
  if (!find.ok()) return find.status();
  (*find)->Bind(1, id);
  const absl::StatusOr<bool> row = (*find)->Step();
  if (!row.ok()) return row.status();
  if (!*row) return 0;
  const int64_t ref = (*find)->Int(0);
  (*find)->Reset();
  return Remember(id, ref);
}

absl::StatusOr<int64_t> Dictionary::FindOrAdd(Connection& db, std::string_view id) {
  const absl::StatusOr<int64_t> found = Find(db, id);
  if (!found.ok() || *found != 0) return found;
  absl::StatusOr<Statement*> add = db.Prepare(add_);
  if (!add.ok()) return add.status();
  (*add)->Bind(1, id);
  if (absl::Status status = (*add)->Run(); !status.ok()) return status;
  return Remember(id, sqlite3_last_insert_rowid(db.handle()));
}

absl::StatusOr<int64_t> Dictionary::Remember(std::string_view id, int64_t ref) {
  if (ids_.size() >= kMaxRemembered) Forget();
  ids_.Intern(id);
  refs_.push_back(ref);
  return ref;
}

void Dictionary::Forget() {
  ids_ = StringPool();
  refs_.clear();
}

absl::StatusOr<Documents::Document> Documents::FindOrder(Connection& db, std::string_view order_id) {
  if (const std::optional<uint32_t> number = ids_.Find(order_id)) return documents_[*number];
  absl::StatusOr<Statement*> find =
      db.Prepare("SELECT order_ref, customer_ref FROM orders WHERE order_id = ?1 AND kind = 0");
  if (!find.ok()) return find.status();
  (*find)->Bind(1, order_id);
  const absl::StatusOr<bool> row = (*find)->Step();
  if (!row.ok()) return row.status();
  if (!*row) return Document{};
  const Document document{(*find)->Int(0), (*find)->Int(1)};
  (*find)->Reset();
  Remember(order_id, document);
  return document;
}

absl::StatusOr<Documents::Document> Documents::AddOrder(Connection& db, std::string_view order_id,
                                                        int64_t customer) {
  absl::StatusOr<Statement*> add =
      db.Prepare("INSERT INTO orders (order_id, kind, customer_ref) VALUES (?1, 0, ?2)");
  if (!add.ok()) return add.status();
  (*add)->Bind(1, order_id);
  BindRefOrNull(**add, 2, customer);
  if (absl::Status status = (*add)->Run(); !status.ok()) return status;
  const Document document{sqlite3_last_insert_rowid(db.handle()), customer};
  Remember(order_id, document);
  return document;
}

absl::Status Documents::SetCustomer(Connection& db, std::string_view order_id, int64_t customer) {
  absl::StatusOr<Statement*> set =
      db.Prepare("UPDATE orders SET customer_ref = ?2 WHERE order_id = ?1 AND kind = 0");
  if (!set.ok()) return set.status();
  (*set)->BindAll(order_id, customer);
  if (absl::Status status = (*set)->Run(); !status.ok()) return status;
  if (const std::optional<uint32_t> number = ids_.Find(order_id)) documents_[*number].customer = customer;
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Documents::AddReturn(Connection& db, std::string_view event_id, int64_t customer,
                                             int64_t of_order) {
  absl::StatusOr<Statement*> add =
      db.Prepare("INSERT INTO orders (order_id, kind, customer_ref, of_order_ref) VALUES (?1, 1, ?2, ?3)");
  if (!add.ok()) return add.status();
  (*add)->Bind(1, event_id);
  BindRefOrNull(**add, 2, customer);
  BindRefOrNull(**add, 3, of_order);
  if (absl::Status status = (*add)->Run(); !status.ok()) return status;
  return sqlite3_last_insert_rowid(db.handle());
}

void Documents::Remember(std::string_view order_id, Document document) {
  if (ids_.size() >= kMaxRemembered) Forget();
  ids_.Intern(order_id);
  documents_.push_back(document);
}

void Documents::Forget() {
  ids_ = StringPool();
  documents_.clear();
}

void Names::Forget() {
  items.Forget();
  customers.Forget();
  sessions.Forget();
  documents.Forget();
  ordered.clear();
}

}  // namespace awase
