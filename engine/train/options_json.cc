#include <charconv>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

#include "engine/train/options.h"
#include <nlohmann/json.hpp>

namespace awase {
namespace {

using Json = nlohmann::ordered_json;

// One table for both directions, so that they cannot disagree: calls field(name, value) for all that decides
// the result.
template <class Options, class Field>
void ForEachField(Options& o, const Field& field) {
  field("signal", o.signal);
  field("unit", o.unit);
  field("window_seconds", o.window_seconds);
  field("direction", o.direction);
  field("measure", o.measure);
  field("damping", o.damping);
  field("power", o.power);
  field("cosine_a", o.cosine_a);
  field("cosine_b", o.cosine_b);
  field("ease", o.ease);
  field("ease_ridge", o.ease_ridge);
  field("half_life_days", o.half_life_days);
  field("top_n", o.top_n);
  field("min_support", o.min_support);
  field("max_basket", o.max_basket);
  field("max_orders_per_customer", o.max_orders_per_customer);
  field("personal_weight", o.personal_weight);
  field("personal_decay", o.personal_decay);
  field("popularity_weight", o.popularity_weight);
  field("popularity_days", o.popularity_days);
}

template <class Value>
Json Encoded(const Value& value) {
  if constexpr (std::is_enum_v<Value>) {
    return Json(std::string(Name(value)));
  } else if constexpr (std::is_same_v<Value, float>) {
    // The shortest decimal of the float, not of the double beside it.
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof text, value);
    (void)error;
    double decimal = 0;
    std::from_chars(text, end, decimal);
    return Json(decimal);
  } else {
    return Json(value);
  }
}

// The candidate whose name is `text`.
template <class Enum>
bool DecodeName(const std::string& text, std::initializer_list<Enum> candidates, Enum& value) {
  for (const Enum candidate : candidates) {
    if (Name(candidate) != text) continue;
    value = candidate;
    return true;
  }
  return false;
}

bool Decode(const Json& json, Signal& value) {
  return json.is_string() && DecodeName(json.get<std::string>(), {Signal::kOrder, Signal::kView}, value);
}
bool Decode(const Json& json, CountingUnit& value) {
  return json.is_string() &&
         DecodeName(json.get<std::string>(), {CountingUnit::kOrder, CountingUnit::kCustomer}, value);
}
bool Decode(const Json& json, Direction& value) {
  return json.is_string() && DecodeName(json.get<std::string>(),
                                        {Direction::kEither, Direction::kAfter, Direction::kBefore}, value);
}
bool Decode(const Json& json, Measure& value) {
  if (!json.is_string()) return false;
  const auto measure = ParseMeasure(json.get<std::string>());
  if (measure.ok()) value = *measure;
  return measure.ok();
}
bool Decode(const Json& json, uint32_t& value) {
  if (!json.is_number_unsigned() || json.get<uint64_t>() > ~uint32_t{0}) return false;
  value = json.get<uint32_t>();
  return true;
}
bool Decode(const Json& json, double& value) {
  if (!json.is_number()) return false;
  value = json.get<double>();
  return true;
}
bool Decode(const Json& json, float& value) {
  if (!json.is_number()) return false;
  value = static_cast<float>(json.get<double>());
  return true;
}

}  // namespace

std::string ToJson(const TrainOptions& options) {
  Json json;
  ForEachField(options, [&](const char* name, const auto& value) { json[name] = Encoded(value); });
  return json.dump();
}

absl::StatusOr<TrainOptions> TrainOptionsFromJson(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) {
    return absl::InvalidArgumentError(
        absl::StrCat("options: not a JSON object, got '", std::string(text.substr(0, 100)), "'"));
  }
  TrainOptions options;
  size_t taken = 0;
  std::string problem;
  std::string known;
  ForEachField(options, [&](const char* name, auto& value) {
    absl::StrAppend(&known, known.empty() ? "" : ", ", name);
    const auto found = json.find(name);
    if (found == json.end()) return;
    ++taken;
    if (!Decode(*found, value) && problem.empty()) {
      problem = absl::StrCat("options.", name, ": not a value of this field, got ", found->dump());
    }
  });
  if (!problem.empty()) return absl::InvalidArgumentError(problem);
  if (taken != json.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("options: unknown key, known are ", known, ", got ", std::string(text)));
  }
  const absl::Status valid = Validate(options);
  if (!valid.ok()) return valid;
  return options;
}

}  // namespace awase
