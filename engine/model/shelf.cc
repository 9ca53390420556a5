#include "engine/model/shelf.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "engine/model/durable.h"
#include "engine/model/sections.h"
#include <nlohmann/json.hpp>

namespace awase {
namespace {

constexpr char kServingName[] = "serving.json";
constexpr char kSuffix[] = ".awm";
constexpr size_t kKept = 3;

// "00000012.awm" -> 12.
std::optional<Version> VersionOf(std::string_view name) {
  if (name.size() < 9 || !name.ends_with(kSuffix)) return std::nullopt;
  name.remove_suffix(sizeof(kSuffix) - 1);
  Version version = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), version);
  if (error != std::errc() || end != name.data() + name.size() || version == 0) return std::nullopt;
  return version;
}

std::string NameOf(Version version) { return absl::StrFormat("%08d%s", version, kSuffix); }

absl::Status WriteModel(const std::string& folder, Version version, const Sections& sections) {
  return WriteDurably(folder, NameOf(version), [&](const Append& append) {
    const std::vector<std::byte> head = sections.Head();
    absl::Status status = append(head);
    uint64_t at = head.size();
    const std::vector<std::byte> zeros(model_format::kAlignment);
    const auto pad_to = [&](uint64_t offset) {
      if (status.ok()) status = append(std::span(zeros).first(offset - at));
      at = offset;
    };
    for (uint32_t s = 0; s < model_format::kSections; ++s) {
      pad_to(sections.offset(s));
      if (status.ok()) status = append(sections.section(s));
      at += sections.section(s).size();
    }
    pad_to(sections.file_bytes());
    return status;
  });
}

absl::Status WriteServing(const std::string& folder, const Serving& serving) {
  nlohmann::json json = nlohmann::json::object();
  if (serving.active) json["active"] = *serving.active;
  if (serving.previous) json["previous"] = *serving.previous;
  const std::string text = json.dump() + "\n";
  return WriteDurably(folder, kServingName, [&](const Append& append) {
    return append(std::as_bytes(std::span<const char>(text)));
  });
}

// What a crash left behind. The folder is locked, so no temporary file is anybody's.
void RemoveTemporaries(const std::string& folder) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".tmp") unlink(entry.path().c_str());
  }
}

}  // namespace

std::string Shelf::PathOf(Version version) const { return absl::StrCat(folder_, "/", NameOf(version)); }

std::vector<Version> Shelf::List() const {
  std::vector<Version> versions;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    if (const auto version = VersionOf(entry.path().filename().string())) versions.push_back(*version);
  }
  std::sort(versions.rbegin(), versions.rend());
  return versions;
}

absl::StatusOr<std::shared_ptr<const Model>> Shelf::Open(Version version, bool full) const {
  return Model::Open(PathOf(version), full);
}

absl::StatusOr<Version> Shelf::Publish(const ModelDraft& draft) const {
  absl::StatusOr<Sections> sections = Sections::Of(draft, static_cast<int64_t>(std::time(nullptr)));
  if (!sections.ok()) return sections.status();
  if (absl::Status status = MakeFolder(folder_); !status.ok()) return status;
  const absl::StatusOr<FolderLock> lock = FolderLock::Take(folder_);
  if (!lock.ok()) return lock.status();
  RemoveTemporaries(folder_);
  const absl::StatusOr<Serving> serving = ReadServing();
  if (!serving.ok()) return serving.status();
  const std::vector<Version> old = List();
  // A number is never used twice, not even that of a file that somebody removed.
  const Version version =
      std::max({old.empty() ? 0 : old.front(), serving->active.value_or(0), serving->previous.value_or(0)}) +
      1;
  if (absl::Status status = WriteModel(folder_, version, *sections); !status.ok()) return status;
  for (size_t i = kKept - 1; i < old.size(); ++i) {
    if (old[i] != serving->active && old[i] != serving->previous) unlink(PathOf(old[i]).c_str());
  }
  return version;
}

absl::StatusOr<Serving> Shelf::ReadServing() const {
  const std::string path = absl::StrCat(folder_, "/", kServingName);
  std::ifstream file(path);
  if (!file) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return Serving{};
    return absl::UnavailableError(absl::StrCat(path, ": cannot be read"));
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return absl::DataLossError(absl::StrCat(path, ": is no JSON object"));
  Serving serving;
  for (const auto& [key, value] : json.items()) {
    if ((key != "active" && key != "previous") || !value.is_number_unsigned() || value == 0) {
      return absl::DataLossError(absl::StrCat(path, ": ", key, ": must be a version, got ", value.dump()));
    }
    (key == "active" ? serving.active : serving.previous) = value.get<Version>();
  }
  return serving;
}

absl::Status Shelf::Activate(Version version, std::optional<Version> expected) const {
  if (access(folder_.c_str(), F_OK) != 0)
    return absl::NotFoundError(absl::StrCat(folder_, ": no such folder"));
  const absl::StatusOr<FolderLock> lock = FolderLock::Take(folder_);
  if (!lock.ok()) return lock.status();
  absl::StatusOr<Serving> serving = ReadServing();
  if (!serving.ok()) return serving.status();
  if (expected && serving->active != expected) {
    return absl::AbortedError(absl::StrCat("activate: version ", *expected, " is no longer active, version ",
                                           serving->active.value_or(0), " is"));
  }
  if (access(PathOf(version).c_str(), R_OK) != 0) {
    return absl::NotFoundError(absl::StrCat(PathOf(version), ": no such model file"));
  }
  if (serving->active == version) return absl::OkStatus();
  return WriteServing(folder_, {.active = version, .previous = serving->active});
}

absl::StatusOr<Version> Shelf::Rollback() const {
  if (access(folder_.c_str(), F_OK) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(folder_, ": no version has served yet"));
  }
  const absl::StatusOr<FolderLock> lock = FolderLock::Take(folder_);
  if (!lock.ok()) return lock.status();
  const absl::StatusOr<Serving> serving = ReadServing();
  if (!serving.ok()) return serving.status();
  if (!serving->previous || access(PathOf(*serving->previous).c_str(), R_OK) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(folder_, ": there is no earlier version to go back to"));
  }
  // The version that is left was found wanting: nothing goes back to it but a plain activation.
  absl::Status status = WriteServing(folder_, {.active = serving->previous, .previous = std::nullopt});
  if (!status.ok()) return status;
  return *serving->previous;
}

}  // namespace awase
