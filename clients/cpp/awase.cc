// `awase`: the command for people and scripts that ask a server. Wiring only.
#include "clients/cpp/commands/commands.h"
#include <CLI/CLI.hpp>

int main(int argc, char** argv) {
  CLI::App app{"awase: asks an Awase server (gRPC only; `awased` is the engine)."};
  app.require_subcommand(1);
  app.set_version_flag("--version", "awase 0.1.0");
  return awase::client::commands::Run(app, argc, argv);
}
