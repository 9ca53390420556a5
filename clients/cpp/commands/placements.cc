#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"

#include "clients/cpp/commands/commands.h"
#include "clients/cpp/commands/connection.h"
#include "clients/cpp/commands/table.h"
#include "clients/cpp/json.h"

namespace awase::client::commands {
namespace {

struct Flags {
  Connection connection;
  std::string store;
  std::string placement;
  std::string file;
};

absl::Status List(Client& client, const Flags& flags) {
  v1::ListPlacementsRequest request;
  request.set_parent(StoreName(flags.store));
  std::vector<v1::Placement> placements;
  do {
    const absl::StatusOr<v1::ListPlacementsResponse> page = client.ListPlacements(request);
    if (!page.ok()) {
      return page.status();
    }
    placements.insert(placements.end(), page->placements().begin(), page->placements().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  std::vector<std::vector<std::string>> rows;
  for (const v1::Placement& p : placements) {
    all.push_back(ToJson(p));
    rows.push_back({p.name(), p.model_id(), std::to_string(p.rules_size()), p.filter()});
  }
  if (flags.connection.json) {
    PrintJson({{"placements", std::move(all)}});
  } else {
    std::cout << Table({{"placement"}, {"model"}, {"rules", true}, {"filter", false, 60}}, rows);
  }
  return absl::OkStatus();
}

absl::Status Get(Client& client, const Flags& flags) {
  v1::GetPlacementRequest request;
  request.set_name(PlacementName(flags.store, flags.placement));
  const absl::StatusOr<v1::GetPlacementResponse> got = client.GetPlacement(request);
  if (!got.ok()) {
    return got.status();
  }
  PrintJson(ToJson(got->placement()));
  return absl::OkStatus();
}

absl::Status Put(Client& client, const Flags& flags) {
  std::ifstream file(flags.file);
  std::stringstream text;
  if (!(text << (flags.file == "-" ? std::cin.rdbuf() : file.rdbuf()))) {
    return absl::NotFoundError(absl::StrCat("--file: cannot be read, got ", flags.file));
  }
  v1::UpdatePlacementRequest request;
  const auto parsed = google::protobuf::util::JsonStringToMessage(text.str(), request.mutable_placement());
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(flags.file, ": ", parsed.message().ToString()));
  }
  request.mutable_placement()->set_name(PlacementName(flags.store, flags.placement));
  const absl::StatusOr<v1::UpdatePlacementResponse> kept = client.UpdatePlacement(request);
  if (!kept.ok()) {
    return kept.status();
  }
  PrintJson(ToJson(kept->placement()));
  return absl::OkStatus();
}

absl::Status Delete(Client& client, const Flags& flags) {
  v1::DeletePlacementRequest request;
  request.set_name(PlacementName(flags.store, flags.placement));
  const absl::StatusOr<v1::DeletePlacementResponse> gone = client.DeletePlacement(request);
  if (gone.ok() && flags.connection.json) {
    PrintJson({{"deleted", request.name()}});
  }
  return gone.status();
}

using Verb = absl::Status (*)(Client&, const Flags&);

CLI::App* AddVerb(CLI::App& group, const std::string& verb, const std::string& text, Verb work,
                  Chosen& chosen) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command = group.add_subcommand(verb, text);
  AddStore(*command, flags->store);
  if (verb != "list") {
    command->add_option("placement", flags->placement, "Placement ID, such as default or cart_page")
        ->required();
  }
  if (verb == "put") {
    command->add_option("--file", flags->file, "Placement in protobuf's JSON form; - reads stdin")
        ->required();
  }
  AddConnection(*command, flags->connection);
  command->callback([flags, verb, work, &chosen] {
    chosen.run = [flags, verb, work] {
      return Ask(flags->connection, "placements " + verb,
                 [&](Client& client) { return work(client, *flags); });
    };
  });
  return command;
}

}  // namespace

void AddPlacements(CLI::App& app, Chosen& chosen) {
  CLI::App* group =
      app.add_subcommand("placements", "Where recommendations are shown: filters, rules, fallback");
  group->require_subcommand(1);
  AddVerb(*group, "list", "All placements of a store", &List, chosen);
  AddVerb(*group, "get", "One placement as JSON, with the etag that a later put must match", &Get, chosen);
  AddVerb(*group, "put", "Create or replace a placement; takes effect at once", &Put, chosen)
      ->footer(
          "  {\"filter\":\"price < 20\",\"maxPerCategory\":2,\"rules\":[{\"ruleId\":\"spring\","
          "\"itemFilter\":\"category : \\\"garden\\\"\",\"boost\":1.5}]}");
  AddVerb(*group, "delete", "Remove a placement; default goes back to its built-in form", &Delete, chosen);
}

}  // namespace awase::client::commands
