// Placements, kept as JSON.
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "engine/ledger/state.h"
#include <nlohmann/json.hpp>

namespace awase {
namespace {

using nlohmann::json;

json ToJson(const RankingRule& rule) {
  json object = {{"id", rule.id}, {"condition", rule.condition}, {"item_filter", rule.item_filter}};
  if (const auto* boost = std::get_if<Boost>(&rule.effect)) {
    object["boost"] = boost->factor;
  } else if (const auto* pin = std::get_if<Pin>(&rule.effect)) {
    object["pin"] = pin->position;
  } else {
    object["hide"] = true;
  }
  if (rule.start != kNoTime) object["start"] = rule.start;
  if (rule.end != kNoTime) object["end"] = rule.end;
  return object;
}

std::string ToJson(const Placement& placement) {
  json rules = json::array();
  for (const RankingRule& rule : placement.rules) rules.push_back(ToJson(rule));
  return json{{"model_id", placement.model_id},
              {"filter", placement.filter},
              {"rules", std::move(rules)},
              {"max_per_category", placement.max_per_category},
              {"exclude_substitutes", placement.exclude_substitutes},
              {"default_max_results", placement.default_max_results},
              {"fallback", static_cast<int>(placement.fallback)}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

RankingRule RuleFromJson(const json& object) {
  RankingRule rule;
  rule.id = object.at("id");
  rule.condition = object.at("condition");
  rule.item_filter = object.at("item_filter");
  if (object.contains("boost")) {
    rule.effect = Boost{object["boost"]};
  } else if (object.contains("pin")) {
    rule.effect = Pin{object["pin"]};
  }
  rule.start = object.value("start", kNoTime);
  rule.end = object.value("end", kNoTime);
  return rule;
}

absl::StatusOr<Placement> FromJson(std::string_view id, std::string_view text) {
  // The library's way to say that a field is missing or of another type is an exception; it ends here.
  try {
    const json object = json::parse(text);
    Placement placement;
    placement.id = id;
    placement.model_id = object.at("model_id");
    placement.filter = object.at("filter");
    for (const json& rule : object.at("rules")) placement.rules.push_back(RuleFromJson(rule));
    placement.max_per_category = object.at("max_per_category");
    placement.exclude_substitutes = object.at("exclude_substitutes");
    placement.default_max_results = object.at("default_max_results");
    placement.fallback = static_cast<Fallback>(object.at("fallback").get<int>());
    return placement;
  } catch (const json::exception& error) {
    return absl::DataLossError(absl::StrCat("ledger: placements: '", std::string(id), "': ", error.what()));
  }
}

absl::StatusOr<std::string> CurrentRevision(Connection& db, std::string_view id) {
  absl::StatusOr<Statement*> read = db.Prepare("SELECT revision FROM placements WHERE placement_id = ?1");
  if (!read.ok()) return read.status();
  (*read)->Bind(1, id);
  const absl::StatusOr<bool> row = (*read)->Step();
  if (!row.ok()) return row.status();
  if (!*row) return "";
  std::string revision(absl::StrCat((*read)->Int(0)));
  (*read)->Reset();
  return revision;
}

}  // namespace

absl::StatusOr<std::string> Ledger::PutPlacement(const Placement& placement,
                                                 std::string_view expected_revision) {
  if (absl::Status status = ValidateId("placement", placement.id); !status.ok()) return status;
  if (absl::Status status = ValidateId("model_id", placement.model_id); !status.ok()) return status;
  const std::string body = ToJson(placement);
  std::string revision;
  absl::Status conflict;
  absl::Status status = state_->Write([&](Page& page) {
    conflict = absl::OkStatus();
    const absl::StatusOr<std::string> current = CurrentRevision(page.db, placement.id);
    if (!current.ok()) return current.status();
    if (!expected_revision.empty() && expected_revision != *current) {
      conflict = absl::AbortedError("placement '" + placement.id + "': is at revision '" + *current +
                                    "', got '" + std::string(expected_revision) + "'");
      return absl::OkStatus();
    }
    absl::StatusOr<Statement*> put = page.db.Prepare("INSERT OR REPLACE INTO placements VALUES (?1, ?2, ?3)");
    if (!put.ok()) return put.status();
    const uint64_t sequence = page.totals.Next();
    (*put)->BindAll(placement.id, sequence, body);
    revision = absl::StrCat(sequence);
    return (*put)->Run();
  });
  if (!status.ok()) return status;
  if (!conflict.ok()) return conflict;
  return revision;
}

absl::Status Ledger::DeletePlacement(std::string_view id) {
  bool found = false;
  absl::Status status = state_->Write([&](Page& page) {
    absl::StatusOr<Statement*> remove = page.db.Prepare("DELETE FROM placements WHERE placement_id = ?1");
    if (!remove.ok()) return remove.status();
    (*remove)->Bind(1, id);
    if (absl::Status ran = (*remove)->Run(); !ran.ok()) return ran;
    found = page.db.changes() > 0;
    if (found) page.totals.Next();
    return absl::OkStatus();
  });
  if (!status.ok() || found) return status;
  return absl::NotFoundError("placement: there is none of this id, got '" + std::string(id) + "'");
}

absl::StatusOr<std::vector<Ledger::StoredPlacement>> Ledger::Placements() const {
  absl::StatusOr<Reading> reading = state_->readers.Begin();
  if (!reading.ok()) return reading.status();
  absl::StatusOr<Statement*> read =
      reading->db().Prepare("SELECT placement_id, revision, body FROM placements ORDER BY placement_id");
  if (!read.ok()) return read.status();
  std::vector<StoredPlacement> placements;
  while (true) {
    const absl::StatusOr<bool> row = (*read)->Step();
    if (!row.ok()) return row.status();
    if (!*row) return placements;
    absl::StatusOr<Placement> placement = FromJson((*read)->Text(0), (*read)->Text(2));
    if (!placement.ok()) return placement.status();
    placements.push_back({*std::move(placement), absl::StrCat((*read)->Int(1))});
  }
}

}  // namespace awase
