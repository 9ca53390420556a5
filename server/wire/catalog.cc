#include "server/wire/catalog.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <variant>

#include "absl/strings/str_cat.h"

#include "engine/ledger/ledger.h"
#include "server/rpc/status.h"
#include "server/wire/names.h"
#include "server/wire/time.h"

namespace awase {
namespace {

constexpr size_t kMaxFilterBytes = 2000;
constexpr int kMaxRules = 100;

std::string Path(std::string_view field, std::string_view rest) {
  return std::string(field) + std::string(rest);
}

std::vector<std::pair<std::string, std::string>> Sorted(
    const google::protobuf::Map<std::string, std::string>& map) {
  std::vector<std::pair<std::string, std::string>> pairs(map.begin(), map.end());
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

// One rule. `field` is its path.
absl::StatusOr<RankingRule> ReadRule(const std::string& field, const pb::RankingRule& rule) {
  RankingRule out{rule.rule_id(), rule.condition(), rule.item_filter(), Hide{}, kNoTime, kNoTime};
  if (const absl::Status id = ValidateId("rule_id", rule.rule_id()); !id.ok()) {
    return rpc::Invalid(field + ".rule_id", "must be 1 to 128 bytes without control characters");
  }
  if (rule.item_filter().empty()) return rpc::Invalid(field + ".item_filter", "is required");
  if (rule.item_filter().size() > kMaxFilterBytes)
    return rpc::Invalid(field + ".item_filter", "has over 2,000 bytes");
  if (rule.condition().size() > kMaxFilterBytes)
    return rpc::Invalid(field + ".condition", "has over 2,000 bytes");
  switch (rule.effect_case()) {
    case pb::RankingRule::kBoost:
      if (!(rule.boost() > 0 && rule.boost() <= 100)) {
        return rpc::Invalid(field + ".boost",
                            absl::StrCat("must be above 0 and at most 100, got ", rule.boost()));
      }
      out.effect = Boost{rule.boost()};
      break;
    case pb::RankingRule::kPinPosition:
      if (rule.pin_position() < 1 || rule.pin_position() > 100) {
        return rpc::Invalid(field + ".pin_position",
                            absl::StrCat("must be 1 to 100, got ", rule.pin_position()));
      }
      out.effect = Pin{static_cast<uint32_t>(rule.pin_position())};
      break;
    case pb::RankingRule::kHide:
      if (!rule.hide()) return rpc::Invalid(field + ".hide", "must be true when given");
      break;
    case pb::RankingRule::EFFECT_NOT_SET:
      return rpc::Invalid(field + ".effect", "is required: boost, pin_position or hide");
  }
  if (rule.has_start_time()) {
    const auto start = ReadTime(field + ".start_time", rule.start_time());
    if (!start.ok()) return start.status();
    out.start = *start;
  }
  if (rule.has_end_time()) {
    const auto end = ReadTime(field + ".end_time", rule.end_time());
    if (!end.ok()) return end.status();
    out.end = *end;
    if (out.end <= out.start) return rpc::Invalid(field + ".end_time", "must lie after start_time");
  }
  return out;
}

void WriteRule(const RankingRule& rule, pb::RankingRule* out) {
  out->set_rule_id(rule.id);
  out->set_condition(rule.condition);
  out->set_item_filter(rule.item_filter);
  if (const auto* boost = std::get_if<Boost>(&rule.effect)) {
    out->set_boost(boost->factor);
  } else if (const auto* pin = std::get_if<Pin>(&rule.effect)) {
    out->set_pin_position(static_cast<int32_t>(pin->position));
  } else {
    out->set_hide(true);
  }
  if (rule.start != kNoTime) SetTime(rule.start, out->mutable_start_time());
  if (rule.end != kNoTime) SetTime(rule.end, out->mutable_end_time());
}

}  // namespace

absl::StatusOr<Micros> ReadMoney(std::string_view field, const pb::Money& money,
                                 std::string_view store_currency) {
  if (!money.currency_code().empty() && !store_currency.empty() && money.currency_code() != store_currency) {
    return rpc::Invalid(Path(field, ".currency_code"),
                        absl::StrCat("must be the store's, ", std::string(store_currency)));
  }
  if (std::abs(money.nanos()) > 999'999'999 || money.nanos() % 1000 != 0) {
    return rpc::Invalid(Path(field, ".nanos"), absl::StrCat("must be whole millionths, got ", money.nanos()));
  }
  if (money.units() < 0 || money.nanos() < 0) return rpc::Invalid(field, "must not be negative");
  if (money.units() > kMaxPrice / 1'000'000)
    return rpc::Invalid(field, absl::StrCat("is too large, got ", money.units()));
  return money.units() * 1'000'000 + money.nanos() / 1000;
}

void WriteMoney(Micros price, std::string_view currency, pb::Money* out) {
  out->set_currency_code(std::string(currency));
  out->set_units(price / 1'000'000);
  out->set_nanos(static_cast<int32_t>(price % 1'000'000) * 1000);
}

absl::StatusOr<Item> ReadItem(std::string_view field, const pb::Item& item, std::string_view store,
                              std::string_view store_currency) {
  Item out;
  std::string_view named_store, id;
  if (const absl::Status name = ParseChildName(Path(field, ".name"), item.name(), "items", named_store, id);
      !name.ok()) {
    return name;
  }
  if (named_store != store) return rpc::Invalid(Path(field, ".name"), "is of another store than parent");
  out.id = std::string(id);
  out.titles = Sorted(item.titles());
  out.category = item.category();
  out.group = item.group_id();
  out.available = !item.has_available() || item.available();
  out.repeatable = !item.has_repeatable() || item.repeatable();
  out.attributes = Sorted(item.attributes());
  if (item.has_price()) {
    const auto price = ReadMoney(Path(field, ".price"), item.price(), store_currency);
    if (!price.ok()) return price.status();
    out.price = *price;
  }
  if (const absl::Status valid = ValidateItem(out); !valid.ok()) return rpc::InvalidUnder(field, valid);
  return out;
}

void WriteItem(const Item& item, std::string_view store, std::string_view currency, pb::Item* out) {
  out->set_name(ChildName(store, "items", item.id));
  for (const auto& [tag, title] : item.titles) (*out->mutable_titles())[tag] = title;
  out->set_category(item.category);
  if (item.price != kNoPrice) WriteMoney(item.price, currency, out->mutable_price());
  for (const auto& [name, value] : item.attributes) (*out->mutable_attributes())[name] = value;
  out->set_group_id(item.group);
  out->set_repeatable(item.repeatable);
  out->set_available(item.available);
}

Fallback ReadFallback(pb::FallbackMode mode) {
  switch (mode) {
    case pb::FALLBACK_MODE_NONE:
      return Fallback::kNone;
    case pb::FALLBACK_MODE_CATEGORY:
      return Fallback::kCategory;
    default:
      return Fallback::kPopularity;
  }
}

absl::StatusOr<Placement> ReadPlacement(std::string_view id, const pb::Placement& placement) {
  Placement out;
  out.id = std::string(id);
  if (!ValidateStoreName(id).ok()) {
    return rpc::Invalid("placement.name", "must end in an id of [A-Za-z0-9_-], at most 64 bytes");
  }
  if (!placement.model_id().empty()) out.model_id = placement.model_id();
  if (!ValidateStoreName(out.model_id).ok()) {
    return rpc::Invalid("placement.model_id", "must be an id of [A-Za-z0-9_-], at most 64 bytes");
  }
  if (placement.filter().size() > kMaxFilterBytes)
    return rpc::Invalid("placement.filter", "has over 2,000 bytes");
  out.filter = placement.filter();
  if (placement.rules_size() > kMaxRules) {
    return rpc::Invalid("placement.rules", absl::StrCat("must be at most 100, got ", placement.rules_size()));
  }
  std::set<std::string> seen;
  for (int r = 0; r < placement.rules_size(); ++r) {
    const std::string field = absl::StrCat("placement.rules[", r, "]");
    auto rule = ReadRule(field, placement.rules(r));
    if (!rule.ok()) return rule.status();
    if (!seen.insert(rule->id).second) return rpc::Invalid(field + ".rule_id", "is used twice");
    out.rules.push_back(*std::move(rule));
  }
  if (placement.max_per_category() < 0) {
    return rpc::Invalid("placement.max_per_category",
                        absl::StrCat("must not be negative, got ", placement.max_per_category()));
  }
  if (placement.default_max_results() < 0 || placement.default_max_results() > 100) {
    return rpc::Invalid("placement.default_max_results",
                        absl::StrCat("must be 0 to 100, got ", placement.default_max_results()));
  }
  if (!pb::FallbackMode_IsValid(placement.fallback_mode())) {
    return rpc::Invalid("placement.fallback_mode",
                        absl::StrCat("is unknown, got ", placement.fallback_mode()));
  }
  out.max_per_category = static_cast<uint32_t>(placement.max_per_category());
  out.exclude_substitutes = placement.exclude_substitutes();
  if (placement.default_max_results() > 0) {
    out.default_max_results = static_cast<uint32_t>(placement.default_max_results());
  }
  out.fallback = ReadFallback(placement.fallback_mode());
  return out;
}

void WritePlacement(const Placement& placement, std::string_view store, std::string_view revision,
                    pb::Placement* out) {
  out->set_name(ChildName(store, "placements", placement.id));
  out->set_model_id(placement.model_id);
  out->set_filter(placement.filter);
  for (const RankingRule& rule : placement.rules) WriteRule(rule, out->add_rules());
  out->set_max_per_category(static_cast<int32_t>(placement.max_per_category));
  out->set_exclude_substitutes(placement.exclude_substitutes);
  out->set_default_max_results(static_cast<int32_t>(placement.default_max_results));
  out->set_fallback_mode(static_cast<pb::FallbackMode>(placement.fallback));
  out->set_etag(std::string(revision));
}

}  // namespace awase
