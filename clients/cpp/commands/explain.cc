#include <iostream>
#include <memory>

#include "absl/strings/str_format.h"

#include "clients/cpp/commands/answer.h"
#include "clients/cpp/commands/commands.h"
#include "clients/cpp/commands/connection.h"
#include "clients/cpp/commands/question.h"
#include "clients/cpp/json.h"

namespace awase::client::commands {
namespace {

void PrintText(const v1::ExplainDecisionResponse& told, const std::string& item,
               const std::string& language) {
  const bool ja = language == "ja";
  if (told.shown()) {
    std::cout << item << (ja ? ": 表示 " : " is shown, place ") << told.final_rank() << (ja ? " 位" : "")
              << "\n";
  } else {
    std::cout << item << (ja ? ": 非表示" : " is not shown") << "\n";
  }
  if (told.model_rank() > 0) {
    std::cout << (ja ? "  スコア順位: " : "  rank by score: ") << told.model_rank() << "\n";
  }
  for (const int reason : told.suppression().reasons()) {
    std::cout << (ja ? "  理由: " : "  because: ")
              << ReasonText(static_cast<v1::SuppressionReason>(reason), language) << "\n";
  }
  if (!told.suppression().rule_id().empty()) {
    std::cout << (ja ? "  ルール: " : "  rule: ") << told.suppression().rule_id() << "\n";
  }
  if (!told.explanation().text().empty()) {
    std::cout << "  " << told.explanation().text() << "\n";
  }
  for (const v1::CoPurchaseEvidence& evidence : told.explanation().evidence()) {
    std::cout << "  " << EvidenceText(evidence, language) << "\n";
  }
  for (const v1::ScorePart& part : told.explanation().score_parts()) {
    std::cout << absl::StrFormat("  %+.4g  %s\n", part.value(), part.name());
  }
  std::cout << (ja ? "モデル " : "model ") << told.model_version() << "\n";
}

}  // namespace

void AddExplain(CLI::App& app, Chosen& chosen) {
  struct Flags {
    Connection connection;
    Question question;
    std::string item;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("explain", "Why an item is, or is not, in the answer to a cart");
  command->add_option("--item", flags->item, "Item to explain")->required();
  AddQuestion(*command, flags->question);
  AddConnection(*command, flags->connection);
  command->footer("  awase explain --store demo --cart 22423 --item 22699");
  command->callback([flags, &chosen] {
    chosen.run = [flags] {
      return Ask(flags->connection, "explain", [&](Client& client) -> absl::Status {
        const absl::StatusOr<v1::RecommendRequest> question = RequestFor(flags->question);
        if (!question.ok()) {
          return question.status();
        }
        v1::ExplainDecisionRequest request;
        *request.mutable_request() = *question;
        request.set_item_id(flags->item);
        const absl::StatusOr<v1::ExplainDecisionResponse> told = client.ExplainDecision(request);
        if (!told.ok()) {
          return told.status();
        }
        if (flags->connection.json) {
          nlohmann::ordered_json object = {{"item_id", flags->item}};
          object.update(ToJson(*told));
          PrintJson(object);
        } else {
          PrintText(*told, flags->item, flags->question.language);
        }
        return absl::OkStatus();
      });
    };
  });
}

}  // namespace awase::client::commands
