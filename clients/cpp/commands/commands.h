// The subcommands of `awase`: one file each.
#ifndef AWASE_CLIENTS_CPP_COMMANDS_COMMANDS_H_
#define AWASE_CLIENTS_CPP_COMMANDS_COMMANDS_H_

#include <functional>

#include <CLI/CLI.hpp>

namespace awase::client::commands {

// Exit statuses that users and scripts rely on.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;

// What a chosen subcommand leaves to do once parsing is over.
struct Chosen {
  std::function<int()> run;
};

// Each adds one subcommand with its options to `app` and, when it is chosen, sets `chosen.run`.
void AddRecommend(CLI::App& app, Chosen& chosen);
void AddRelated(CLI::App& app, Chosen& chosen);
void AddExplain(CLI::App& app, Chosen& chosen);
void AddEvents(CLI::App& app, Chosen& chosen);
void AddTrain(CLI::App& app, Chosen& chosen);
void AddPlacements(CLI::App& app, Chosen& chosen);
void AddStatus(CLI::App& app, Chosen& chosen);

// Adds all of them, parses, does what was chosen; the exit status of the program.
int Run(CLI::App& app, int argc, const char* const* argv);

}  // namespace awase::client::commands

#endif  // AWASE_CLIENTS_CPP_COMMANDS_COMMANDS_H_
