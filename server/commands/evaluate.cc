// `awased evaluate`: protocols, simple rules to compare with, figures with their uncertainty.
#include "engine/evaluate/evaluate.h"

#include <memory>
#include <string>
#include <utility>

#include "engine/evaluate/auto.h"
#include "engine/evaluate/report.h"
#include "engine/intake/intake.h"
#include "engine/ledger/ledger.h"
#include "server/commands/commands.h"
#include "server/commands/output.h"
#include "server/commands/progress.h"

namespace awase::commands {
namespace {

struct Flags {
  std::string data, store, orders, format = "canonical";
  std::string protocol, split, method, measure = "auto";
  EvaluateOptions options;
  VsknnOptions vsknn;
  uint32_t min_support = 0;
  bool json = false;
};

// Names to options; the options' own checks are Evaluate's.
absl::Status Resolve(Flags& flags) {
  absl::StatusOr<Protocol> protocol = ParseProtocol(flags.protocol);
  if (!protocol.ok()) return protocol.status();
  flags.options.protocol = *protocol;
  if (!flags.split.empty()) {
    absl::StatusOr<SplitKind> split = ParseSplit(flags.split);
    if (!split.ok()) return split.status();
    flags.options.split = *split;
  }
  if (flags.measure != "auto") {
    absl::StatusOr<Measure> measure = ParseMeasure(flags.measure);
    if (!measure.ok()) return measure.status();
    flags.options.measure = *measure;
  }
  if (!flags.method.empty()) flags.options.vsknn = flags.vsknn;
  return absl::OkStatus();
}

// The facts, from a file or from a store; a store's settings and catalogue go into the options.
absl::StatusOr<FactTable> ReadFactsFor(Flags& flags, const Progress& progress) {
  if (!flags.orders.empty()) {
    IntakeOptions intake;
    intake.progress = progress;
    if (flags.format == "uci-online-retail") intake.format = OrdersFormat::kUciOnlineRetail;
    if (flags.format == "jsonl") intake.format = OrdersFormat::kJsonLines;
    IntakeReport report;
    return ReadOrdersAsFacts(flags.orders, intake, &report);
  }
  absl::StatusOr<std::unique_ptr<Ledger>> ledger = Ledger::Open(flags.data, flags.store, Ledger::Mode::kRead);
  if (!ledger.ok()) return ledger.status();
  absl::StatusOr<StoreSettings> settings = (*ledger)->Settings();
  if (!settings.ok()) return settings.status();
  flags.options.non_product_patterns = settings->non_product_patterns;
  flags.options.base.max_orders_per_customer = settings->max_orders_per_customer;
  if (flags.min_support == 0) flags.min_support = settings->min_support;
  absl::StatusOr<std::vector<Item>> catalogue = (*ledger)->ListItems();
  if (!catalogue.ok()) return catalogue.status();
  flags.options.catalogue = *std::move(catalogue);
  return (*ledger)->ReadFacts(nullptr, progress);
}

int Run(Flags& flags) {
  ProgressBar bar;
  const Progress progress = bar.Calls();
  absl::StatusOr<FactTable> facts = ReadFactsFor(flags, progress);
  if (!facts.ok()) return Fail(facts.status());
  if (flags.min_support == 0) {
    // A sessions file is judged like the published methods, which know no floor.
    const bool sessions = flags.options.protocol == Protocol::kSession && !flags.orders.empty();
    flags.min_support = sessions ? 1 : DefaultMinSupport(*facts);
  }
  flags.options.base.min_support = flags.min_support;
  const absl::StatusOr<Evaluation> evaluation = Evaluate(*facts, flags.options, progress);
  if (!evaluation.ok()) return Fail(evaluation.status());
  return Print(flags.json ? ReportJson(*evaluation, flags.options) + "\n"
                          : ReportTable(*evaluation, flags.options));
}

}  // namespace

void AddEvaluate(CLI::App& app, Chosen& chosen) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command =
      app.add_subcommand("evaluate", "judge recommendations on orders that were not learnt from");
  command->add_option("--data", flags->data, "data folder");
  auto* store = command->add_option("--store", flags->store, "store in the data folder");
  auto* orders =
      command->add_option("--orders", flags->orders, "orders file (.csv, .csv.gz, -) instead of a store");
  orders->excludes(store);
  command->add_option("--format", flags->format, "form of the orders file")
      ->check(CLI::IsMember({"canonical", "uci-online-retail", "jsonl"}))
      ->capture_default_str();
  command->add_option("--protocol", flags->protocol, "what is asked")
      ->required()
      ->check(CLI::IsMember({"cart", "cart-half", "item-page", "session", "next-basket"}));
  command
      ->add_option("--split", flags->split,
                   "how the test is cut off; default: time where orders have time stamps, else random")
      ->check(CLI::IsMember({"time", "random", "prefix"}));
  command->add_option("--test-days", flags->options.test_days, "split time: length of the test")
      ->capture_default_str();
  command
      ->add_option("--test-share", flags->options.test_share, "split random: share of the orders in the test")
      ->capture_default_str();
  command->add_option("--seed", flags->options.seed, "first seed of all draws")->capture_default_str();
  command->add_option("--seeds", flags->options.seeds,
                      "number of seeds; default 5, 10 with --split random, 1 where nothing is drawn");
  command
      ->add_option("--measure", flags->measure,
                   "measure of `awase`: auto, jaccard, llr, confidence, cosine, lift, expected, count")
      ->capture_default_str();
  command->add_option("--min-support", flags->min_support,
                      "fewest distinct customers behind an edge; default: the store's, else 5, 2 where all "
                      "orders are anonymous");
  command->add_flag("--tune", flags->options.tune,
                    "also tune on the validation part and judge `awase_tuned`");
  auto* method = command->add_option("--method", flags->method, "a published method to judge as well")
                     ->check(CLI::IsMember({"vsknn"}));
  command->add_option("--m", flags->vsknn.m, "vsknn: newest sessions considered")
      ->needs(method)
      ->capture_default_str();
  command->add_option("--k", flags->vsknn.k, "vsknn: neighbours")->needs(method)->capture_default_str();
  command->add_option("--last", flags->vsknn.last, "vsknn: newest views that count")
      ->needs(method)
      ->capture_default_str();
  command->add_option("--draws", flags->options.bootstrap_draws, "bootstrap resamples")
      ->capture_default_str();
  command->add_flag("--json", flags->json, "print one JSON object");
  command->callback([flags, &chosen] {
    if (flags->orders.empty() && (flags->data.empty() || flags->store.empty())) {
      throw CLI::ValidationError("evaluate", "give --data and --store, or --orders");
    }
    if (const absl::Status status = Resolve(*flags); !status.ok()) {
      throw CLI::ValidationError("evaluate", std::string(status.message()));
    }
    chosen.run = [flags] { return Run(*flags); };
  });
}

}  // namespace awase::commands
