#include "engine/evaluate/tune.h"

#include <functional>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

namespace awase {
namespace {

// One option and the values that are tried for it.
struct Coordinate {
  std::string name;
  std::vector<double> values;
  std::function<void(TrainOptions&, double)> set;
  std::function<bool(const TrainOptions&)> applies;
};

bool Always(const TrainOptions&) { return true; }

void SetWindow(TrainOptions& options, double days) {
  options.window_seconds = static_cast<uint32_t>(days) * kSecondsPerDay;
  options.unit = days > 0 ? CountingUnit::kCustomer : CountingUnit::kOrder;
}

std::vector<Coordinate> MatrixCoordinates() {
  const auto is = [](Measure measure) {
    return [measure](const TrainOptions& o) { return o.measure == measure; };
  };
  return {
      {"damping",
       {0, 0.25, 0.5, 0.75, 1, 1.25, 1.5},
       [](TrainOptions& o, double v) { o.damping = v; },
       Always},
      {"power",
       {0.75, 1, 1.25, 1.5, 2, 2.5},
       [](TrainOptions& o, double v) { o.power = v; },
       is(Measure::kJaccard)},
      {"cosine_a",
       {0.3, 0.4, 0.5, 0.6, 0.7},
       [](TrainOptions& o, double v) { o.cosine_a = v; },
       is(Measure::kCosine)},
      {"cosine_b",
       {0.3, 0.4, 0.5, 0.6, 0.7},
       [](TrainOptions& o, double v) { o.cosine_b = v; },
       is(Measure::kCosine)},
      {"half_life_days",
       {0, 15, 30, 60, 90, 180, 365},
       [](TrainOptions& o, double v) { o.half_life_days = v; },
       Always},
      {"window_days",
       {0, 7, 30, 90},
       SetWindow,
       [](const TrainOptions& o) { return o.signal == Signal::kOrder; }},
      {"max_orders_per_customer",
       {0, 20, 50, 100},
       [](TrainOptions& o, double v) { o.max_orders_per_customer = static_cast<uint32_t>(v); },
       [](const TrainOptions& o) { return o.unit == CountingUnit::kOrder; }},
      {"popularity_days",
       {7, 14, 28, 56, 112},
       [](TrainOptions& o, double v) { o.popularity_days = static_cast<uint32_t>(v); },
       [](const TrainOptions& o) { return o.popularity_weight > 0; }},
  };
}

// EASE costs items^3, so it is tried once, on top of all else, and only where that takes seconds.
std::vector<Coordinate> EaseCoordinates() {
  return {
      {"ease", {0.5, 0.75, 1}, [](TrainOptions& o, double v) { o.ease = v; }, Always},
      {"ease_ridge",
       {0.03, 0.3, 1},
       [](TrainOptions& o, double v) { o.ease_ridge = v; },
       [](const TrainOptions& o) { return o.ease > 0; }},
  };
}

std::vector<Coordinate> BlendCoordinates(bool personal) {
  std::vector<Coordinate> blend = {
      {"popularity_weight",
       {0, 0.02, 0.05, 0.1, 0.2, 0.3},
       [](TrainOptions& o, double v) { o.popularity_weight = static_cast<float>(v); },
       Always}};
  if (personal) {
    blend.push_back({"personal_weight",
                     {0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1},
                     [](TrainOptions& o, double v) { o.personal_weight = static_cast<float>(v); },
                     Always});
    blend.push_back({"personal_decay",
                     {0.5, 0.7, 0.8, 0.9, 0.95, 1},
                     [](TrainOptions& o, double v) { o.personal_decay = static_cast<float>(v); },
                     Always});
  }
  return blend;
}

// Walks from better to better options, remembering what was asked already.
class Ascent {
 public:
  Ascent(Validation& validation, Tuned& tuned) : validation_(validation), tuned_(tuned) {}

  absl::Status Start(const TrainOptions& options) {
    const absl::StatusOr<Figures> figures = Ask(options);
    if (!figures.ok()) return figures.status();
    tuned_.options = options;
    tuned_.start_hr10 = tuned_.hr10 = figures->hr10;
    tuned_.start_ndcg20 = tuned_.ndcg20 = figures->ndcg20;
    tuned_.tried.push_back(
        {"start", std::string(Name(options.measure)), figures->hr10, figures->ndcg20, true});
    return absl::OkStatus();
  }

  // True when the options are better than all before.
  bool Try(const std::string& option, const std::string& value, const TrainOptions& options) {
    if (!Validate(options).ok() || ToJson(options) == ToJson(tuned_.options)) return false;
    const absl::StatusOr<Figures> figures = Ask(options);
    if (!figures.ok()) return false;
    const double gain = (figures->hr10 + figures->ndcg20 - tuned_.hr10 - tuned_.ndcg20) / 2;
    const bool better = gain > kTuneMargin;
    tuned_.tried.push_back({option, value, figures->hr10, figures->ndcg20, better});
    if (!better) return false;
    tuned_.options = options;
    tuned_.hr10 = figures->hr10;
    tuned_.ndcg20 = figures->ndcg20;
    return true;
  }

  bool TryAll(const Coordinate& coordinate) {
    if (!coordinate.applies(tuned_.options)) return false;
    const TrainOptions from = tuned_.options;
    bool moved = false;
    for (const double value : coordinate.values) {
      TrainOptions options = from;
      coordinate.set(options, value);
      moved |= Try(coordinate.name, absl::StrCat(value), options);
    }
    return moved;
  }

 private:
  struct Figures {
    double hr10, ndcg20;
  };
  absl::StatusOr<Figures> Ask(const TrainOptions& options) {
    const std::string key = ToJson(options);
    if (const auto known = asked_.find(key); known != asked_.end()) return known->second;
    const absl::StatusOr<Judgement> judgement = validation_.Ask(options);
    if (!judgement.ok()) return judgement.status();
    const MetricValues mean = MeanOf(*judgement);
    return asked_[key] = Figures{mean[Metric::kHr10], mean[Metric::kNdcg20]};
  }

  Validation& validation_;
  Tuned& tuned_;
  std::map<std::string, Figures> asked_;
};

}  // namespace

absl::StatusOr<Tuned> Tune(Validation& validation, const TrainOptions& base, const Progress& progress) {
  constexpr int kPasses = 3;
  Tuned tuned;
  tuned.baskets = validation.baskets();
  Ascent ascent(validation, tuned);
  if (absl::Status status = ascent.Start(ChooseMeasure(validation, base).options); !status.ok())
    return status;
  std::vector<Coordinate> coordinates = BlendCoordinates(validation.with_past());
  for (Coordinate& coordinate : MatrixCoordinates()) coordinates.push_back(std::move(coordinate));
  const size_t steps = (coordinates.size() + 1) * kPasses;
  size_t step = 0;
  for (int pass = 0; pass < kPasses; ++pass) {
    bool moved = false;
    for (const Coordinate& coordinate : coordinates) {
      if (progress) progress("tuning", step, steps);
      ++step;
      moved |= ascent.TryAll(coordinate);
    }
    // Another measure comes with its own damping and power, so it is tried against what has been reached.
    ++step;
    for (const Measure measure :
         {Measure::kJaccard, Measure::kLlr, Measure::kConfidence, Measure::kCosine, Measure::kExpected}) {
      if (measure == tuned.options.measure) continue;
      moved |= ascent.Try("measure", std::string(Name(measure)), WithMeasure(tuned.options, measure));
    }
    if (!moved) break;
  }
  if (validation.items() <= kMaxTunedEaseItems) {
    coordinates = EaseCoordinates();
    for (Coordinate& coordinate : BlendCoordinates(validation.with_past()))
      coordinates.push_back(std::move(coordinate));
    for (const Coordinate& coordinate : coordinates) ascent.TryAll(coordinate);
  }
  if (progress) progress("tuning", steps, steps);
  return tuned;
}

}  // namespace awase
