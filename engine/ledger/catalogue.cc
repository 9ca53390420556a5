// Items of the catalogue.
#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "engine/ledger/state.h"
#include <nlohmann/json.hpp>

namespace awase {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// A JSON object; std::map behind it keeps the names sorted.
std::string ToJson(const Pairs& pairs) {
  nlohmann::json object = nlohmann::json::object();
  for (const auto& [name, value] : pairs) object[name] = value;
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

absl::Status FromJson(std::string_view text, Pairs& pairs) {
  const nlohmann::json object = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object())
    return absl::DataLossError("ledger: items: not a JSON object, got '" + std::string(text) + "'");
  for (const auto& [name, value] : object.items()) {
    if (!value.is_string())
      return absl::DataLossError("ledger: items: not a text, got '" + value.dump() + "'");
    pairs.emplace_back(name, value.get<std::string>());
  }
  return absl::OkStatus();
}

// The title for every other language stands in a column of its own.
std::pair<std::string, Pairs> SplitTitles(const Pairs& titles) {
  std::pair<std::string, Pairs> split;
  for (const auto& [language, title] : titles) {
    if (language.empty()) {
      split.first = title;
    } else {
      split.second.emplace_back(language, title);
    }
  }
  return split;
}

constexpr const char kUpsert[] =
    "INSERT INTO items VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (item_ref) DO UPDATE SET "
    "title = excluded.title, titles = excluded.titles, category = excluded.category, "
    "price_micros = excluded.price_micros, item_group = excluded.item_group, available = excluded.available, "
    "repeatable = excluded.repeatable, attributes = excluded.attributes "
    "WHERE (title, titles, category, price_micros, item_group, available, repeatable, attributes) IS NOT "
    "(excluded.title, excluded.titles, excluded.category, excluded.price_micros, excluded.item_group, "
    "excluded.available, excluded.repeatable, excluded.attributes)";

// True when the item is new or changed.
absl::StatusOr<bool> Upsert(Page& page, const Item& item) {
  const absl::StatusOr<int64_t> ref = page.names.items.FindOrAdd(page.db, item.id);
  if (!ref.ok()) return ref.status();
  absl::StatusOr<Statement*> upsert = page.db.Prepare(kUpsert);
  if (!upsert.ok()) return upsert.status();
  const auto [title, others] = SplitTitles(item.titles);
  const std::string titles = ToJson(others), attributes = ToJson(item.attributes);
  (*upsert)->BindAll(*ref, title, titles, item.category, item.price, item.group, int{item.available},
                     int{item.repeatable}, attributes);
  if (item.price == kNoPrice) (*upsert)->BindNull(5);
  if (absl::Status status = (*upsert)->Run(); !status.ok()) return status;
  return page.db.changes() > 0;
}

constexpr const char kColumns[] =
    "SELECT item_id, title, titles, category, price_micros, item_group, available, repeatable, attributes "
    "FROM items JOIN item_ids USING (item_ref) ";

absl::StatusOr<Item> ReadItem(const Statement& row) {
  Item item;
  item.id = row.Text(0);
  if (!row.Text(1).empty()) item.titles.emplace_back("", row.Text(1));
  if (absl::Status status = FromJson(row.Text(2), item.titles); !status.ok()) return status;
  item.category = row.Text(3);
  if (!row.IsNull(4)) item.price = row.Int(4);
  item.group = row.Text(5);
  item.available = row.Int(6) != 0;
  item.repeatable = row.Int(7) != 0;
  if (absl::Status status = FromJson(row.Text(8), item.attributes); !status.ok()) return status;
  return item;
}

absl::Status NoSuchItem(std::string_view item_id) {
  return absl::NotFoundError("item_id: not in the catalogue, got '" + std::string(item_id) + "'");
}

}  // namespace

absl::StatusOr<uint64_t> Ledger::UpsertItems(std::span<const Item> items) {
  // Of several versions of one item the last counts, and the earlier ones are no changes.
  std::unordered_map<std::string_view, size_t> last;
  for (size_t i = 0; i < items.size(); ++i) {
    if (absl::Status status = ValidateItem(items[i]); !status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("items[", i, "].", std::string(status.message())));
    }
    last[items[i].id] = i;
  }
  uint64_t changed = 0;
  absl::Status status = state_->Write([&](Page& page) {
    changed = 0;
    for (size_t i = 0; i < items.size(); ++i) {
      if (last[items[i].id] != i) continue;
      const absl::StatusOr<bool> kept = Upsert(page, items[i]);
      if (!kept.ok()) return kept.status();
      if (!*kept) continue;
      ++changed;
      page.totals.Next();
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return changed;
}

absl::Status Ledger::DeleteItem(std::string_view item_id) {
  bool found = false;
  absl::Status status = state_->Write([&](Page& page) {
    absl::StatusOr<Statement*> remove = page.db.Prepare(
        "DELETE FROM items WHERE item_ref = (SELECT item_ref FROM item_ids WHERE item_id = ?1)");
    if (!remove.ok()) return remove.status();
    (*remove)->Bind(1, item_id);
    if (absl::Status ran = (*remove)->Run(); !ran.ok()) return ran;
    found = page.db.changes() > 0;
    if (found) page.totals.Next();
    return absl::OkStatus();
  });
  return status.ok() && !found ? NoSuchItem(item_id) : status;
}

absl::StatusOr<Item> Ledger::GetItem(std::string_view item_id) const {
  absl::StatusOr<Reading> reading = state_->readers.Begin();
  if (!reading.ok()) return reading.status();
  static const std::string sql = std::string(kColumns) + "WHERE item_id = ?1";
  absl::StatusOr<Statement*> find = reading->db().Prepare(sql.c_str());
  if (!find.ok()) return find.status();
  (*find)->Bind(1, item_id);
  const absl::StatusOr<bool> row = (*find)->Step();
  if (!row.ok()) return row.status();
  if (!*row) return NoSuchItem(item_id);
  absl::StatusOr<Item> item = ReadItem(**find);
  (*find)->Reset();
  return item;
}

absl::StatusOr<std::vector<Item>> Ledger::ListItems(std::string_view after, size_t limit) const {
  absl::StatusOr<Reading> reading = state_->readers.Begin();
  if (!reading.ok()) return reading.status();
  static const std::string sql = std::string(kColumns) + "WHERE item_id > ?1 ORDER BY item_id LIMIT ?2";
  absl::StatusOr<Statement*> list = reading->db().Prepare(sql.c_str());
  if (!list.ok()) return list.status();
  (*list)->BindAll(after, limit == 0 ? int64_t{-1} : static_cast<int64_t>(limit));
  std::vector<Item> items;
  while (true) {
    const absl::StatusOr<bool> row = (*list)->Step();
    if (!row.ok()) return row.status();
    if (!*row) return items;
    absl::StatusOr<Item> item = ReadItem(**list);
    if (!item.ok()) return item.status();
    items.push_back(*std::move(item));
  }
}

}  // namespace awase
