// `awased related`: one row of the matrix as it is on disk, with its evidence.
#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "engine/answer/evidence.h"
#include "engine/model/shelf.h"
#include "server/commands/commands.h"
#include "server/commands/output.h"
#include "server/commands/shelves.h"

namespace awase::commands {
namespace {

struct RelatedFlags {
  std::string data, store, item, language;
  std::string model = "default";
  uint32_t top = 20;
  bool json = false;
};

nlohmann::ordered_json ToJson(const Model& model, const Evidence& evidence) {
  nlohmann::ordered_json json = {{"anchor_item_id", model.item_id(evidence.anchor)},
                                 {"joint_customer_count", evidence.joint_customers},
                                 {"joint_count", evidence.joint},
                                 {"anchor_count", evidence.anchor_count},
                                 {"candidate_count", evidence.candidate_count},
                                 {"population_count", evidence.population},
                                 {"confidence", evidence.confidence},
                                 {"confidence_lower_bound", evidence.confidence_lower},
                                 {"lift", evidence.lift},
                                 {"log_likelihood_ratio", evidence.llr}};
  if (evidence.median_lag != kNoLag) json["median_lag_seconds"] = evidence.median_lag;
  return json;
}

std::string ToText(const Model& model, const Evidence& evidence, float score, std::string_view language) {
  return absl::StrFormat("%10.6f  %-20s %-40s  %d of %d together, lift %.2f\n", score,
                         std::string(model.item_id(evidence.candidate)),
                         std::string(model.title(evidence.candidate, language)), evidence.joint,
                         evidence.anchor_count, evidence.lift);
}

int RunRelated(const RelatedFlags& flags) {
  const auto served = OpenServed(flags.data, flags.store, flags.model);
  if (!served.ok()) return Fail(served.status());
  const Model& model = *served->model;
  const auto item = model.Find(flags.item);
  if (!item) {
    return Fail(absl::NotFoundError(
        absl::StrCat("related: model ", served->name, " knows no item '", flags.item, "'")));
  }
  const std::span<const Edge> row = model.neighbours(*item);
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  std::string text = absl::StrCat(flags.item, "  ", std::string(model.title(*item, flags.language)),
                                  "  (model ", served->name, ")\n");
  for (uint32_t edge = 0; edge < std::min<size_t>(row.size(), flags.top); ++edge) {
    const Evidence evidence = EvidenceOf(model, *item, edge);
    rows.push_back({{"item_id", model.item_id(evidence.candidate)},
                    {"title", model.title(evidence.candidate, flags.language)},
                    {"score", row[edge].score},
                    {"evidence", ToJson(model, evidence)}});
    text += ToText(model, evidence, row[edge].score, flags.language);
  }
  if (row.empty()) text += "No other item was bought or viewed together with it often enough.\n";
  if (!flags.json) return Print(text);
  return PrintJson({{"model", served->name},
                    {"item_id", flags.item},
                    {"title", model.title(*item, flags.language)},
                    {"related_items", rows}});
}

}  // namespace

void AddRelated(CLI::App& app, Chosen& chosen) {
  auto flags = std::make_shared<RelatedFlags>();
  CLI::App* command = app.add_subcommand(
      "related",
      "Show what goes with an item: one row of the matrix, best first, with the counts behind it.");
  command->add_option("--data", flags->data, "Folder that holds the stores")->required();
  command->add_option("--store", flags->store, "Store")->required();
  command->add_option("--item", flags->item, "Item id")->required();
  command->add_option("--top", flags->top, "Rows to show")->capture_default_str()->check(CLI::Range(1, 500));
  command->add_option("--model", flags->model, "Name of the model, or NAME/VERSION")->capture_default_str();
  command->add_option("--lang", flags->language, "Language of the titles, for example ja");
  command->add_flag("--json", flags->json, "Print one JSON object");
  command->callback([flags, &chosen] { chosen.run = [flags] { return RunRelated(*flags); }; });
}

}  // namespace awase::commands
