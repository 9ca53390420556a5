#include "clients/cpp/commands/commands.h"

namespace awase::client::commands {

int Run(CLI::App& app, int argc, const char* const* argv) {
  Chosen chosen;
  // In the order in which a new user meets them.
  AddRecommend(app, chosen);
  AddRelated(app, chosen);
  AddExplain(app, chosen);
  AddEvents(app, chosen);
  AddTrain(app, chosen);
  AddPlacements(app, chosen);
  AddStatus(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kDone : kUsage;
  }
  return chosen.run();
}

}  // namespace awase::client::commands
