// What every subcommand shares: the server to ask, the form of the answer, and how it ends.
#ifndef AWASE_CLIENTS_CPP_COMMANDS_CONNECTION_H_
#define AWASE_CLIENTS_CPP_COMMANDS_CONNECTION_H_

#include <functional>
#include <string>

#include "absl/status/status.h"

#include "clients/cpp/client.h"
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace awase::client::commands {

struct Connection {
  std::string server = "127.0.0.1:50051";
  // Patience of a person at a terminal, unlike the library's default for a shop's page.
  int deadline_ms = 5000;
  // PEM file of the authorities to trust; "" speaks in the clear.
  std::string tls_ca;
  bool json = false;
};

// Adds --server, --deadline-ms, --tls-ca and --json. `connection` must outlive parsing and `run`.
void AddConnection(CLI::App& command, Connection& connection);

// Adds --store, required.
void AddStore(CLI::App& command, std::string& store);

// Adds --lang en|ja; its default follows LC_ALL, LC_MESSAGES and LANG.
void AddLanguage(CLI::App& command, std::string& language);

// Connects, does `work`, prints its error on stderr as "awase COMMAND: CODE: text". Returns the exit status.
int Ask(const Connection& connection, const std::string& command,
        const std::function<absl::Status(Client&)>& work);

// One JSON object on stdout. Text that is not UTF-8 is replaced, so that the output always parses.
void PrintJson(const nlohmann::ordered_json& object);

}  // namespace awase::client::commands

#endif  // AWASE_CLIENTS_CPP_COMMANDS_CONNECTION_H_
