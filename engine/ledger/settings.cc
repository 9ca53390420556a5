// A store's settings and free documents.
#include <string>
#include <utility>

#include "engine/ledger/settings_text.h"
#include "engine/ledger/state.h"

namespace awase {
namespace {

absl::StatusOr<StoreSettings> ReadSettings(Connection& db) {
  absl::StatusOr<Statement*> read = db.Prepare("SELECT key, value FROM settings");
  if (!read.ok()) return read.status();
  StoreSettings settings;
  while (true) {
    const absl::StatusOr<bool> row = (*read)->Step();
    if (!row.ok()) return row.status();
    if (!*row) return settings;
    if (absl::Status status = SetFromText((*read)->Text(0), (*read)->Text(1), settings); !status.ok()) {
      (*read)->Reset();
      return absl::DataLossError(db.path() + ": settings: " + std::string(status.message()));
    }
  }
}

// Keeps `text` under `key`; counts as a change only when it differs.
absl::Status Put(Page& page, const char* sql, std::string_view key, std::string_view text) {
  absl::StatusOr<Statement*> put = page.db.Prepare(sql);
  if (!put.ok()) return put.status();
  (*put)->BindAll(key, text);
  if (absl::Status status = (*put)->Run(); !status.ok()) return status;
  if (page.db.changes() > 0) page.totals.Next();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<StoreSettings> Ledger::Settings() const {
  absl::StatusOr<Reading> reading = state_->readers.Begin();
  if (!reading.ok()) return reading.status();
  return ReadSettings(reading->db());
}

absl::Status Ledger::Set(std::string_view key, std::string_view value) {
  StoreSettings settings;
  if (absl::Status status = SetFromText(key, value, settings); !status.ok()) return status;
  // As it will be shown, not as it was typed.
  std::string text;
  for (auto& [name, shown] : ToText(settings)) {
    if (name == key) text = std::move(shown);
  }
  return state_->Write([&](Page& page) {
    return Put(page,
               "INSERT INTO settings VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value "
               "WHERE value <> excluded.value",
               key, text);
  });
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> Ledger::SettingsAsText() const {
  const absl::StatusOr<StoreSettings> settings = Settings();
  if (!settings.ok()) return settings.status();
  return ToText(*settings);
}

absl::Status Ledger::PutDocument(std::string_view name, std::string_view text) {
  if (absl::Status status = ValidateId("document", name); !status.ok()) return status;
  return state_->Write([&](Page& page) {
    return Put(page,
               "INSERT INTO documents VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET body = excluded.body "
               "WHERE body <> excluded.body",
               name, text);
  });
}

absl::StatusOr<std::optional<std::string>> Ledger::GetDocument(std::string_view name) const {
  absl::StatusOr<Reading> reading = state_->readers.Begin();
  if (!reading.ok()) return reading.status();
  absl::StatusOr<Statement*> read = reading->db().Prepare("SELECT body FROM documents WHERE name = ?1");
  if (!read.ok()) return read.status();
  (*read)->Bind(1, name);
  const absl::StatusOr<bool> row = (*read)->Step();
  if (!row.ok()) return row.status();
  if (!*row) return std::nullopt;
  std::string text((*read)->Text(0));
  (*read)->Reset();
  return text;
}

}  // namespace awase
