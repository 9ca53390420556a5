// The options that make up a cart question, shared by `recommend` and `explain`.
#ifndef AWASE_CLIENTS_CPP_COMMANDS_QUESTION_H_
#define AWASE_CLIENTS_CPP_COMMANDS_QUESTION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "awase/v1/recommendation_service.pb.h"
#include <CLI/CLI.hpp>

namespace awase::client::commands {

struct Question {
  std::string store;
  std::string placement = "default";
  std::vector<std::string> cart;
  std::string focus;
  std::string customer;
  std::string session;
  bool no_history = false;
  int top = 0;
  std::string filter;
  std::vector<std::string> exclude;
  bool exclude_substitutes = false;
  std::string fallback;
  std::string as_of;
  std::string language;
};

// `question` must outlive parsing.
void AddQuestion(CLI::App& command, Question& question);

// INVALID_ARGUMENT when a time does not parse; everything else is the server's to judge.
absl::StatusOr<v1::RecommendRequest> RequestFor(const Question& question);

}  // namespace awase::client::commands

#endif  // AWASE_CLIENTS_CPP_COMMANDS_QUESTION_H_
