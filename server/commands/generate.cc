#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include "nlohmann/json.hpp"

#include "engine/synth/synth.h"
#include "server/commands/commands.h"
#include "server/commands/output.h"
#include "server/commands/progress.h"

namespace awase::commands {
namespace {

struct GenerateFlags {
  std::string out;
  SynthOptions shop;
  bool no_companions = false;
  bool json = false;
};

int RunGenerate(const GenerateFlags& flags) {
  SynthOptions options = flags.shop;
  options.companions = !flags.no_companions;
  if (absl::Status s = ValidateSynth(options); !s.ok()) {
    Fail(s);
    return kUsage;
  }
  const auto started = std::chrono::steady_clock::now();
  const SyntheticShop shop = Generate(options);
  {
    ProgressBar bar;
    if (absl::Status s = WriteShop(shop, flags.out, bar.Calls()); !s.ok()) return Fail(s);
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
  const size_t planted = options.companions ? shop.planted.size() : 0;
  if (flags.json) {
    return PrintJson({{"out", flags.out},
                      {"seed", options.seed},
                      {"items", shop.items.size()},
                      {"customers", options.customers},
                      {"orders", shop.orders},
                      {"returns", shop.documents - shop.orders},
                      {"order_lines", shop.lines.size()},
                      {"sessions", shop.sessions},
                      {"views", shop.views.size()},
                      {"ladders", shop.ladders.size()},
                      {"companions", planted},
                      {"seconds", seconds.count()}});
  }
  std::string text = "A shop of " + std::to_string(shop.items.size()) + " items, " +
                     std::to_string(shop.orders) + " orders (" + std::to_string(shop.lines.size()) +
                     " lines), " + std::to_string(shop.sessions) + " sessions and " +
                     std::to_string(planted) + " planted companions in " + flags.out + ":\n";
  for (const char* name : {"items.csv", "orders.csv.gz", "views.csv.gz", "truth.json"}) {
    text += "  " + flags.out + "/" + name + "\n";
  }
  text += "Next: awased import --data DIR --store S --items " + flags.out + "/items.csv --orders " +
          flags.out + "/orders.csv.gz --currency JPY\n";
  return Print(text);
}

}  // namespace

void AddGenerate(CLI::App& app, Chosen& chosen) {
  auto flags = std::make_shared<GenerateFlags>();
  CLI::App* command = app.add_subcommand(
      "generate",
      "Make a synthetic shop with known truth: a Japanese/English catalogue with ladders and plans, 18 "
      "months of orders with\n"
      "returns and planted companions, sessions of views. Same options, same bytes, on every machine.");
  command->add_option("--out", flags->out, "Folder for items.csv, orders.csv.gz, views.csv.gz and truth.json")
      ->required();
  command->add_option("--items", flags->shop.items, "Items in the catalogue, 1 to 1,000,000")
      ->capture_default_str();
  command->add_option("--customers", flags->shop.customers, "Known customers, 1 to 10,000,000")
      ->capture_default_str();
  command->add_option("--orders", flags->shop.orders, "Orders, 1 to 50,000,000")->capture_default_str();
  command->add_option("--seed", flags->shop.seed, "Another seed is another shop")->capture_default_str();
  command->add_flag(
      "--no-companions", flags->no_companions,
      "Nobody buys a companion because of its anchor: the control that nothing must be found in");
  command->add_flag("--json", flags->json, "Print one JSON object");
  command->callback([flags, &chosen] { chosen.run = [flags] { return RunGenerate(*flags); }; });
}

}  // namespace awase::commands
