// `awased train`: a store's ledger to a published model.
#include "engine/train/train.h"

#include <sys/resource.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/evaluate/plan.h"
#include "engine/evaluate/tune.h"
#include "engine/history/history.h"
#include "engine/ledger/ledger.h"
#include "engine/model/shelf.h"
#include "server/commands/commands.h"
#include "server/commands/output.h"
#include "server/commands/progress.h"

namespace awase::commands {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// As typed; what was not given stays empty, so that tuned or chosen options show through.
struct TrainFlags {
  std::string data, store, model;
  std::string measure = "auto", window = "order", signal = "order", unit, direction;
  std::optional<double> damping, power, half_life;
  std::optional<uint32_t> top, max_basket, min_support;
  unsigned threads = 0;
  uint64_t memory_limit = 0;
  bool dry_run = false, no_activate = false, json = false;
};

// What a training reads of the store.
struct Stock {
  std::unique_ptr<Ledger> ledger;
  StoreSettings settings;
  std::vector<Item> catalogue;  // products only
  FactTable facts;
  Watermark at;
};

absl::StatusOr<Stock> ReadStock(const TrainFlags& flags, const Progress& progress) {
  Stock stock;
  auto ledger = Ledger::Open(flags.data, flags.store, Ledger::Mode::kRead);
  if (!ledger.ok()) return ledger.status();
  stock.ledger = *std::move(ledger);
  auto settings = stock.ledger->Settings();
  if (!settings.ok()) return settings.status();
  stock.settings = *std::move(settings);
  auto items = stock.ledger->ListItems();
  if (!items.ok()) return items.status();
  stock.catalogue = Products(stock.settings, *std::move(items));
  auto facts = stock.ledger->ReadFacts(&stock.at, progress);
  if (!facts.ok()) return facts.status();
  stock.facts = *std::move(facts);
  return stock;
}

// What is counted: everything that no measure decides.
absl::StatusOr<TrainOptions> BaseOptions(const TrainFlags& flags) {
  TrainOptions base;
  base.signal = flags.signal == "view" ? Signal::kView : Signal::kOrder;
  auto window = ParseWindow(flags.window);
  if (!window.ok()) return window.status();
  base.window_seconds = *window;
  const bool by_customer = flags.unit.empty() ? base.window_seconds > 0 : flags.unit == "customer";
  base.unit = by_customer ? CountingUnit::kCustomer : CountingUnit::kOrder;
  if (flags.direction == "after") base.direction = Direction::kAfter;
  if (flags.direction == "before") base.direction = Direction::kBefore;
  return base;
}

absl::StatusOr<Plan> Choose(const TrainFlags& flags, const Stock& stock) {
  const auto base = BaseOptions(flags);
  if (!base.ok()) return base.status();
  std::optional<Measure> measure;
  if (flags.measure != "auto") {
    const auto named = ParseMeasure(flags.measure);
    if (!named.ok()) return named.status();
    measure = *named;
  }
  auto tuned = stock.ledger->GetDocument(kTunedDocument);
  if (!tuned.ok()) return tuned.status();
  return PlanTraining({stock.facts, stock.settings, stock.catalogue, *std::move(tuned)}, *base, measure);
}

void Override(const TrainFlags& flags, TrainOptions& options) {
  if (flags.damping) options.damping = *flags.damping;
  if (flags.power) options.power = *flags.power;
  if (flags.half_life) options.half_life_days = *flags.half_life;
  if (flags.top) options.top_n = *flags.top;
  if (flags.max_basket) options.max_basket = *flags.max_basket;
  if (flags.min_support) options.min_support = *flags.min_support;
  options.threads = flags.threads;
  options.memory_limit = flags.memory_limit;
}

uint64_t PeakRssBytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

struct Published {
  std::string model;  // "default/3"; the name alone for a dry run
  std::string digest;
  double write_seconds = 0;    // the file, on disk
  double publish_seconds = 0;  // read back, and made the one that serves
};

absl::StatusOr<Published> Publish(const TrainFlags& flags, const ModelDraft& draft) {
  if (flags.dry_run) {
    const auto model = Model::FromDraft(draft);
    if (!model.ok()) return model.status();
    return Published{flags.model, (*model)->digest()};
  }
  auto start = Clock::now();
  const Shelf shelf(ModelFolder(flags.data, flags.store, flags.model));
  const auto version = shelf.Publish(draft);
  if (!version.ok()) return version.status();
  const double write = SecondsSince(start);
  start = Clock::now();
  const auto model = shelf.Open(*version);
  if (!model.ok()) return model.status();
  if (!flags.no_activate) {
    if (const absl::Status active = shelf.Activate(*version); !active.ok()) return active;
  }
  return Published{flags.model + "/" + std::to_string(*version), (*model)->digest(), write,
                   SecondsSince(start)};
}

int PrintReport(const TrainFlags& flags, const Published& published, const ModelDraft& draft,
                const TrainReport& report, const nlohmann::ordered_json& seconds,
                const std::string& chosen_by) {
  if (flags.json) {
    return PrintJson({{"model", published.model},
                      {"items", draft.items.size()},
                      {"units", report.units},
                      {"skipped_units", report.skipped_units},
                      {"capped_orders", report.capped_orders},
                      {"pairs_counted", report.pairs_counted},
                      {"edges", report.edges},
                      {"seconds", seconds},
                      {"threads", report.threads},
                      {"peak_rss_bytes", PeakRssBytes()},
                      {"digest", published.digest},
                      {"options", nlohmann::ordered_json::parse(draft.options_json)},
                      {"chosen_by", chosen_by},
                      {"activated", !flags.dry_run && !flags.no_activate}});
  }
  std::string text =
      "Model " + published.model + ": " + std::to_string(report.edges) + " edges between " +
      std::to_string(draft.items.size()) + " items, from " + std::to_string(report.units) + " units (" +
      std::to_string(report.skipped_units) + " too large, " + std::to_string(report.capped_orders) +
      " orders over the cap of their customer).\nOptions (" + chosen_by + "): " + draft.options_json +
      "\nSeconds: " + seconds.dump() + ". Digest " + published.digest + ".\n";
  text += flags.dry_run       ? "Nothing was written (dry run).\n"
          : flags.no_activate ? "Written, not serving: awased models activates it.\n"
                              : "Written and serving.\n";
  return Print(text);
}

int RunTrain(TrainFlags flags) {
  if (flags.model.empty()) flags.model = flags.signal == "view" ? "also-viewed" : "default";
  ProgressBar bar;
  const Progress progress = bar.Calls();
  const auto say = [&](std::string_view stage) {
    if (progress) progress(stage, 0, 0);
  };
  const auto begin = Clock::now();
  auto start = begin;
  const auto stock = ReadStock(flags, progress);
  if (!stock.ok()) return Fail(stock.status());
  const double read = SecondsSince(start);

  start = Clock::now();
  say("choose");
  auto plan = Choose(flags, *stock);
  if (!plan.ok()) return Fail(plan.status());
  TrainOptions& options = plan->options;
  Override(flags, options);
  if (const absl::Status valid = Validate(options); !valid.ok()) {
    Fail(valid);
    return kUsage;
  }
  if (const absl::Status floor = CheckFloor(stock->settings, options); !floor.ok()) return Fail(floor);
  const double choose = SecondsSince(start);

  start = Clock::now();
  say("history");
  HistoryOptions history_options;
  history_options.non_product_patterns = stock->settings.non_product_patterns;
  history_options.threads = flags.threads != 0 ? flags.threads : std::thread::hardware_concurrency();
  const auto history = History::Build(stock->facts, history_options);
  if (!history.ok()) return Fail(history.status());
  const double build = SecondsSince(start);

  TrainReport report;
  auto draft = Train(*history, stock->catalogue, options, &report, progress);
  if (!draft.ok()) return Fail(draft.status());
  draft->ledger_sequence = stock->at.sequence;
  say("write");
  const auto published = Publish(flags, *draft);
  if (!published.ok()) return Fail(published.status());
  const nlohmann::ordered_json seconds = {{"read", read},
                                          {"choose", choose},
                                          {"history", build},
                                          {"prepare", report.prepare_seconds},
                                          {"count", report.count_seconds},
                                          {"score", report.score_seconds},
                                          {"assemble", report.assemble_seconds},
                                          {"write", published->write_seconds},
                                          {"publish", published->publish_seconds},
                                          {"all", SecondsSince(begin)}};
  return PrintReport(flags, *published, *draft, report, seconds, plan->chosen_by);
}

void AddOptions(CLI::App& command, TrainFlags& flags) {
  command.add_option("--data", flags.data, "Folder that holds the stores")->required();
  command.add_option("--store", flags.store, "Store")->required();
  command.add_option("--model", flags.model,
                     "Name of the model; 'default', or 'also-viewed' for --signal view");
  command
      .add_option("--measure", flags.measure,
                  "auto, jaccard, llr, confidence, cosine, lift, expected or count. auto: as tuned by "
                  "'awased tune', else "
                  "chosen by a short validation on the store's own orders")
      ->check(CLI::IsMember({"auto", "jaccard", "llr", "confidence", "cosine", "lift", "expected", "count"}))
      ->capture_default_str();
  command
      .add_option("--window", flags.window,
                  "What counts as together: 'order' (the same order), or purchases of one customer at most "
                  "so far apart: "
                  "30d, 12h, all")
      ->check([](const std::string& text) {
        const auto window = ParseWindow(text);
        return window.ok() ? std::string() : std::string(window.status().message());
      })
      ->capture_default_str();
  command.add_option("--top", flags.top, "Edges kept per item, 1 to 500 [100]");
  command.add_option("--signal", flags.signal, "What is counted: purchases, or items viewed in one session")
      ->check(CLI::IsMember({"order", "view"}))
      ->capture_default_str();
  command
      .add_option("--unit", flags.unit,
                  "Count each order, or each customer once [order; customer with a window]")
      ->check(CLI::IsMember({"order", "customer"}));
  command
      .add_option("--direction", flags.direction,
                  "With a window: candidates bought after, before or either side [either]")
      ->check(CLI::IsMember({"either", "after", "before"}));
  command.add_option("--damping", flags.damping,
                     "A unit of n items weighs (n - 1)^-damping, 0 to 4 [by measure]");
  command.add_option("--power", flags.power, "Power of jaccard, up to 4 [1.5]");
  command.add_option("--half-life", flags.half_life,
                     "Days in which a unit loses half its weight; 0: never [0]");
  command.add_option("--max-basket", flags.max_basket, "Larger units are skipped [500]");
  command.add_option(
      "--min-support", flags.min_support,
      "Fewest distinct customers behind an edge [the store's; 5, or 2 where all orders are anonymous]");
  command.add_option("--threads", flags.threads, "0: all cores")->capture_default_str();
  command.add_option("--memory-limit", flags.memory_limit,
                     "Bytes the training may add; refused before it starts if it cannot");
  command.add_flag("--dry-run", flags.dry_run, "Train and report, write nothing");
  command.add_flag("--no-activate", flags.no_activate, "Write the model, leave what serves as it is");
  command.add_flag("--json", flags.json, "Print one JSON object");
}

}  // namespace

void AddTrain(CLI::App& app, Chosen& chosen) {
  auto flags = std::make_shared<TrainFlags>();
  CLI::App* command = app.add_subcommand("train",
                                         "Compute the co-purchase matrix of a store from its ledger and "
                                         "publish it as a model. The same data and options\n"
                                         "give the same digest on any number of threads.");
  AddOptions(*command, *flags);
  command->callback([flags, &chosen] { chosen.run = [flags] { return RunTrain(*flags); }; });
}

}  // namespace awase::commands
