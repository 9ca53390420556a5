#include <iostream>
#include <memory>

#include "clients/cpp/commands/answer.h"
#include "clients/cpp/commands/commands.h"
#include "clients/cpp/commands/connection.h"
#include "clients/cpp/commands/question.h"

namespace awase::client::commands {

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
          std::cout << AnswerText(*answer, flags->question.language);
        }
        return absl::OkStatus();
      });
    };
  });
}

}  // namespace awase::client::commands
