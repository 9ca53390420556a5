#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "engine/intake/intake.h"
#include "engine/ledger/ledger.h"
#include "server/commands/commands.h"
#include "server/commands/line_titles.h"
#include "server/commands/output.h"
#include "server/commands/progress.h"
#include "server/commands/rejects.h"
#include <nlohmann/json.hpp>

namespace awase::commands {
namespace {

struct ImportFlags {
  std::string data, store, orders, views, items, rejects, time_zone, currency;
  std::string format_name = "canonical";
  bool strict = false, dry_run = false, json = false;
};

OrdersFormat FormatOf(const std::string& name) {
  if (name == "uci-online-retail") return OrdersFormat::kUciOnlineRetail;
  return name == "jsonl" ? OrdersFormat::kJsonLines : OrdersFormat::kCanonical;
}

// What an import did, over all of its files.
struct ImportReport {
  double read_seconds = 0, parse_seconds = 0, write_seconds = 0;  // these overlap
  uint64_t rows = 0, accepted = 0, duplicates = 0, returns = 0, trimmed = 0;
  uint64_t item_rows = 0, items_changed = 0;
};

// One run of the command. The ledger is null in a dry run of a store that is not there yet.
class Import {
 public:
  Import(const ImportFlags& flags, Ledger* ledger)
      : flags_(flags), ledger_(ledger), rejects_(flags.rejects, /*show=*/!flags.strict) {}

  absl::Status Run() {
    absl::StatusOr<IntakeOptions> options = Options();
    if (!options.ok()) return options.status();
    if (absl::Status status = rejects_.Open(); !status.ok()) return status;
    absl::Status status;
    if (!flags_.items.empty()) status = ReadItemFile(*options);
    if (status.ok() && !flags_.orders.empty()) status = ReadOrderFile(*options);
    if (status.ok() && !flags_.views.empty()) status = ReadViewFile(*options);
    const absl::Status closed = rejects_.Close();
    return status.ok() ? closed : status;
  }

  const ImportReport& report() const { return report_; }
  const Rejects& rejects() const { return rejects_; }

 private:
  absl::StatusOr<IntakeOptions> Options() {
    IntakeOptions options;
    options.format = FormatOf(flags_.format_name);
    options.strict = flags_.strict;
    options.ahead = keeps();
    options.progress = bar_.Calls();
    options.on_error = [this](const LineError& error) { rejects_.Add(error); };
    StoreSettings settings;
    if (ledger_ != nullptr) {
      const absl::StatusOr<StoreSettings> kept = ledger_->Settings();
      if (!kept.ok()) return kept.status();
      settings = *kept;
    }
    const std::string& zone = flags_.time_zone.empty() ? settings.time_zone : flags_.time_zone;
    if (!absl::LoadTimeZone(zone, &options.zone)) {
      return absl::InvalidArgumentError("time_zone: is not an IANA time zone such as Asia/Tokyo, got '" +
                                        zone + "'");
    }
    return options;
  }

  bool keeps() const { return !flags_.dry_run; }

  // What `work` returns, and how long it took, to the time spent on writing.
  template <class Work>
  auto Timed(const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    auto result = work();
    report_.write_seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
  }

  absl::Status ReadItemFile(const IntakeOptions& options) {
    IntakeOptions item_options = options;
    // The catalogue has one form of CSV, whatever form the orders have.
    if (options.format != OrdersFormat::kJsonLines) item_options.format = OrdersFormat::kCanonical;
    const auto sink = [&](std::span<const Item> items) {
      if (!keeps()) return absl::OkStatus();
      const absl::StatusOr<uint64_t> changed = Timed([&] { return ledger_->UpsertItems(items); });
      if (changed.ok()) report_.items_changed += *changed;
      return changed.status();
    };
    const absl::StatusOr<IntakeReport> read = ReadItems(flags_.items, item_options, sink);
    if (!read.ok()) return read.status();
    report_.item_rows += read->rows;
    report_.trimmed += read->trimmed;
    report_.read_seconds += read->bytes_seconds;
    report_.parse_seconds += read->parse_seconds;
    return absl::OkStatus();
  }

  absl::Status ReadOrderFile(IntakeOptions options) {
    LineTitles titles;
    if (keeps()) {
      options.on_title = [&](std::string_view item_id, std::string_view title) {
        titles.Add(item_id, title);
      };
    }
    const auto sink = [&](std::span<const OrderRow> rows) {
      if (!keeps()) return absl::OkStatus();
      const auto outcome = Timed([&] { return ledger_->AppendOrderRows(rows); });
      return Keep(flags_.orders, rows, outcome, [](const OrderRow& row) {
        return absl::StrCat(std::string(row.order_id), ",", std::string(row.customer_id), ",",
                            FormatTime(row.time), ",", std::string(row.item_id), ",", row.quantity, ",",
                            FormatPrice(row.unit_price));
      });
    };
    if (absl::Status status = Count(ReadOrders(flags_.orders, options, sink)); !status.ok() || !keeps())
      return status;
    const absl::StatusOr<std::vector<Item>> items = Timed([&] { return titles.NewItems(*ledger_); });
    if (!items.ok()) return items.status();
    const absl::StatusOr<uint64_t> changed = Timed([&] { return ledger_->UpsertItems(*items); });
    if (changed.ok()) report_.items_changed += *changed;
    return changed.status();
  }

  absl::Status ReadViewFile(const IntakeOptions& options) {
    const auto sink = [&](std::span<const ViewRow> rows) {
      if (!keeps()) return absl::OkStatus();
      const auto outcome = Timed([&] { return ledger_->AppendViewRows(rows); });
      return Keep(flags_.views, rows, outcome, [](const ViewRow& row) {
        return absl::StrCat(std::string(row.session_id), ",", std::string(row.customer_id), ",",
                            FormatTime(row.time), ",", std::string(row.item_id));
      });
    };
    return Count(ReadViews(flags_.views, options, sink));
  }

  absl::Status Count(const absl::StatusOr<IntakeReport>& read) {
    if (!read.ok()) return read.status();
    report_.rows += read->rows;
    report_.returns += read->returns;
    report_.trimmed += read->trimmed;
    report_.read_seconds += read->bytes_seconds;
    report_.parse_seconds += read->parse_seconds;
    return absl::OkStatus();
  }

  // `text` spells a row as a line of a canonical file: the ledger refuses rows that the reader found good.
  template <class Row, class Text>
  absl::Status Keep(const std::string& path, std::span<const Row> rows,
                    const absl::StatusOr<RowOutcome>& outcome, const Text& text) {
    if (!outcome.ok()) return outcome.status();
    report_.accepted += outcome->accepted;
    report_.duplicates += outcome->duplicates;
    for (const RowOutcome::Refused& refused : outcome->refused) {
      const Row& row = rows[refused.row];
      const std::string message = absl::StrCat(path, ":", row.line, ": ", refused.message);
      rejects_.Add({row.line, refused.reason, message, text(row)});
      if (flags_.strict) return absl::InvalidArgumentError(message);
    }
    return absl::OkStatus();
  }

  const ImportFlags& flags_;
  Ledger* const ledger_;
  Rejects rejects_;
  ProgressBar bar_;
  ImportReport report_;
};

absl::StatusOr<nlohmann::ordered_json> ToJson(const Import& import, const Ledger* ledger, double seconds) {
  LedgerCounts counts;
  if (ledger != nullptr) {
    const absl::StatusOr<LedgerCounts> read = ledger->Counts();
    if (!read.ok()) return read.status();
    counts = *read;
  }
  const ImportReport& report = import.report();
  nlohmann::ordered_json reasons = nlohmann::ordered_json::object();
  for (const auto& [reason, count] : import.rejects().reasons()) reasons[reason] = count;
  return nlohmann::ordered_json{
      {"rows", report.rows},
      {"accepted", report.accepted},
      {"duplicates", report.duplicates},
      {"rejected", import.rejects().count()},
      {"reasons", std::move(reasons)},
      {"returns", report.returns},
      {"trimmed", report.trimmed},
      {"item_rows", report.item_rows},
      {"items_changed", report.items_changed},
      {"orders", counts.orders},
      {"order_lines", counts.order_lines},
      {"return_lines", counts.return_lines},
      {"customers", counts.customers},
      {"items", counts.known_items},
      {"catalogue_items", counts.items},
      {"sessions", counts.sessions},
      {"views", counts.views},
      {"first_time", FormatTime(counts.first_time)},
      {"last_time", FormatTime(counts.last_time)},
      {"stage_seconds",
       {{"read", report.read_seconds}, {"parse", report.parse_seconds}, {"write", report.write_seconds}}},
      {"seconds", seconds}};
}

std::string ToText(const nlohmann::ordered_json& report) {
  std::string text;
  for (const auto& [key, value] : report.items()) {
    if (key == "reasons") continue;
    text += key + std::string(key.size() < 16 ? 16 - key.size() : 1, ' ') +
            (value.is_string() ? value.get<std::string>() : value.dump()) + "\n";
  }
  return text;
}

absl::StatusOr<std::unique_ptr<Ledger>> OpenLedger(const ImportFlags& flags) {
  if (flags.dry_run) {
    absl::StatusOr<std::unique_ptr<Ledger>> ledger =
        Ledger::Open(flags.data, flags.store, Ledger::Mode::kRead);
    if (absl::IsNotFound(ledger.status())) return nullptr;
    return ledger;
  }
  absl::StatusOr<std::unique_ptr<Ledger>> ledger =
      Ledger::Open(flags.data, flags.store, Ledger::Mode::kCreate);
  if (!ledger.ok()) return ledger;
  absl::Status status;
  if (!flags.time_zone.empty()) status = (*ledger)->Set("time_zone", flags.time_zone);
  if (status.ok() && !flags.currency.empty()) status = (*ledger)->Set("currency", flags.currency);
  if (!status.ok()) return status;
  return ledger;
}

int RunImport(const ImportFlags& flags) {
  const auto start = std::chrono::steady_clock::now();
  if (flags.orders.empty() && flags.views.empty() && flags.items.empty()) {
    std::fprintf(stderr, "awased: import: give at least one of --orders, --views, --items\n");
    return kUsage;
  }
  const absl::StatusOr<std::unique_ptr<Ledger>> ledger = OpenLedger(flags);
  if (!ledger.ok()) return Fail(ledger.status());
  auto import = std::make_unique<Import>(flags, ledger->get());
  if (absl::Status status = import->Run(); !status.ok()) return Fail(status);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const absl::StatusOr<nlohmann::ordered_json> report = ToJson(*import, ledger->get(), seconds);
  if (!report.ok()) return Fail(report.status());
  if (import->rejects().count() > 0) {
    std::fprintf(stderr, "awased: import: %llu of %llu rows were rejected: %s\n",
                 static_cast<unsigned long long>(import->rejects().count()),
                 static_cast<unsigned long long>(import->report().rows + import->report().item_rows),
                 import->rejects().Summary().c_str());
  }
  return flags.json ? PrintJson(*report) : Print(ToText(*report));
}

}  // namespace

void AddImport(CLI::App& app, Chosen& chosen) {
  auto flags = std::make_shared<ImportFlags>();
  CLI::App* command = app.add_subcommand("import",
                                         "Take in a shop's files. Reads .csv, .csv.gz and - (standard "
                                         "input); twice the same file changes nothing.");
  command->add_option("--data", flags->data, "Folder of all stores")->required();
  command->add_option("--store", flags->store, "Name of the store; made when it is new")->required();
  CLI::Option* orders = command->add_option(
      "--orders", flags->orders, "Order lines: order_id,customer_id,timestamp,item_id,quantity,unit_price");
  command->add_option("--views", flags->views, "Page views: session_id,customer_id,timestamp,item_id")
      ->excludes(orders);
  command->add_option("--items", flags->items,
                      "Catalogue: item_id,title,category,price and further columns as attributes");
  command->add_option("--format", flags->format_name, "canonical, uci-online-retail or jsonl")
      ->check(CLI::IsMember(std::vector<std::string>{"canonical", "uci-online-retail", "jsonl"}))
      ->capture_default_str();
  command->add_flag("--strict", flags->strict, "Stop at the first bad line; what stands before it is kept");
  command->add_option("--rejects", flags->rejects,
                      "Write every bad line to this CSV file: line,reason,message,text");
  command->add_option(
      "--timezone", flags->time_zone,
      "IANA time zone of stamps without a zone; kept as the store's (default: the store's, at first UTC)");
  command->add_option("--currency", flags->currency, "ISO 4217 code of the prices; kept as the store's");
  command->add_flag("--dry-run", flags->dry_run, "Read and report only");
  command->add_flag("--json", flags->json, "Print one JSON object");
  command->callback([flags, &chosen] { chosen.run = [flags] { return RunImport(*flags); }; });
}

}  // namespace awase::commands
