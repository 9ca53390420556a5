#include "clients/cpp/commands/connection.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/str_cat.h"

#include "clients/cpp/commands/commands.h"

namespace awase::client::commands {
namespace {

std::string LanguageOfTheTerminal() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') {
      return std::string(value).starts_with("ja") ? "ja" : "en";
    }
  }
  return "en";
}

absl::StatusOr<Options> OptionsFor(const Connection& connection) {
  Options options;
  options.question_deadline = absl::Milliseconds(connection.deadline_ms);
  options.work_deadline = absl::Milliseconds(connection.deadline_ms);
  if (!connection.tls_ca.empty()) {
    std::ifstream file(connection.tls_ca);
    std::stringstream text;
    if (!(text << file.rdbuf())) {
      return absl::NotFoundError(absl::StrCat("--tls-ca: cannot read it, got ", connection.tls_ca));
    }
    grpc::SslCredentialsOptions ssl;
    ssl.pem_root_certs = text.str();
    options.credentials = grpc::SslCredentials(ssl);
  }
  return options;
}

absl::Status AskServer(const Connection& connection, const std::function<absl::Status(Client&)>& work) {
  const absl::StatusOr<Options> options = OptionsFor(connection);
  if (!options.ok()) {
    return options.status();
  }
  Client client(connection.server, *options);
  const absl::Status reached = client.Connect(absl::Milliseconds(connection.deadline_ms));
  if (!reached.ok()) {
    return absl::Status(reached.code(),
                        absl::StrCat(std::string(reached.message()), ", got --server ", connection.server));
  }
  return work(client);
}

}  // namespace

void AddConnection(CLI::App& command, Connection& connection) {
  command.add_option("--server", connection.server, "Server: host:port or unix:PATH")
      ->envname("AWASE_SERVER")
      ->capture_default_str();
  command.add_option("--deadline-ms", connection.deadline_ms, "Longest wait for one call, in milliseconds")
      ->check(CLI::Range(1, 3'600'000))
      ->capture_default_str();
  command.add_option("--tls-ca", connection.tls_ca,
                     "Speak TLS and trust the authorities of this PEM file (default: in the clear)");
  command.add_flag("--json", connection.json, "Print one JSON object on stdout and nothing else there");
}

void AddStore(CLI::App& command, std::string& store) {
  command.add_option("--store", store, "Store to ask")->envname("AWASE_STORE")->required();
}

void AddLanguage(CLI::App& command, std::string& language) {
  language = LanguageOfTheTerminal();
  command.add_option("--lang", language, "Language of titles and reasons")
      ->check(CLI::IsMember({"en", "ja"}))
      ->capture_default_str();
}

int Ask(const Connection& connection, const std::string& command,
        const std::function<absl::Status(Client&)>& work) {
  const absl::Status status = AskServer(connection, work);
  if (!status.ok()) {
    std::cerr << "awase " << command << ": " << absl::StatusCodeToString(status.code()) << ": "
              << std::string(status.message()) << "\n";
    return kFailed;
  }
  // A full disk or a closed pipe is a failure too: half an answer must not look like a whole one.
  std::cout.flush();
  return std::cout.good() ? kDone : kFailed;
}

void PrintJson(const nlohmann::ordered_json& object) {
  std::cout << object.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
}

}  // namespace awase::client::commands
