#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"

#include "clients/cpp/commands/commands.h"
#include "clients/cpp/commands/connection.h"
#include "clients/cpp/commands/table.h"

namespace awase::client::commands {
namespace {

// The server's limits: 1,000 events, 4 MB; half of that leaves room for what JSON does not show.
constexpr int kMostEvents = 1000;
constexpr size_t kMostBytes = 2'000'000;
// Of a file that is wrong from end to end, the first errors tell it all.
constexpr size_t kMostErrors = 1000;

// "events[3].event_time: is required" without the place in a batch, which the reader of a file knows nothing
// of.
std::string WithoutIndex(const std::string& message, int index) {
  const std::string prefix = absl::StrCat("events[", index, "]");
  if (!message.starts_with(prefix)) {
    return message;
  }
  return message.substr(prefix.size() + (message[prefix.size()] == '.' ? 1 : 0));
}

struct LineError {
  int64_t line = 0;
  std::string code, reason, message;
};

// Reads events line by line and sends them in batches.
class Sender {
 public:
  Sender(Client& client, const std::string& store, bool validate_only) : client_(client) {
    batch_.set_parent(StoreName(store));
    batch_.set_validate_only(validate_only);
  }

  absl::Status Send(std::istream& in) {
    std::string line;
    while (std::getline(in, line)) {
      ++line_;
      if (line.find_first_not_of(" \t\r") == std::string::npos) {
        continue;
      }
      Take(line);
      if (batch_.events_size() == kMostEvents || bytes_ >= kMostBytes) {
        if (const absl::Status sent = Flush(); !sent.ok()) {
          return sent;
        }
      }
    }
    if (in.bad()) {
      return absl::DataLossError(absl::StrCat("line ", line_ + 1, ": cannot be read"));
    }
    return Flush();
  }

  int64_t accepted() const { return accepted_; }
  int64_t duplicates() const { return duplicates_; }
  int64_t refused() const { return refused_; }
  // In the file's order: what is wrong with the JSON is known before what the server refuses.
  std::vector<LineError> errors() const {
    std::vector<LineError> sorted = errors_;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const LineError& a, const LineError& b) { return a.line < b.line; });
    return sorted;
  }

 private:
  void Take(const std::string& line) {
    v1::Event event;
    const auto parsed = google::protobuf::util::JsonStringToMessage(line, &event);
    if (!parsed.ok()) {
      // One line for one line: the parser's text goes on with an excerpt and a caret below it.
      const std::string text = parsed.message().ToString();
      Refuse({line_, "INVALID_ARGUMENT", "INVALID_JSON", text.substr(0, text.find('\n'))});
      return;
    }
    bytes_ += event.ByteSizeLong();
    *batch_.add_events() = std::move(event);
    lines_.push_back(line_);
  }

  absl::Status Flush() {
    if (batch_.events().empty()) {
      return absl::OkStatus();
    }
    const absl::StatusOr<v1::WriteEventsResponse> kept = client_.WriteEvents(batch_);
    if (!kept.ok()) {
      return absl::Status(kept.status().code(),
                          absl::StrCat("lines ", lines_.front(), " to ", lines_.back(), ": ",
                                       std::string(kept.status().message()), "; ", accepted_,
                                       " accepted before. Sending the file again is safe"));
    }
    accepted_ += kept->accepted_count();
    duplicates_ += kept->duplicate_count();
    for (const v1::EventError& error : kept->errors()) {
      const bool known = error.index() >= 0 && error.index() < batch_.events_size();
      Refuse({known ? lines_[static_cast<size_t>(error.index())] : 0,
              absl::StatusCodeToString(static_cast<absl::StatusCode>(error.code())), error.reason(),
              WithoutIndex(error.message(), error.index())});
    }
    batch_.clear_events();
    lines_.clear();
    bytes_ = 0;
    if (isatty(STDERR_FILENO) != 0) {
      std::cerr << "\r" << Grouped(line_) << " lines, " << Grouped(accepted_) << " accepted, "
                << Grouped(duplicates_) << " known before, " << Grouped(refused_) << " refused" << std::flush;
    }
    return absl::OkStatus();
  }

  void Refuse(LineError error) {
    ++refused_;
    if (errors_.size() < kMostErrors) {
      errors_.push_back(std::move(error));
    }
  }

  Client& client_;
  v1::WriteEventsRequest batch_;
  std::vector<int64_t> lines_;  // of the batch's events
  size_t bytes_ = 0;
  int64_t line_ = 0, accepted_ = 0, duplicates_ = 0, refused_ = 0;
  std::vector<LineError> errors_;
};

void Print(const Sender& sender, const std::string& file, bool json) {
  if (json) {
    nlohmann::ordered_json errors = nlohmann::ordered_json::array();
    for (const LineError& e : sender.errors()) {
      errors.push_back({{"line", e.line}, {"code", e.code}, {"reason", e.reason}, {"message", e.message}});
    }
    PrintJson({{"accepted", sender.accepted()},
               {"duplicates", sender.duplicates()},
               {"refused", sender.refused()},
               {"errors", std::move(errors)}});
    return;
  }
  std::cout << Grouped(sender.accepted()) << " accepted, " << Grouped(sender.duplicates())
            << " known before, " << Grouped(sender.refused()) << " refused\n";
  for (const LineError& e : sender.errors()) {
    std::cerr << file << ":" << e.line << ": " << e.message << " (" << e.reason << ")\n";
  }
}

absl::Status Run(Client& client, const std::string& store, const std::string& path, bool validate_only,
                 bool json) {
  std::ifstream file;
  if (path != "-") {
    file.open(path);
    if (!file) {
      return absl::NotFoundError(absl::StrCat("--file: cannot be opened, got ", path));
    }
  }
  Sender sender(client, store, validate_only);
  const absl::Status sent = sender.Send(path == "-" ? std::cin : file);
  if (isatty(STDERR_FILENO) != 0) {
    std::cerr << "\r\033[K";
  }
  if (!sent.ok()) {
    return absl::Status(sent.code(), absl::StrCat(path, ": ", std::string(sent.message())));
  }
  Print(sender, path, json);
  if (sender.refused() > 0 && sender.accepted() + sender.duplicates() == 0) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": not one event could be taken"));
  }
  return absl::OkStatus();
}

}  // namespace

void AddEvents(CLI::App& app, Chosen& chosen) {
  struct Flags {
    Connection connection;
    std::string store;
    std::string file;
    bool validate_only = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand(
      "events", "Send orders, returns and views; what was accepted is on the server's disk");
  AddStore(*command, flags->store);
  command
      ->add_option("--file", flags->file, "JSON lines, each one Event in protobuf's JSON form; - reads stdin")
      ->required();
  command->add_flag("--validate-only", flags->validate_only, "Check only, keep nothing");
  AddConnection(*command, flags->connection);
  command->footer(
      "A line:\n  "
      "{\"eventId\":\"e1\",\"eventTime\":\"2024-04-01T09:00:00Z\",\"customer\":{\"customerId\":\"c1\"},"
      "\"order\":{\"orderId\":\"o1\",\"lines\":[{\"itemId\":\"22423\",\"quantity\":1}]}}\n"
      "A refused event never stops the others; exit status 1 means that not one could be taken, or that the "
      "server\n"
      "could not be asked. Sending a file again is safe: an eventId counts once.");
  command->callback([flags, &chosen] {
    chosen.run = [flags] {
      return Ask(flags->connection, "events", [&](Client& client) {
        return Run(client, flags->store, flags->file, flags->validate_only, flags->connection.json);
      });
    };
  });
}

}  // namespace awase::client::commands
