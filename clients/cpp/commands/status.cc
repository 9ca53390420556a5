#include <algorithm>
#include <iostream>
#include <memory>
#include <vector>

#include "absl/strings/str_format.h"
#include "google/protobuf/util/time_util.h"

#include "clients/cpp/commands/commands.h"
#include "clients/cpp/commands/connection.h"
#include "clients/cpp/commands/table.h"
#include "clients/cpp/json.h"

namespace awase::client::commands {
namespace {

using google::protobuf::Timestamp;
using google::protobuf::util::TimeUtil;
using nlohmann::ordered_json;

double AgeSeconds(const Timestamp& time) {
  return std::max(0.0, absl::ToDoubleSeconds(absl::Now() - absl::FromUnixSeconds(time.seconds())));
}

// "3 min", "5 h", "12 days": a person asks whether it is old, not how old exactly.
std::string AgeText(const Timestamp& time) {
  const double seconds = AgeSeconds(time);
  if (seconds < 120) return absl::StrFormat("%.0f s", seconds);
  if (seconds < 7200) return absl::StrFormat("%.0f min", seconds / 60);
  if (seconds < 172800) return absl::StrFormat("%.0f h", seconds / 3600);
  return absl::StrFormat("%.0f days", seconds / 86400);
}

// The proto's own fields, with the ages that it leaves to the reader's clock.
ordered_json StatusJson(const v1::GetServerStatusResponse& status) {
  ordered_json object = ToJson(status);
  object["uptime_seconds"] = AgeSeconds(status.start_time());
  for (int s = 0; s < status.stores_size(); ++s) {
    const v1::StoreStatus& store = status.stores(s);
    for (int m = 0; m < store.models_size(); ++m) {
      ordered_json& model = object["stores"][static_cast<size_t>(s)]["models"][static_cast<size_t>(m)];
      model["age_seconds"] = AgeSeconds(store.models(m).create_time());
      model["data_age_seconds"] = AgeSeconds(store.models(m).data_watermark_time());
    }
  }
  return object;
}

void PrintText(const v1::GetServerStatusResponse& status) {
  std::cout << "awased " << status.version() << ", up " << AgeText(status.start_time()) << "\n";
  for (const std::string& address : status.listen_addresses()) {
    std::cout << "listens on " << address << "\n";
  }
  std::cout << "\n";
  std::vector<std::vector<std::string>> rows;
  for (const v1::StoreStatus& store : status.stores()) {
    std::vector<std::string> row = {store.name(), store.serving() ? "serving" : "no model yet",
                                    Grouped(store.order_line_count()), Grouped(store.pending_event_count())};
    for (const v1::ServedModel& model : store.models()) {
      row.insert(row.end(), {model.model_version(), AgeText(model.create_time()),
                             TimeUtil::ToString(model.data_watermark_time()), Grouped(model.item_count()),
                             Grouped(model.edge_count())});
      rows.push_back(row);
      row.assign(4, "");
    }
    if (store.models().empty()) {
      rows.push_back(row);
    }
  }
  std::cout << Table({{"store"},
                      {"state"},
                      {"order lines", true},
                      {"new events", true},
                      {"model"},
                      {"age", true},
                      {"purchases until"},
                      {"items", true},
                      {"edges", true}},
                     rows);
  for (const v1::StoreStatus& store : status.stores()) {
    if (!store.last_problem().empty()) {
      std::cout << "problem of " << store.name() << ": " << store.last_problem() << "\n";
    }
  }
}

}  // namespace

void AddStatus(CLI::App& app, Chosen& chosen) {
  auto connection = std::make_shared<Connection>();
  CLI::App* command = app.add_subcommand("status", "What the server serves: stores, models, their ages");
  AddConnection(*command, *connection);
  command->callback([connection, &chosen] {
    chosen.run = [connection] {
      return Ask(*connection, "status", [&](Client& client) -> absl::Status {
        const absl::StatusOr<v1::GetServerStatusResponse> status = client.GetServerStatus({});
        if (!status.ok()) {
          return status.status();
        }
        if (connection->json) {
          PrintJson(StatusJson(*status));
        } else {
          PrintText(*status);
        }
        return absl::OkStatus();
      });
    };
  });
}

}  // namespace awase::client::commands
