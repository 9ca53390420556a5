#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "engine/ledger/ledger.h"
#include "engine/model/model.h"
#include "engine/model/shelf.h"
#include "server/commands/commands.h"
#include "server/commands/output.h"
#include <nlohmann/json.hpp>

namespace awase::commands {
namespace {

namespace fs = std::filesystem;

// What was looked at, and what was found.
struct Findings {
  uint64_t ledgers = 0, models = 0;
  std::vector<std::string> problems;

  void Add(const std::string& where, const absl::Status& status) {
    problems.push_back(where + ": " + std::string(status.message()));
  }
};

void VerifyLedger(const std::string& data, const std::string& store, Findings& findings) {
  ++findings.ledgers;
  const absl::StatusOr<std::unique_ptr<Ledger>> ledger = Ledger::Open(data, store, Ledger::Mode::kRead);
  if (!ledger.ok()) return findings.Add(store, ledger.status());
  const absl::StatusOr<std::vector<std::string>> problems = (*ledger)->Verify();
  if (!problems.ok()) return findings.Add(store, problems.status());
  for (const std::string& problem : *problems) findings.problems.push_back(store + ": ledger: " + problem);
}

void VerifyShelf(const std::string& where, const std::string& folder, Findings& findings) {
  const Shelf shelf(folder);
  for (const Version version : shelf.List()) {
    ++findings.models;
    if (absl::Status status = shelf.Open(version, /*full=*/true).status(); !status.ok())
      findings.Add(where, status);
  }
  const absl::StatusOr<Serving> serving = shelf.ReadServing();
  if (!serving.ok()) return findings.Add(where, serving.status());
  for (const std::optional<Version>& named : {serving->active, serving->previous}) {
    std::error_code ignored;
    if (named && !fs::exists(shelf.PathOf(*named), ignored)) {
      findings.problems.push_back(
          absl::StrCat(where, ": serving.json names a version that is not there, got ", *named));
    }
  }
}

void VerifyModels(const std::string& data, const std::string& store, Findings& findings) {
  std::error_code error;
  for (fs::directory_iterator entry(fs::path(data) / store / "models", error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->is_directory()) continue;
    const std::string model_id = entry->path().filename().string();
    VerifyShelf(store + ": model " + model_id, ModelFolder(data, store, model_id), findings);
  }
  // A store without models has no such folder.
  if (error && error != std::errc::no_such_file_or_directory) {
    findings.problems.push_back(store + ": models: " + error.message());
  }
}

int RunVerify(const std::string& data, bool json) {
  const absl::StatusOr<std::vector<std::string>> stores = ListStores(data);
  if (!stores.ok()) return Fail(stores.status());
  Findings findings;
  for (const std::string& store : *stores) {
    VerifyLedger(data, store, findings);
    VerifyModels(data, store, findings);
  }
  const bool ok = findings.problems.empty();
  std::string text;
  for (const std::string& problem : findings.problems) text += problem + "\n";
  text += absl::StrCat(findings.ledgers, " ledgers and ", findings.models,
                       " models: ", ok ? "sound" : absl::StrCat(findings.problems.size(), " problems"), "\n");
  const int printed = json ? PrintJson({{"ok", ok},
                                        {"problems", findings.problems},
                                        {"ledgers", findings.ledgers},
                                        {"models", findings.models}})
                           : Print(text);
  return ok ? printed
            : Fail(absl::DataLossError(absl::StrCat("verify: ", findings.problems.size(), " problems")));
}

}  // namespace

void AddVerify(CLI::App& app, Chosen& chosen) {
  auto data = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  CLI::App* command = app.add_subcommand(
      "verify", "Check every store's ledger and model files; exit status 1 when something is wrong.");
  command->add_option("--data", *data, "Folder of all stores")->required();
  command->add_flag("--json", *json, "Print one JSON object: ok, problems");
  command->callback([data, json, &chosen] { chosen.run = [data, json] { return RunVerify(*data, *json); }; });
}

}  // namespace awase::commands
