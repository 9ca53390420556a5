#include "server/wire/names.h"

#include <functional>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "engine/facts/facts.h"
#include "engine/ledger/ledger.h"
#include "server/rpc/status.h"

namespace awase {
namespace {

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

// Takes "word/" off the front of `rest`.
bool TakeWord(std::string_view& rest, std::string_view word) {
  if (rest.size() <= word.size() || rest.substr(0, word.size()) != word || rest[word.size()] != '/')
    return false;
  rest.remove_prefix(word.size() + 1);
  return true;
}

// Takes a segment up to '/' off the front of `rest`, the slash included.
bool TakeSegment(std::string_view& rest, std::string_view& segment) {
  const size_t slash = rest.find('/');
  if (slash == std::string_view::npos || slash == 0) return false;
  segment = rest.substr(0, slash);
  rest.remove_prefix(slash + 1);
  return true;
}

absl::Status BadName(std::string_view field, std::string_view pattern) {
  return rpc::Invalid(field, absl::StrCat("must be a name of the form \"", Absl(pattern), "\""));
}

// A checksum of the scope keeps a token from being used on another list; it guards against mistakes, not
// against forgery.
std::string ScopeMark(std::string_view scope) {
  uint32_t hash = 2166136261u;  // FNV-1a, 32 bit
  for (const char c : scope) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return absl::StrCat(absl::Hex(hash, absl::kZeroPad8));
}

}  // namespace

absl::Status ParseStoreName(std::string_view field, std::string_view name, std::string_view& store) {
  std::string_view rest = name;
  if (!TakeWord(rest, "stores") || rest.find('/') != std::string_view::npos ||
      !ValidateStoreName(rest).ok()) {
    return BadName(field, "stores/{store}");
  }
  store = rest;
  return absl::OkStatus();
}

absl::Status ParseChildName(std::string_view field, std::string_view name, std::string_view collection,
                            std::string_view& store, std::string_view& id) {
  std::string_view rest = name;
  if (!TakeWord(rest, "stores") || !TakeSegment(rest, store) || !TakeWord(rest, collection) || rest.empty() ||
      rest.size() > kMaxIdBytes) {
    return BadName(field, absl::StrCat("stores/{store}/", Absl(collection), "/{id of 1 to 128 bytes}"));
  }
  id = rest;
  return absl::OkStatus();
}

absl::StatusOr<VersionName> ParseVersionName(std::string_view field, std::string_view name) {
  VersionName parsed;
  std::string_view rest = name;
  if (!TakeWord(rest, "stores") || !TakeSegment(rest, parsed.store) || !TakeWord(rest, "models") ||
      !TakeSegment(rest, parsed.model) || !TakeWord(rest, "versions") ||
      !absl::SimpleAtoi(Absl(rest), &parsed.version)) {
    return BadName(field, "stores/{store}/models/{model}/versions/{number}");
  }
  return parsed;
}

std::string ChildName(std::string_view store, std::string_view collection, std::string_view id) {
  return absl::StrCat("stores/", Absl(store), "/", Absl(collection), "/", Absl(id));
}

std::string FormatVersionName(std::string_view store, std::string_view model, uint64_t version) {
  return absl::StrCat("stores/", Absl(store), "/models/", Absl(model), "/versions/", version);
}

std::string MakePageToken(std::string_view scope, std::string_view after) {
  return absl::WebSafeBase64Escape(absl::StrCat(ScopeMark(scope), Absl(after)));
}

absl::StatusOr<std::string> ReadPageToken(std::string_view token, std::string_view scope) {
  if (token.empty()) return std::string();
  std::string text;
  const std::string mark = ScopeMark(scope);
  if (!absl::WebSafeBase64Unescape(Absl(token), &text) || text.compare(0, mark.size(), mark) != 0) {
    return rpc::Invalid("page_token",
                        "was not made by this server for this list, or the list has changed since");
  }
  return text.substr(mark.size());
}

absl::StatusOr<uint32_t> PageSize(int32_t asked, uint32_t usual, uint32_t most) {
  if (asked < 0) return rpc::Invalid("page_size", absl::StrCat("must not be negative, got ", asked));
  if (asked == 0) return usual;
  return static_cast<uint32_t>(asked) > most ? most : static_cast<uint32_t>(asked);
}

}  // namespace awase
