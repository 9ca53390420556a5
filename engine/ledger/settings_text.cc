#include "engine/ledger/settings_text.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"

#include "engine/facts/facts.h"

namespace awase {
namespace {

absl::Status Wrong(std::string_view key, std::string_view what, std::string_view value) {
  return absl::InvalidArgumentError(std::string(key) + ": " + std::string(what) + ", got '" +
                                    std::string(value) + "'");
}

template <class Number>
absl::Status SetNumber(std::string_view key, std::string_view value, Number& field) {
  Number number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size()) {
    return Wrong(key, "is not a whole number from 0", value);
  }
  field = number;
  return absl::OkStatus();
}

absl::Status SetCurrency(std::string_view value, std::string& field) {
  const bool code = value.size() == 3 &&
                    std::all_of(value.begin(), value.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!value.empty() && !code) return Wrong("currency", "is not an ISO 4217 code such as JPY", value);
  field = value;
  return absl::OkStatus();
}

absl::Status SetTimeZone(std::string_view value, std::string& field) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(std::string(value), &zone)) {
    return Wrong("time_zone", "is not an IANA time zone such as Asia/Tokyo", value);
  }
  field = value;
  return absl::OkStatus();
}

absl::Status SetPatterns(std::string_view value, std::vector<std::string>& field) {
  std::vector<std::string> patterns;
  for (const absl::string_view part : absl::StrSplit(absl::string_view(value.data(), value.size()), ',')) {
    const absl::string_view pattern = absl::StripAsciiWhitespace(part);
    if (pattern.empty()) continue;
    if (absl::Status status = ValidateId("non_product_patterns", {pattern.data(), pattern.size()});
        !status.ok()) {
      return status;
    }
    patterns.emplace_back(pattern);
  }
  field = std::move(patterns);
  return absl::OkStatus();
}

}  // namespace

std::vector<std::pair<std::string, std::string>> ToText(const StoreSettings& settings) {
  return {{"currency", settings.currency},
          {"time_zone", settings.time_zone},
          {"non_product_patterns", absl::StrJoin(settings.non_product_patterns, ",")},
          {"min_support", absl::StrCat(settings.min_support)},
          {"max_orders_per_customer", absl::StrCat(settings.max_orders_per_customer)},
          {"retrain_after_events", absl::StrCat(settings.retrain_after_events)}};
}

absl::Status SetFromText(std::string_view key, std::string_view value, StoreSettings& settings) {
  if (key == "currency") return SetCurrency(value, settings.currency);
  if (key == "time_zone") return SetTimeZone(value, settings.time_zone);
  if (key == "non_product_patterns") return SetPatterns(value, settings.non_product_patterns);
  if (key == "min_support") return SetNumber(key, value, settings.min_support);
  if (key == "max_orders_per_customer") return SetNumber(key, value, settings.max_orders_per_customer);
  if (key == "retrain_after_events") return SetNumber(key, value, settings.retrain_after_events);
  std::vector<std::string> keys;
  for (auto& [name, text] : ToText(settings)) keys.push_back(name);
  return absl::InvalidArgumentError("settings: no such key, there are " + absl::StrJoin(keys, ", ") +
                                    ", got '" + std::string(key) + "'");
}

}  // namespace awase
