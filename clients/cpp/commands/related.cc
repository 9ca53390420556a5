#include <iostream>
#include <memory>
#include <vector>

#include "absl/strings/str_format.h"

#include "clients/cpp/commands/commands.h"
#include "clients/cpp/commands/connection.h"
#include "clients/cpp/commands/table.h"
#include "clients/cpp/json.h"

namespace awase::client::commands {
namespace {

void PrintRow(const v1::ListRelatedItemsResponse& row, const std::string& language) {
  const bool ja = language == "ja";
  std::vector<Column> columns = {{"#", true},
                                 {ja ? "商品" : "item"},
                                 {ja ? "商品名" : "title", false, 40},
                                 {ja ? "スコア" : "score", true},
                                 {ja ? "両方" : "together", true},
                                 {ja ? "基準" : "anchor", true},
                                 {ja ? "候補" : "candidate", true},
                                 {ja ? "確信度" : "confidence", true},
                                 {ja ? "リフト" : "lift", true}};
  std::vector<std::vector<std::string>> rows;
  for (const v1::RelatedItem& it : row.related_items()) {
    const v1::CoPurchaseEvidence& e = it.evidence();
    rows.push_back({std::to_string(rows.size() + 1), it.item_id(), it.title(),
                    absl::StrFormat("%.4g", it.score()), Grouped(e.joint_count()), Grouped(e.anchor_count()),
                    Grouped(e.candidate_count()), absl::StrFormat("%.1f%%", 100 * e.confidence()),
                    absl::StrFormat("%.1f", e.lift())});
  }
  std::cout << Table(columns, rows) << (ja ? "モデル " : "model ") << row.model_version() << "\n";
}

}  // namespace

void AddRelated(CLI::App& app, Chosen& chosen) {
  struct Flags {
    Connection connection;
    std::string store;
    std::string item;
    std::string model;
    std::string language;
    int top = 20;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("related", "One row of the co-purchase matrix, with its counts");
  command->add_option("--item", flags->item, "Item whose row to read")->required();
  AddStore(*command, flags->store);
  command->add_option("--model", flags->model, "Model: default (also bought), also-viewed, ...");
  command->add_option("--top", flags->top, "Most rows, at most 500")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  AddLanguage(*command, flags->language);
  AddConnection(*command, flags->connection);
  command->footer("  awase related --store demo --item 22423");
  command->callback([flags, &chosen] {
    chosen.run = [flags] {
      return Ask(flags->connection, "related", [&](Client& client) -> absl::Status {
        v1::ListRelatedItemsRequest request;
        request.set_parent(ItemName(flags->store, flags->item));
        request.set_page_size(flags->top);
        request.set_model_id(flags->model);
        request.set_language_code(flags->language);
        const absl::StatusOr<v1::ListRelatedItemsResponse> row = client.ListRelatedItems(request);
        if (!row.ok()) {
          return row.status();
        }
        if (flags->connection.json) {
          nlohmann::ordered_json object = {{"item_id", flags->item}};
          object.update(ToJson(*row));
          PrintJson(object);
        } else {
          PrintRow(*row, flags->language);
        }
        return absl::OkStatus();
      });
    };
  });
}

}  // namespace awase::client::commands
