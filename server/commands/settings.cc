#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/ledger/ledger.h"
#include "server/commands/commands.h"
#include "server/commands/output.h"
#include <nlohmann/json.hpp>

namespace awase::commands {
namespace {

struct SettingsFlags {
  std::string data, store;
  std::vector<std::string> assignments;
  bool json = false;
};

absl::Status Assign(Ledger& ledger, const std::vector<std::string>& assignments) {
  for (const std::string& assignment : assignments) {
    const size_t equals = assignment.find('=');
    if (absl::Status status = ledger.Set(assignment.substr(0, equals), assignment.substr(equals + 1));
        !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

int ShowJson(const Ledger& ledger) {
  const absl::StatusOr<StoreSettings> settings = ledger.Settings();
  if (!settings.ok()) return Fail(settings.status());
  return PrintJson({{"currency", settings->currency},
                    {"time_zone", settings->time_zone},
                    {"non_product_patterns", settings->non_product_patterns},
                    {"min_support", settings->min_support},
                    {"max_orders_per_customer", settings->max_orders_per_customer},
                    {"retrain_after_events", settings->retrain_after_events}});
}

int ShowText(const Ledger& ledger) {
  const auto settings = ledger.SettingsAsText();
  if (!settings.ok()) return Fail(settings.status());
  std::string text;
  for (const auto& [key, value] : *settings) text += key + "=" + value + "\n";
  return Print(text);
}

int RunSettings(const SettingsFlags& flags) {
  for (const std::string& assignment : flags.assignments) {
    if (assignment.find('=') == std::string::npos) {
      std::fprintf(stderr, "awased: settings: must be KEY=VALUE, got '%s'\n", assignment.c_str());
      return kUsage;
    }
  }
  // A store can be set up before its first file.
  const Ledger::Mode mode = flags.assignments.empty() ? Ledger::Mode::kRead : Ledger::Mode::kCreate;
  const absl::StatusOr<std::unique_ptr<Ledger>> ledger = Ledger::Open(flags.data, flags.store, mode);
  if (!ledger.ok()) return Fail(ledger.status());
  if (absl::Status status = Assign(**ledger, flags.assignments); !status.ok()) return Fail(status);
  return flags.json ? ShowJson(**ledger) : ShowText(**ledger);
}

}  // namespace

void AddSettings(CLI::App& app, Chosen& chosen) {
  auto flags = std::make_shared<SettingsFlags>();
  CLI::App* command =
      app.add_subcommand("settings", "Show a store's settings, and set those given as KEY=VALUE.");
  command->add_option("--data", flags->data, "Folder of all stores")->required();
  command->add_option("--store", flags->store, "Name of the store")->required();
  command->add_option("assignments", flags->assignments,
                      "currency=JPY, time_zone=Asia/Tokyo, non_product_patterns=POST,BANK*, min_support=N, "
                      "max_orders_per_customer=N, retrain_after_events=N");
  command->add_flag("--json", flags->json, "Print one JSON object");
  command->callback([flags, &chosen] { chosen.run = [flags] { return RunSettings(*flags); }; });
}

}  // namespace awase::commands
