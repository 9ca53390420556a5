// `awased`: wiring only.
#include <cstdio>

#include "server/commands/commands.h"
#include <CLI/CLI.hpp>

int main(int argc, char** argv) {
  CLI::App app{"awased: the Awase recommendation engine. All that touches data on disk."};
  app.require_subcommand(1);
  app.set_version_flag("--version", "awased 0.1.0");
  awase::commands::Chosen chosen;
  // Subcommands, in the order in which a new user meets them.
  awase::commands::AddGenerate(app, chosen);
  awase::commands::AddImport(app, chosen);
  awase::commands::AddSettings(app, chosen);
  awase::commands::AddVerify(app, chosen);
  awase::commands::AddTrain(app, chosen);
  awase::commands::AddTune(app, chosen);
  awase::commands::AddEvaluate(app, chosen);
  awase::commands::AddRelated(app, chosen);
  awase::commands::AddModels(app, chosen);
  awase::commands::AddServe(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? awase::commands::kDone : awase::commands::kUsage;
  }
  return chosen.run ? chosen.run() : awase::commands::kUsage;
}
