#include "engine/answer/options_value.h"

#include <charconv>
#include <cmath>

#include "engine/answer/answer.h"

namespace awase {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view SkipBlanks(std::string_view text) {
  const size_t at = text.find_first_not_of(kBlanks);
  return at == std::string_view::npos ? std::string_view{} : text.substr(at);
}

}  // namespace

std::string_view OptionValue(std::string_view json, std::string_view key) {
  for (size_t at = json.find(key); at != std::string_view::npos; at = json.find(key, at + 1)) {
    std::string_view rest = json.substr(at + key.size());
    const bool is_key = at > 0 && json[at - 1] == '"' && rest.starts_with('"');
    if (!is_key) continue;
    rest = SkipBlanks(rest.substr(1));
    if (!rest.starts_with(':')) continue;
    rest = SkipBlanks(rest.substr(1));
    if (rest.starts_with('"')) return rest.substr(1, rest.find('"', 1) - 1);
    const size_t end = rest.find_first_of(",} \t\r\n");
    return rest.substr(0, end);
  }
  return {};
}

std::optional<double> OptionNumber(std::string_view json, std::string_view key) {
  const std::string_view text = OptionValue(json, key);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

Blend BlendOf(const Model& model) {
  Blend blend;
  const std::string_view json = model.options_json();
  const auto read = [&](std::string_view key, float& weight) {
    const std::optional<double> value = OptionNumber(json, key);
    if (value && *value >= 0 && *value <= 100) weight = static_cast<float>(*value);
  };
  read("personal_weight", blend.personal);
  read("personal_decay", blend.personal_decay);
  read("popularity_weight", blend.popularity);
  return blend;
}

}  // namespace awase
