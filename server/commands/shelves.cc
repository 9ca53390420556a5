#include "server/commands/shelves.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "absl/strings/str_cat.h"

#include "engine/ledger/ledger.h"

namespace awase::commands {
namespace {

absl::Status CheckStore(const std::string& data, const std::string& store) {
  const auto stores = ListStores(data);
  if (!stores.ok()) return stores.status();
  if (std::find(stores->begin(), stores->end(), store) != stores->end()) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("--store: there is no store '", store, "' in ", data));
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ListModels(const std::string& data, const std::string& store) {
  if (absl::Status status = CheckStore(data, store); !status.ok()) return status;
  std::vector<std::string> models;
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::path(ModelFolder(data, store, "x")).parent_path();
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.is_directory(error)) models.push_back(entry.path().filename().string());
  }
  std::sort(models.begin(), models.end());
  return models;
}

absl::StatusOr<Shelf> ShelfOf(const std::string& data, const std::string& store, const std::string& model) {
  const auto models = ListModels(data, store);
  if (!models.ok()) return models.status();
  Shelf shelf(ModelFolder(data, store, model));
  const bool known = std::find(models->begin(), models->end(), model) != models->end();
  if (!known || shelf.List().empty()) {
    return absl::NotFoundError(
        absl::StrCat("--model: store ", store, " has no model '", model, "' yet; awased train makes one"));
  }
  return shelf;
}

absl::StatusOr<Served> OpenServed(const std::string& data, const std::string& store,
                                  const std::string& model) {
  const size_t slash = model.find('/');
  const std::string id = model.substr(0, slash);
  const auto shelf = ShelfOf(data, store, id);
  if (!shelf.ok()) return shelf.status();
  Version version = 0;
  if (slash == std::string::npos) {
    const auto serving = shelf->ReadServing();
    if (!serving.ok()) return serving.status();
    version = serving->active.value_or(shelf->List().front());
  } else {
    const auto [end, error] = std::from_chars(model.data() + slash + 1, model.data() + model.size(), version);
    if (error != std::errc() || end != model.data() + model.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--model: must be NAME or NAME/VERSION, got '", model, "'"));
    }
  }
  const auto opened = shelf->Open(version, /*full=*/true);
  if (!opened.ok()) return opened.status();
  return Served{absl::StrCat(id, "/", version), *opened};
}

}  // namespace awase::commands
