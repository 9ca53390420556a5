// The subcommands of `awased`: one file each. Data on disk is touched here and in `serve`, nowhere else.
#ifndef AWASE_SERVER_COMMANDS_COMMANDS_H_
#define AWASE_SERVER_COMMANDS_COMMANDS_H_

#include <functional>
#include <string>

#include "absl/status/status.h"

#include <CLI/CLI.hpp>

namespace awase::commands {

// Exit statuses that users and scripts rely on.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;

// What a chosen subcommand leaves for main: the work to do once parsing is over.
struct Chosen {
  std::function<int()> run;
};

// Each adds one subcommand with its options to `app` and, when it is chosen, sets `chosen.run`.
void AddGenerate(CLI::App& app, Chosen& chosen);
void AddImport(CLI::App& app, Chosen& chosen);
void AddVerify(CLI::App& app, Chosen& chosen);
void AddSettings(CLI::App& app, Chosen& chosen);
void AddTrain(CLI::App& app, Chosen& chosen);
void AddTune(CLI::App& app, Chosen& chosen);
void AddEvaluate(CLI::App& app, Chosen& chosen);
void AddRelated(CLI::App& app, Chosen& chosen);
void AddModels(CLI::App& app, Chosen& chosen);
void AddServe(CLI::App& app, Chosen& chosen);

}  // namespace awase::commands

#endif  // AWASE_SERVER_COMMANDS_COMMANDS_H_
