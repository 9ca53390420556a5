// Models of a store on disk, for commands that read or switch them.
#ifndef AWASE_SERVER_COMMANDS_SHELVES_H_
#define AWASE_SERVER_COMMANDS_SHELVES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "engine/model/shelf.h"

namespace awase::commands {

struct Served {
  std::string name;  // "default/3"
  std::shared_ptr<const Model> model;
};

// The version that serves, else the newest; "default/3" names one. Checked in full: what is shown is what was
// written. Errors: NOT_FOUND (store, model, version), DATA_LOSS.
absl::StatusOr<Served> OpenServed(const std::string& data, const std::string& store,
                                  const std::string& model);

// The shelf of a model that has at least one version. NOT_FOUND otherwise.
absl::StatusOr<Shelf> ShelfOf(const std::string& data, const std::string& store, const std::string& model);

// Models of a store that have a folder, sorted. NOT_FOUND when there is no such store.
absl::StatusOr<std::vector<std::string>> ListModels(const std::string& data, const std::string& store);

}  // namespace awase::commands

#endif  // AWASE_SERVER_COMMANDS_SHELVES_H_
