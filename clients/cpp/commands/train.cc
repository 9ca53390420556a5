#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "clients/cpp/commands/commands.h"
#include "clients/cpp/commands/connection.h"
#include "clients/cpp/json.h"

namespace awase::client::commands {
namespace {

struct Flags {
  Connection connection;
  std::string store;
  std::string model = "default";
  std::string measure = "auto";
  std::string signal = "order";
  std::string unit = "order";
  std::string window = "order";
  int half_life_days = 0;
  int top = 0;
  int min_support = 0;
  bool no_activate = false;
  bool no_wait = false;
};

absl::StatusOr<v1::TrainModelRequest> RequestFor(const Flags& flags) {
  static const auto& measures = *new std::map<std::string, v1::Measure>{
      {"auto", v1::MEASURE_AUTO},        {"jaccard", v1::MEASURE_JACCARD},
      {"llr", v1::MEASURE_LLR},          {"cosine", v1::MEASURE_COSINE},
      {"lift", v1::MEASURE_LIFT},        {"confidence", v1::MEASURE_CONFIDENCE},
      {"expected", v1::MEASURE_EXPECTED}};
  v1::TrainModelRequest request;
  request.set_model(ModelName(flags.store, flags.model));
  request.set_auto_activate(!flags.no_activate);
  v1::TrainingOptions& options = *request.mutable_options();
  options.set_measure(measures.at(flags.measure));
  options.set_signal(flags.signal == "view" ? v1::SIGNAL_VIEW : v1::SIGNAL_ORDER);
  options.set_unit(flags.unit == "customer" ? v1::COUNTING_UNIT_CUSTOMER : v1::COUNTING_UNIT_ORDER);
  options.set_neighbor_count(flags.top);
  options.set_min_joint_customer_count(flags.min_support);
  if (flags.half_life_days > 0) {
    options.mutable_half_life()->set_seconds(int64_t{86400} * flags.half_life_days);
  }
  if (flags.window != "order") {
    int days = 0;
    if (!flags.window.ends_with('d') ||
        !absl::SimpleAtoi(flags.window.substr(0, flags.window.size() - 1), &days) || days < 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("--window: is neither order nor days (90d), got ", flags.window));
    }
    options.mutable_window()->mutable_max_lag()->set_seconds(int64_t{86400} * days);
    options.mutable_window()->set_direction(v1::CoPurchaseWindow::DIRECTION_EITHER);
  }
  return request;
}

void ShowProgress(const v1::Job& job, std::string& last_stage) {
  if (isatty(STDERR_FILENO) != 0) {
    const double done = std::clamp(job.progress(), 0.0, 1.0);
    const auto full = static_cast<size_t>(done * 30);
    std::cerr << absl::StrFormat("\r[%s%s] %3.0f%% %s\033[K", std::string(full, '#'),
                                 std::string(30 - full, ' '), 100 * done, job.stage())
              << std::flush;
  } else if (job.stage() != last_stage) {
    std::cerr << job.stage() << "\n";
  }
  last_stage = job.stage();
}

// Polls, because a job outlives the connection that asked for it.
absl::StatusOr<v1::Job> Follow(Client& client, const std::string& name) {
  std::string last_stage;
  absl::Duration pause = absl::Milliseconds(20);
  for (;;) {
    v1::GetJobRequest request;
    request.set_name(name);
    absl::StatusOr<v1::GetJobResponse> got = client.GetJob(request);
    if (!got.ok()) {
      return got.status();
    }
    ShowProgress(got->job(), last_stage);
    if (got->job().state() == v1::Job::STATE_SUCCEEDED || got->job().state() == v1::Job::STATE_FAILED) {
      std::cerr << (isatty(STDERR_FILENO) != 0 ? "\r\033[K" : "") << std::flush;
      return std::move(*got->mutable_job());
    }
    absl::SleepFor(pause);
    pause = std::min(pause * 2, absl::Milliseconds(500));
  }
}

absl::Status Run(Client& client, const Flags& flags) {
  const absl::StatusOr<v1::TrainModelRequest> request = RequestFor(flags);
  if (!request.ok()) {
    return request.status();
  }
  const absl::StatusOr<v1::TrainModelResponse> started = client.TrainModel(*request);
  if (!started.ok()) {
    return started.status();
  }
  if (flags.no_wait) {
    if (flags.connection.json) {
      PrintJson({{"job", started->job()}});
    } else {
      std::cout << started->job() << "\n";
    }
    return absl::OkStatus();
  }
  const absl::StatusOr<v1::Job> job = Follow(client, started->job());
  if (!job.ok()) {
    return job.status();
  }
  if (job->state() == v1::Job::STATE_FAILED) {
    return absl::Status(static_cast<absl::StatusCode>(job->error_code()),
                        absl::StrCat(job->name(), ": ", job->error_message()));
  }
  if (flags.connection.json) {
    nlohmann::ordered_json object = ToJson(*job);
    object["model_version"] = job->result();
    PrintJson(object);
  } else {
    std::cout << job->result() << (job->note().empty() ? "" : "\n") << job->note() << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddTrain(CLI::App& app, Chosen& chosen) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("train", "Let the server build a new model, and follow it");
  AddStore(*command, flags->store);
  command->add_option("--model", flags->model, "Model to build")->capture_default_str();
  command->add_option("--measure", flags->measure, "Association measure")
      ->check(CLI::IsMember({"auto", "jaccard", "llr", "confidence", "cosine", "lift", "expected"}))
      ->capture_default_str();
  command->add_option("--signal", flags->signal, "Purchases or page views")
      ->check(CLI::IsMember({"order", "view"}))
      ->capture_default_str();
  command->add_option("--unit", flags->unit, "What adds one to a pair")
      ->check(CLI::IsMember({"order", "customer"}))
      ->capture_default_str();
  command->add_option("--window", flags->window, "Together means: in one order, or within days (90d)")
      ->capture_default_str();
  command->add_option("--half-life-days", flags->half_life_days, "Days after which a purchase counts half");
  command->add_option("--top", flags->top, "Edges kept per item (default: the server's 100)");
  command->add_option("--min-support", flags->min_support,
                      "Fewest customers behind an edge (default: the store's)");
  command->add_flag("--no-activate", flags->no_activate, "Build only; let the old version serve on");
  command->add_flag("--no-wait", flags->no_wait, "Print the job's name and leave it running");
  AddConnection(*command, flags->connection);
  command->callback([flags, &chosen] {
    chosen.run = [flags] {
      return Ask(flags->connection, "train", [&](Client& client) { return Run(client, *flags); });
    };
  });
}

}  // namespace awase::client::commands
