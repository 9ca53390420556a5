#include "engine/train/options.h"

#include <array>
#include <charconv>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace awase {
namespace {

constexpr std::array<std::pair<Measure, std::string_view>, 7> kMeasures = {{
    {Measure::kJaccard, "jaccard"},
    {Measure::kLlr, "llr"},
    {Measure::kConfidence, "confidence"},
    {Measure::kCosine, "cosine"},
    {Measure::kLift, "lift"},
    {Measure::kExpected, "expected"},
    {Measure::kCount, "count"},
}};

absl::Status OutOf(std::string_view field, std::string_view range, double got) {
  return absl::InvalidArgumentError(
      absl::StrCat(std::string(field), ": must lie in ", std::string(range), ", got ", got));
}

}  // namespace

TrainOptions DefaultsFor(Measure measure) {
  TrainOptions options;
  options.measure = measure;
  options.power = measure == Measure::kJaccard ? 1.5 : 1.0;
  switch (measure) {
    case Measure::kJaccard:
    case Measure::kCosine:
      options.damping = 1.0;
      break;
    case Measure::kLlr:
    case Measure::kConfidence:
      options.damping = 0.5;
      break;
    case Measure::kLift:
    case Measure::kExpected:
    case Measure::kCount:
      options.damping = 0.0;
      break;
  }
  return options;
}

std::string_view Name(Measure measure) {
  for (const auto& [value, name] : kMeasures) {
    if (value == measure) return name;
  }
  return "";
}

std::string_view Name(Signal signal) { return signal == Signal::kOrder ? "order" : "view"; }

std::string_view Name(CountingUnit unit) { return unit == CountingUnit::kOrder ? "order" : "customer"; }

std::string_view Name(Direction direction) {
  switch (direction) {
    case Direction::kEither:
      return "either";
    case Direction::kAfter:
      return "after";
    case Direction::kBefore:
      return "before";
  }
  return "";
}

absl::StatusOr<Measure> ParseMeasure(std::string_view name) {
  std::string known;
  for (const auto& [value, known_name] : kMeasures) {
    if (known_name == name) return value;
    absl::StrAppend(&known, known.empty() ? "" : ", ", std::string(known_name));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("measure: must be one of ", known, ", got '", std::string(name), "'"));
}

absl::StatusOr<uint32_t> ParseWindow(std::string_view text) {
  if (text == "order") return 0;
  if (text == "all") return ~uint32_t{0};
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
  const uint64_t seconds = unit == "d" ? 86400 : unit == "h" ? 3600 : unit == "m" ? 60 : unit == "s" ? 1 : 0;
  if (error != std::errc{} || seconds == 0 || number == 0 || number > ~uint32_t{0} / seconds) {
    return absl::InvalidArgumentError(absl::StrCat(
        "window: must be 'order', 'all' or a length such as 30d or 12h, got '", std::string(text), "'"));
  }
  return static_cast<uint32_t>(number * seconds);
}

absl::Status Validate(const TrainOptions& o) {
  const auto within = [](double x, double low, double high) {
    return x >= low && x <= high;
  };  // false for NaN
  if (!within(o.damping, 0, 4)) return OutOf("damping", "0..4", o.damping);
  if (!(o.power > 0) || !(o.power <= 4)) return OutOf("power", "(0, 4]", o.power);
  if (!within(o.cosine_a, 0, 1)) return OutOf("cosine_a", "0..1", o.cosine_a);
  if (!within(o.cosine_b, 0, 1)) return OutOf("cosine_b", "0..1", o.cosine_b);
  if (!within(o.ease, 0, 1)) return OutOf("ease", "0..1", o.ease);
  if (!(o.ease_ridge > 0) || !(o.ease_ridge <= 100)) return OutOf("ease_ridge", "(0, 100]", o.ease_ridge);
  if (!within(o.half_life_days, 0, 36500)) return OutOf("half_life_days", "0..36500", o.half_life_days);
  if (o.top_n < 1 || o.top_n > 500) return OutOf("top_n", "1..500", o.top_n);
  if (o.min_support < 1) return OutOf("min_support", "1 or more", o.min_support);
  if (o.max_basket < 2 || o.max_basket > 10000) return OutOf("max_basket", "2..10000", o.max_basket);
  if (!within(o.personal_weight, 0, 100)) return OutOf("personal_weight", "0..100", o.personal_weight);
  if (!within(o.personal_decay, 0, 1)) return OutOf("personal_decay", "0..1", o.personal_decay);
  if (!within(o.popularity_weight, 0, 100)) return OutOf("popularity_weight", "0..100", o.popularity_weight);
  if (o.popularity_days < 1 || o.popularity_days > 36500)
    return OutOf("popularity_days", "1..36500", o.popularity_days);
  if (o.threads > 1024) return OutOf("threads", "0..1024", o.threads);
  if (o.window_seconds > 0 && o.unit != CountingUnit::kCustomer) {
    return absl::InvalidArgumentError(
        absl::StrCat("window: counts customers, needs unit customer, got unit ", std::string(Name(o.unit))));
  }
  if (o.direction != Direction::kEither && o.window_seconds == 0) {
    return absl::InvalidArgumentError(absl::StrCat("direction: needs a window, got ",
                                                   std::string(Name(o.direction)), " within the same order"));
  }
  return absl::OkStatus();
}

}  // namespace awase
