// `awased tune`: the options that suit a store, kept in its ledger for the next trainings.
#include "engine/evaluate/tune.h"

#include <memory>
#include <string>

#include "engine/evaluate/plan.h"
#include "engine/evaluate/report.h"
#include "engine/ledger/ledger.h"
#include "server/commands/commands.h"
#include "server/commands/output.h"
#include "server/commands/progress.h"

namespace awase::commands {
namespace {

struct TuneFlags {
  std::string data, store;
  bool dry_run = false;
  bool json = false;
};

TrainOptions BaseOptions(const StoreSettings& settings, const FactTable& facts) {
  TrainOptions base;
  base.min_support = PrivacyFloor(settings, facts, base.signal);
  base.max_orders_per_customer = settings.max_orders_per_customer;
  return base;
}

// The newest part of the store, asked of what lies before it.
absl::StatusOr<std::unique_ptr<Validation>> MakeValidation(const Ledger& ledger,
                                                           const StoreSettings& settings,
                                                           const FactTable& facts, const Split& split) {
  ValidateOptions options;
  options.with_past = true;
  options.non_product_patterns = settings.non_product_patterns;
  absl::StatusOr<std::vector<Item>> catalogue = ledger.ListItems();
  if (!catalogue.ok()) return catalogue.status();
  options.catalogue = *std::move(catalogue);
  return Validation::Make(facts, split, Role::kTest, options);
}

int RunTune(const TuneFlags& flags) {
  ProgressBar bar;
  const Progress progress = bar.Calls();
  const auto ledger =
      Ledger::Open(flags.data, flags.store, flags.dry_run ? Ledger::Mode::kRead : Ledger::Mode::kWrite);
  if (!ledger.ok()) return Fail(ledger.status());
  const auto settings = (*ledger)->Settings();
  if (!settings.ok()) return Fail(settings.status());
  const auto facts = (*ledger)->ReadFacts(nullptr, progress);
  if (!facts.ok()) return Fail(facts.status());
  const auto split = SplitNewest(*facts);
  if (!split.ok()) return Fail(split.status());
  const auto validation = MakeValidation(**ledger, *settings, *facts, *split);
  if (!validation.ok()) return Fail(validation.status());
  const auto tuned = Tune(**validation, BaseOptions(*settings, *facts), progress);
  if (!tuned.ok()) return Fail(tuned.status());
  if (!flags.dry_run) {
    const absl::Status kept = (*ledger)->PutDocument(kTunedDocument, ToJson(tuned->options));
    if (!kept.ok()) return Fail(kept);
  }
  if (flags.json) return Print(TunedJson(*tuned, *split) + "\n");
  return Print(TunedTable(*tuned) + (flags.dry_run
                                         ? "Nothing was kept (--dry-run).\n"
                                         : "Kept in the store; `awased train` uses them from now on.\n"));
}

}  // namespace

void AddTune(CLI::App& app, Chosen& chosen) {
  auto flags = std::make_shared<TuneFlags>();
  CLI::App* command = app.add_subcommand(
      "tune",
      "Choose measure, damping, power, half-life, window and blend of a store on its newest 28 days (without "
      "time stamps: a tenth of\nits orders), learning from what lies before. `awased train` uses the "
      "outcome.");
  command->add_option("--data", flags->data, "Folder of the stores")->required();
  command->add_option("--store", flags->store, "Name of the store")->required();
  command->add_flag("--dry-run", flags->dry_run, "Show what would be chosen, keep nothing");
  command->add_flag("--json", flags->json, "Print one JSON object");
  command->callback([flags, &chosen] { chosen.run = [flags] { return RunTune(*flags); }; });
}

}  // namespace awase::commands
