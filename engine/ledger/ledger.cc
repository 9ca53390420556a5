#include "engine/ledger/ledger.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"

#include "engine/ledger/schema.h"
#include "engine/ledger/state.h"

namespace awase {
namespace {

namespace fs = std::filesystem;

constexpr char kFile[] = "ledger.sqlite3";
constexpr size_t kMaxStoreName = 64;

// A new folder's name is durable only once the folder that it stands in is.
absl::Status SyncFolder(const std::string& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && fsync(fd) == 0;
  if (fd >= 0) close(fd);
  return synced ? absl::OkStatus() : absl::ErrnoToStatus(errno, folder + ": could not be synced");
}

absl::Status MakeFolder(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return absl::OkStatus();
  if (!fs::create_directories(folder, error) && error) {
    return absl::UnavailableError(folder.string() + ": could not be made: " + error.message());
  }
  const fs::path parent = folder.parent_path();
  return SyncFolder(parent.empty() ? "." : parent.string());
}

// Several processes may make the same ledger at once: the switch to the write-ahead log does not wait for the
// others by itself.
absl::Status CreateWithPatience(Connection& connection) {
  absl::Status status;
  for (int attempt = 0; attempt < 100; ++attempt) {
    status = CreateSchema(connection);
    if (status.code() != absl::StatusCode::kUnavailable) return status;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return status;
}

}  // namespace

Ledger::Ledger(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ledger::~Ledger() = default;

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Open(const std::string& data_dir, const std::string& store,
                                                     Mode mode) {
  if (absl::Status status = ValidateStoreName(store); !status.ok()) return status;
  const fs::path folder = fs::path(data_dir) / store;
  const std::string path = (folder / kFile).string();
  if (mode == Mode::kCreate) {
    if (absl::Status status = MakeFolder(folder); !status.ok()) return status;
  } else if (std::error_code error; !fs::exists(path, error)) {
    return absl::NotFoundError(absl::StrCat(path, ": there is no such store, got '", store, "'"));
  }
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(path, mode == Mode::kCreate);
  if (!connection.ok()) return connection.status();
  absl::Status status;
  if (mode == Mode::kCreate) status = CreateWithPatience(**connection);
  if (status.ok()) status = CheckSchema(**connection);
  if (status.ok() && mode != Mode::kRead) status = SetUpWriter(**connection);
  if (!status.ok()) return status;
  auto state = std::make_unique<State>(path);
  if (mode != Mode::kRead) state->writer = std::make_unique<Writer>(*std::move(connection));
  return std::unique_ptr<Ledger>(new Ledger(std::move(state)));
}

absl::Status ValidateStoreName(std::string_view store) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  if (store.empty() || store.size() > kMaxStoreName || !std::all_of(store.begin(), store.end(), allowed)) {
    return absl::InvalidArgumentError("store: must be 1 to 64 of A-Z a-z 0-9 _ -, got '" +
                                      std::string(store) + "'");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ListStores(const std::string& data_dir) {
  std::error_code error;
  fs::directory_iterator entries(data_dir, error);
  if (error) return absl::NotFoundError(data_dir + ": could not be read: " + error.message());
  std::vector<std::string> stores;
  for (; entries != fs::directory_iterator(); entries.increment(error)) {
    const std::string name = entries->path().filename().string();
    std::error_code ignored;
    if (ValidateStoreName(name).ok() && fs::exists(entries->path() / kFile, ignored)) stores.push_back(name);
    if (error) return absl::UnavailableError(data_dir + ": could not be read: " + error.message());
  }
  std::sort(stores.begin(), stores.end());
  return stores;
}

std::string ModelFolder(const std::string& data_dir, const std::string& store, const std::string& model_id) {
  return (fs::path(data_dir) / store / "models" / model_id).string();
}

}  // namespace awase
