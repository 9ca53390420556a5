#include <iostream>
#include <memory>
#include <string>

#include "clients/cpp/commands/answer.h"
#include "clients/cpp/commands/commands.h"
#include "clients/cpp/commands/connection.h"
#include "clients/cpp/commands/question.h"

namespace awase::client::commands {

namespace {

// A cart of more lines is read by nobody.
constexpr int kMostTitles = 8;

// "cart: 22423 REGENCY CAKESTAND": a person knows titles, not IDs. An item that the catalog lacks is shown by
// its ID.
void PrintCart(Client& client, const Question& question) {
  std::cout << (question.language == "ja" ? "カート: " : "cart: ");
  for (size_t i = 0; i < question.cart.size() && i < kMostTitles; ++i) {
    v1::GetItemRequest request;
    request.set_name(ItemName(question.store, question.cart[i]));
    const absl::StatusOr<v1::GetItemResponse> got = client.GetItem(request);
    std::cout << (i > 0 ? ", " : "") << question.cart[i];
    if (got.ok()) {
      const auto& titles = got->item().titles();
      const auto found = titles.find(question.language);
      const auto any = found != titles.end() ? found : titles.find("");
      std::cout << (any != titles.end() ? " " + any->second : "");
    }
  }
  std::cout << (question.cart.size() > kMostTitles ? ", ..." : "") << "\n";
}

}  // namespace

void AddRecommend(CLI::App& app, Chosen& chosen) {
  struct Flags {
    Connection connection;
    Question question;
    bool full = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("recommend", "What goes with a cart, with the reasons");
  AddQuestion(*command, flags->question);
  command->add_flag("--full", flags->full, "List rejected candidates too, with what rejected them");
  AddConnection(*command, flags->connection);
  command->footer("  awase recommend --store demo --cart 22423,22720 --lang ja");
  command->callback([flags, &chosen] {
    chosen.run = [flags] {
      return Ask(flags->connection, "recommend", [&](Client& client) -> absl::Status {
        absl::StatusOr<v1::RecommendRequest> request = RequestFor(flags->question);
        if (!request.ok()) {
          return request.status();
        }
        if (flags->full) {
          request->set_view(v1::RECOMMENDATION_VIEW_FULL);
        }
        const absl::StatusOr<v1::RecommendResponse> answer = client.Recommend(*request);
        if (!answer.ok()) {
          return answer.status();
        }
        if (flags->connection.json) {
          PrintJson(AnswerJson(*answer));
        } else {
          if (!flags->question.cart.empty()) {
            PrintCart(client, flags->question);
          }
          std::cout << AnswerText(*answer, flags->question.language);
        }
        return absl::OkStatus();
      });
    };
  });
}

}  // namespace awase::client::commands
