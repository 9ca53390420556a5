#include "engine/evaluate/report.h"

#include <xxhash.h>

#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"

#include "engine/evaluate/baselines.h"
#include "engine/evaluate/rules.h"
#include <nlohmann/json.hpp>

namespace awase {
namespace {

using Json = nlohmann::ordered_json;

// Ids and patterns come from files: bytes that are no UTF-8 are replaced rather than thrown at.
std::string Dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace); }

Json Pair(const Interval& interval) { return Json::array({interval.low, interval.high}); }

Json Dates(const Split& split) {
  Json dates;
  if (split.options.kind != SplitKind::kTime) return dates;
  dates["train_until"] = FormatTime(split.test_from);
  dates["validation_from"] = FormatTime(split.validation_from);
  dates["test_from"] = FormatTime(split.test_from);
  dates["test_until"] = FormatTime(split.newest);
  return dates;
}

Json ProtocolOf(const Evaluation& evaluation, const EvaluateOptions& options) {
  Json protocol;
  protocol["name"] = std::string(Name(options.protocol));
  const Split& split = evaluation.split;
  protocol["split"] = std::string(Name(split.options.kind));
  if (split.options.kind == SplitKind::kTime) protocol["test_days"] = split.options.test_days;
  if (split.options.kind == SplitKind::kRandom) protocol["test_share"] = split.options.test_share;
  protocol["seed"] = options.seed;
  protocol["seeds"] = evaluation.seeds;
  protocol["bootstrap_draws"] = options.bootstrap_draws;
  protocol["depth"] = kDepth;
  protocol["min_support"] = options.base.min_support;
  protocol["non_product_patterns"] = options.non_product_patterns;
  for (const auto& [name, rule] : RulesOf(options.protocol, split.options.kind))
    protocol["rules"][name] = rule;
  protocol["awase_measure"] = options.measure ? std::string(Name(*options.measure)) : "auto";
  protocol["awase_options"] = Json::parse(evaluation.awase_options);
  if (options.vsknn) {
    protocol["vsknn"] = {{"m", options.vsknn->m}, {"k", options.vsknn->k}, {"last", options.vsknn->last}};
  }
  const std::string configuration = Dump(protocol);
  protocol["digest"] = absl::StrFormat("%016x", XXH3_64bits(configuration.data(), configuration.size()));
  if (const Json dates = Dates(split); !dates.empty()) protocol["dates"] = dates;
  protocol["training_orders"] = evaluation.known_orders;
  protocol["training_items"] = evaluation.known_items;
  protocol["test_orders"] = evaluation.asked_orders;
  protocol["baskets"] = evaluation.baskets;
  protocol["evaluations"] = evaluation.probes;
  protocol["clusters"] = evaluation.clusters;
  return protocol;
}

double Share(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

Json MethodOf(const MethodFigures& figures, Protocol protocol) {
  Json method;
  for (size_t m = 0; m < kMetrics; ++m)
    method[std::string(Name(static_cast<Metric>(m)))] = figures.mean.at(m);
  if (protocol == Protocol::kNextBasket) {
    method["phr@10"] = figures.mean[Metric::kHr10];
    method["phr@20"] = figures.mean[Metric::kHr20];
  }
  method["coverage@10"] = figures.coverage10;
  method["popularity_ratio"] = figures.popularity_ratio;
  method["gini"] = figures.gini;
  method["empty_share"] = figures.empty_share;
  method["ci95"]["hr@10"] = Pair(figures.hr10);
  method["repeat"] = {{"items", figures.repeat_items},
                      {"recall@10", Share(figures.repeat_hits, figures.repeat_items)}};
  method["explore"] = {{"items", figures.explore_items},
                       {"recall@10", Share(figures.explore_hits, figures.explore_items)}};
  for (const Segment& segment : figures.segments) {
    Json& of = method["segments"][segment.name];
    of["baskets"] = segment.baskets;
    for (const Metric metric : {Metric::kHr10, Metric::kRecall10, Metric::kNdcg10, Metric::kMrr20}) {
      of[std::string(Name(metric))] = segment.mean[metric];
    }
  }
  return method;
}

Json TriedOf(const Choice& choice) {
  Json tried = Json::array();
  for (const Choice::Tried& one : choice.tried) {
    tried.push_back(
        {{"measure", std::string(Name(one.options.measure))}, {"hr@10", one.hr10}, {"ndcg@20", one.ndcg20}});
  }
  return tried;
}

Json TunedOf(const Tuned& tuned) {
  Json json;
  json["chosen"] = Json::parse(ToJson(tuned.options));
  json["tried"] = Json::array();
  for (const Tuned::Tried& one : tuned.tried) {
    json["tried"].push_back({{"option", one.option},
                             {"value", one.value},
                             {"hr@10", one.hr10},
                             {"ndcg@20", one.ndcg20},
                             {"kept", one.kept}});
  }
  json["validation"] = {{"baskets", tuned.baskets},
                        {"hr@10_before", tuned.start_hr10},
                        {"hr@10", tuned.hr10},
                        {"ndcg@20_before", tuned.start_ndcg20},
                        {"ndcg@20", tuned.ndcg20}};
  return json;
}

}  // namespace

std::string ReportJson(const Evaluation& evaluation, const EvaluateOptions& options) {
  Json report;
  report["protocol"] = ProtocolOf(evaluation, options);
  for (const MethodFigures& figures : evaluation.methods) {
    report["methods"][figures.name] = MethodOf(figures, options.protocol);
  }
  for (const Difference& difference : evaluation.paired) {
    report["paired"][difference.method][difference.against] = {{"hr@10", difference.hr10},
                                                               {"ci95", Pair(difference.interval)}};
  }
  report["auto"] = {{"baskets", evaluation.choice.baskets}, {"tried", TriedOf(evaluation.choice)}};
  if (evaluation.tuned) report["tuned"] = TunedOf(*evaluation.tuned);
  report["seconds"] = evaluation.seconds;
  return Dump(report);
}

std::string ReportTable(const Evaluation& evaluation, const EvaluateOptions& options) {
  const Split& split = evaluation.split;
  std::string text = absl::StrFormat(
      "protocol %s, split %s, %d seed(s) from %d: %d baskets, %d evaluations; learnt from %d orders with %d "
      "items\n",
      std::string(Name(options.protocol)), std::string(Name(split.options.kind)), evaluation.seeds,
      options.seed, evaluation.baskets, evaluation.probes, evaluation.known_orders, evaluation.known_items);
  if (split.options.kind == SplitKind::kTime) {
    text += absl::StrFormat("test from %s until %s\n", FormatTime(split.test_from), FormatTime(split.newest));
  }
  for (const auto& [name, rule] : RulesOf(options.protocol, split.options.kind)) {
    text += absl::StrFormat("  %-12s %s\n", name, rule);
  }
  text += absl::StrFormat("  %-12s %d distinct customers behind an edge of awase*\n\n", "min_support",
                          options.base.min_support);
  text += absl::StrFormat("%-18s %7s %17s %7s %7s %7s %7s %7s %7s %7s\n", "method", "HR@10", "95 %", "HR@20",
                          "rec@20", "nDCG@10", "MRR@20", "cov@10", "pop", "empty");
  for (const MethodFigures& one : evaluation.methods) {
    text += absl::StrFormat("%-18s %7.4f  %7.4f %7.4f %7.4f %7.4f %7.4f %7.4f %7.4f %7.2f %7.4f\n", one.name,
                            one.mean[Metric::kHr10], one.hr10.low, one.hr10.high, one.mean[Metric::kHr20],
                            one.mean[Metric::kRecall20], one.mean[Metric::kNdcg10], one.mean[Metric::kMrr20],
                            one.coverage10, one.popularity_ratio, one.empty_share);
  }
  text += "\npaired difference of HR@10 (95 %)\n";
  for (const Difference& one : evaluation.paired) {
    text += absl::StrFormat("%-18s - %-11s %+8.4f  [%+.4f, %+.4f]\n", one.method, one.against, one.hr10,
                            one.interval.low, one.interval.high);
  }
  text += "\nawase: " + evaluation.awase_options + "\n";
  if (evaluation.tuned) text += "awase_tuned: " + ToJson(evaluation.tuned->options) + "\n";
  return text;
}

std::string TunedJson(const Tuned& tuned, const Split& split) {
  Json json = TunedOf(tuned);
  json["validation"]["split"] = std::string(Name(split.options.kind));
  const Json dates = Dates(split);
  for (const auto& [name, date] : dates.items()) json["validation"][name] = date;
  return Dump(json);
}

std::string TunedTable(const Tuned& tuned) {
  std::string text = absl::StrFormat("%d validation baskets\n%-26s %-12s %8s %8s\n", tuned.baskets, "option",
                                     "value", "HR@10", "nDCG@20");
  for (const Tuned::Tried& one : tuned.tried) {
    text += absl::StrFormat("%-26s %-12s %8.4f %8.4f%s\n", one.option, one.value, one.hr10, one.ndcg20,
                            one.kept ? "  kept" : "");
  }
  text += absl::StrFormat("HR@10 %.4f -> %.4f on the validation part\nchosen: %s\n", tuned.start_hr10,
                          tuned.hr10, ToJson(tuned.options));
  return text;
}

}  // namespace awase
