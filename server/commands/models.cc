// `awased models`: list, show, compare, activate, roll back.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"

#include "engine/base/time.h"
#include "engine/model/shelf.h"
#include "server/commands/commands.h"
#include "server/commands/output.h"
#include "server/commands/shelves.h"

namespace awase::commands {
namespace {

using Json = nlohmann::ordered_json;

struct ModelsFlags {
  std::string data, store;
  std::string model = "default";
  std::string action = "list";
  std::vector<Version> versions;
  uint32_t depth = 10;
  Guards guards;
  bool no_guards = false;
  bool json = false;
};

std::string TimeText(int64_t seconds) { return FormatTime(static_cast<UnixSeconds>(seconds)); }

std::string StateOf(const Serving& serving, Version version, bool broken) {
  if (broken) return "broken";
  if (serving.active == version) return "active";
  return serving.previous == version ? "standby" : "ready";
}

Json Describe(const Shelf& shelf, const std::string& model, const Serving& serving, Version version) {
  const auto opened = shelf.Open(version, /*full=*/true);
  Json json = {{"model", absl::StrCat(model, "/", version)},
               {"state", StateOf(serving, version, !opened.ok())}};
  if (!opened.ok()) {
    json["problem"] = std::string(opened.status().message());
    return json;
  }
  const Model& m = **opened;
  json["created"] = TimeText(m.created());
  json["data_watermark"] = FormatTime(m.watermark());
  json["items"] = m.items();
  json["covered_items"] = m.covered_items();
  json["edges"] = m.edges();
  json["units"] = m.units();
  json["file_bytes"] = m.file_bytes();
  json["digest"] = m.digest();
  json["options"] = Json::parse(m.options_json(), nullptr, /*allow_exceptions=*/false);
  return json;
}

std::string Line(const Json& version) {
  std::string text =
      absl::StrFormat("%-20s %-8s", version["model"].get<std::string>(), version["state"].get<std::string>());
  if (version.contains("problem"))
    return absl::StrCat(text, " ", version["problem"].get<std::string>(), "\n");
  return absl::StrCat(text, " ", version["created"].get<std::string>(), "  ",
                      version["items"].get<uint64_t>(), " items, ", version["edges"].get<uint64_t>(),
                      " edges, ", version["units"].get<uint64_t>(), " units, digest ",
                      version["digest"].get<std::string>(), "\n");
}

int List(const ModelsFlags& flags) {
  const auto models = ListModels(flags.data, flags.store);
  if (!models.ok()) return Fail(models.status());
  Json list = Json::array();
  std::string text;
  for (const std::string& model : *models) {
    const auto shelf = ShelfOf(flags.data, flags.store, model);
    if (!shelf.ok()) continue;
    const auto serving = shelf->ReadServing();
    if (!serving.ok()) return Fail(serving.status());
    for (const Version version : shelf->List()) {
      list.push_back(Describe(*shelf, model, *serving, version));
      text += Line(list.back());
    }
  }
  if (text.empty()) text = "No models yet; awased train makes one.\n";
  return flags.json ? PrintJson({{"store", flags.store}, {"models", list}}) : Print(text);
}

int Show(const ModelsFlags& flags, const Shelf& shelf, const Serving& serving) {
  const Json json = Describe(shelf, flags.model, serving, flags.versions[0]);
  if (json.contains("problem")) return Fail(absl::DataLossError(json["problem"].get<std::string>()));
  return flags.json ? PrintJson(json) : Print(json.dump(2) + "\n");
}

absl::StatusOr<Comparison> CompareVersions(const ModelsFlags& flags, const Shelf& shelf, Version base,
                                           Version candidate) {
  const auto before = shelf.Open(base, /*full=*/true);
  if (!before.ok()) return before.status();
  const auto after = shelf.Open(candidate, /*full=*/true);
  if (!after.ok()) return after.status();
  return Compare(**before, **after, flags.depth);
}

int ShowComparison(const ModelsFlags& flags, const Shelf& shelf) {
  const auto comparison = CompareVersions(flags, shelf, flags.versions[0], flags.versions[1]);
  if (!comparison.ok()) return Fail(comparison.status());
  const absl::Status guards = CheckGuards(*comparison, flags.guards);
  Json changes = Json::array();
  std::string text = absl::StrFormat(
      "Weighted overlap of the top %d: %.4f. Items that lose all edges: %d of %d; that gain their "
      "first: %d.\n%s\n",
      flags.depth, comparison->weighted_overlap, comparison->lost_items, comparison->covered_items,
      comparison->gained_items, guards.ok() ? "The guards let it serve." : std::string(guards.message()));
  for (const Comparison::Change& change : comparison->largest) {
    changes.push_back({{"item_id", change.item_id},
                       {"added_item_ids", change.added},
                       {"removed_item_ids", change.removed}});
    text +=
        absl::StrCat(change.item_id, ": ", change.added.size(), " new, ", change.removed.size(), " gone\n");
  }
  if (!flags.json) return Print(text);
  return PrintJson({{"base", absl::StrCat(flags.model, "/", flags.versions[0])},
                    {"candidate", absl::StrCat(flags.model, "/", flags.versions[1])},
                    {"weighted_overlap", comparison->weighted_overlap},
                    {"covered_items", comparison->covered_items},
                    {"lost_items", comparison->lost_items},
                    {"gained_items", comparison->gained_items},
                    {"guards_pass", guards.ok()},
                    {"guards_message", std::string(guards.message())},
                    {"largest_changes", changes}});
}

int PrintServing(const ModelsFlags& flags, const Shelf& shelf) {
  const auto serving = shelf.ReadServing();
  if (!serving.ok()) return Fail(serving.status());
  const auto name = [&](std::optional<Version> version) {
    return version ? Json(absl::StrCat(flags.model, "/", *version)) : Json(nullptr);
  };
  if (flags.json)
    return PrintJson({{"active", name(serving->active)}, {"previous", name(serving->previous)}});
  return Print(absl::StrCat("Serving: ", flags.model, "/", serving->active.value_or(0), "\n"));
}

int Activate(const ModelsFlags& flags, const Shelf& shelf, const Serving& serving) {
  const Version version = flags.versions[0];
  // A broken file never serves, guards or not.
  if (const auto opened = shelf.Open(version, /*full=*/true); !opened.ok()) return Fail(opened.status());
  if (!flags.no_guards && serving.active && serving.active != version) {
    const auto comparison = CompareVersions(flags, shelf, *serving.active, version);
    if (!comparison.ok()) return Fail(comparison.status());
    if (const absl::Status guards = CheckGuards(*comparison, flags.guards); !guards.ok()) return Fail(guards);
  }
  if (const absl::Status status = shelf.Activate(version, serving.active); !status.ok()) return Fail(status);
  return PrintServing(flags, shelf);
}

int Rollback(const ModelsFlags& flags, const Shelf& shelf) {
  if (const auto version = shelf.Rollback(); !version.ok()) return Fail(version.status());
  return PrintServing(flags, shelf);
}

int RunModels(const ModelsFlags& flags) {
  const size_t wanted = flags.action == "compare"                              ? 2
                        : flags.action == "show" || flags.action == "activate" ? 1
                                                                               : 0;
  if (flags.versions.size() != wanted) {
    std::fprintf(stderr, "awased: models %s: takes %zu version numbers, got %zu\n", flags.action.c_str(),
                 wanted, flags.versions.size());
    return kUsage;
  }
  if (flags.action == "list") return List(flags);
  const auto shelf = ShelfOf(flags.data, flags.store, flags.model);
  if (!shelf.ok()) return Fail(shelf.status());
  const auto serving = shelf->ReadServing();
  if (!serving.ok()) return Fail(serving.status());
  if (flags.action == "show") return Show(flags, *shelf, *serving);
  if (flags.action == "compare") return ShowComparison(flags, *shelf);
  return flags.action == "activate" ? Activate(flags, *shelf, *serving) : Rollback(flags, *shelf);
}

}  // namespace

void AddModels(CLI::App& app, Chosen& chosen) {
  auto flags = std::make_shared<ModelsFlags>();
  CLI::App* command = app.add_subcommand(
      "models",
      "List a store's models, compare two versions, choose which one serves. A running server follows.");
  command->add_option("--data", flags->data, "Folder that holds the stores")->required();
  command->add_option("--store", flags->store, "Store")->required();
  command->add_option("--model", flags->model, "Name of the model")->capture_default_str();
  command
      ->add_option(
          "action", flags->action,
          "list; show VERSION; compare BASE CANDIDATE; activate VERSION; rollback (to what served before)")
      ->capture_default_str()
      ->check(CLI::IsMember({"list", "show", "compare", "activate", "rollback"}));
  command->add_option("versions", flags->versions, "Version numbers, as the action takes them");
  command->add_option("--depth", flags->depth, "Length of the lists compared per item")
      ->capture_default_str()
      ->check(CLI::Range(1, 500));
  command
      ->add_option("--min-weighted-overlap", flags->guards.min_weighted_overlap,
                   "activate: least overlap of the top lists with what serves, 0 to 1")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1.0));
  command
      ->add_option("--max-lost-item-share", flags->guards.max_lost_item_share,
                   "activate: most share of items that may lose all edges, 0 to 1")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1.0));
  command->add_flag("--no-guards", flags->no_guards, "activate: whatever the overlap");
  command->add_flag("--json", flags->json, "Print one JSON object");
  command->callback([flags, &chosen] { chosen.run = [flags] { return RunModels(*flags); }; });
}

}  // namespace awase::commands
