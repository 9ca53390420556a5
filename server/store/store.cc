#include "server/store/store.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "absl/strings/str_cat.h"

#include "engine/answer/answer.h"
#include "engine/history/history.h"
#include "server/log/log.h"
#include "server/store/version_choice.h"

namespace awase {
namespace {

std::optional<Version> VersionOf(const std::shared_ptr<const Served>& served) {
  return served == nullptr ? std::nullopt : std::optional<Version>(served->version);
}

bool Same(const Serving& a, const Serving& b) { return a.active == b.active && a.previous == b.previous; }

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const std::string& data_dir, const std::string& name) {
  auto ledger = Ledger::Open(data_dir, name, Ledger::Mode::kWrite);
  if (!ledger.ok()) return ledger.status();
  std::unique_ptr<Store> store(new Store(data_dir, name, *std::move(ledger)));
  if (const absl::Status loaded = store->Reload(); !loaded.ok()) return loaded;
  return store;
}

Shelf Store::ShelfOf(std::string_view model_id) const {
  return Shelf(ModelFolder(data_dir_, name_, std::string(model_id)));
}

std::vector<std::string> Store::ModelIds() const {
  std::vector<std::string> ids;
  const std::filesystem::path folder =
      std::filesystem::path(ModelFolder(data_dir_, name_, "default")).parent_path();
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string id = entry.path().filename().string();
    if (entry.is_directory(ignored) && ValidateStoreName(id).ok()) ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

// Under reload_.
std::shared_ptr<const Served> Store::LoadModel(const std::string& model_id,
                                               std::shared_ptr<const Served> serving) {
  const Shelf shelf = ShelfOf(model_id);
  const auto wanted = shelf.ReadServing();
  if (!wanted.ok()) {
    SetProblem(std::string(wanted.status().message()));
    return serving;
  }
  seen_[model_id] = *wanted;
  while (true) {
    std::set<Version> broken;
    for (const auto& [id, version] : broken_) {
      if (id == model_id) broken.insert(version);
    }
    const auto next = NextToLoad(*wanted, shelf.List(), VersionOf(serving), broken);
    if (!next.has_value()) return serving;
    auto model = shelf.Open(*next, /*full=*/true);
    if (model.ok()) {
      LogEvent(LogLevel::kInfo, "model_serves",
               {{"store", name_},
                {"model", model_id},
                {"version", *next},
                {"items", (*model)->items()},
                {"edges", (*model)->edges()},
                {"digest", (*model)->digest()}});
      return MakeServed(name_, model_id, *next, *std::move(model), profiles_);
    }
    broken_.emplace(model_id, *next);
    SetProblem(
        absl::StrCat("model ", model_id, " version ", *next, " was refused: ", model.status().message()));
    LogEvent(LogLevel::kError, "model_refused",
             {{"store", name_},
              {"model", model_id},
              {"version", *next},
              {"reason", std::string(model.status().message())}});
  }
}

absl::Status Store::Reload() {
  const std::lock_guard lock(reload_);
  const auto settings = ledger_->Settings();
  if (!settings.ok()) return settings.status();
  settings_.Publish(std::make_shared<const StoreSettings>(*settings));
  settings_.Reap();
  const auto placements = ledger_->Placements();
  if (!placements.ok()) return placements.status();

  const std::shared_ptr<const Shopfront> before = front_.Get();
  std::map<std::string, std::shared_ptr<const Served>, std::less<>> models;
  for (const std::string& id : ModelIds()) {
    std::shared_ptr<const Served> serving;
    if (before != nullptr) {
      const auto it = before->models.find(id);
      if (it != before->models.end()) serving = it->second;
    }
    if (auto served = LoadModel(id, std::move(serving)); served != nullptr) models[id] = std::move(served);
  }
  auto front = MakeShopfront(std::move(models), *placements, before.get());
  for (const auto& [id, placement] : front->placements) {
    if (!placement->problem.ok()) {
      SetProblem(absl::StrCat("placement ", id, ": ", placement->problem.message()));
    }
  }
  front_.Publish(std::move(front));
  return absl::OkStatus();
}

bool Store::ShelfChanged() const {
  for (const std::string& id : ModelIds()) {
    const auto now = ShelfOf(id).ReadServing();
    const auto it = seen_.find(id);
    if (now.ok() && (it == seen_.end() ? now->active.has_value() : !Same(*now, it->second))) return true;
  }
  return false;
}

void Store::Refresh() {
  const auto mark = ledger_->ReadWatermark();
  if (!mark.ok()) {
    SetProblem(std::string(mark.status().message()));
    return;
  }
  Watermark before;
  {
    const std::lock_guard lock(state_);
    before = std::exchange(watermark_, *mark);
  }
  bool changed;
  {
    const std::lock_guard lock(reload_);
    changed = ShelfChanged();
  }
  if (changed || mark->sequence != before.sequence) {
    if (const absl::Status loaded = Reload(); !loaded.ok()) SetProblem(std::string(loaded.message()));
  }
  if (profiles_.ready()) {
    Watermark seen;
    {
      const std::lock_guard lock(refresh_customers_);
      seen = profiled_;
    }
    if (mark->facts != seen.facts) {
      const auto changed_customers = ledger_->CustomersChangedSince(seen);
      absl::Status refreshed = changed_customers.status();
      if (refreshed.ok()) refreshed = RefreshCustomers(*changed_customers);
      const std::lock_guard lock(refresh_customers_);
      if (refreshed.ok()) profiled_ = *mark;
      if (!refreshed.ok()) SetProblem(std::string(refreshed.message()));
    }
    const float decay = PersonalDecay();
    bool other_decay;
    {
      const std::lock_guard lock(refresh_customers_);
      other_decay = decay != profile_decay_;
    }
    if (other_decay) {
      if (const absl::Status filled = FillProfiles(); !filled.ok()) SetProblem(std::string(filled.message()));
    }
  }
  Reap();
}

float Store::PersonalDecay() const {
  const auto front = front_.Get();
  const Served* served = front->FindModel("default");
  return served == nullptr ? Blend().personal_decay : served->blend.personal_decay;
}

absl::Status Store::RefreshCustomers(const std::vector<std::string>& customer_ids) {
  const std::lock_guard lock(refresh_customers_);
  HistoryOptions options;
  options.non_product_patterns = settings()->non_product_patterns;
  for (const std::string& id : customer_ids) {
    const auto facts = ledger_->ReadCustomer(id);
    if (!facts.ok()) return facts.status();
    const auto history = History::Build(*facts, options);
    if (!history.ok()) return history.status();
    profiles_.Put(id, *history, profile_decay_);
  }
  return absl::OkStatus();
}

absl::Status Store::FillProfiles() {
  float decay;
  {
    const std::lock_guard lock(refresh_customers_);
    decay = profile_decay_ = PersonalDecay();
    profiles_.BeginFill();
  }
  const absl::Status filled = WithFacts([&](const FactTable& facts, Watermark at) {
    HistoryOptions options;
    options.non_product_patterns = settings()->non_product_patterns;
    const auto history = History::Build(facts, options);
    if (!history.ok()) return history.status();
    profiles_.Fill(*history, decay);
    const std::lock_guard lock(refresh_customers_);
    profiled_ = at;
    return absl::OkStatus();
  });
  if (!filled.ok()) return filled;
  // The models' translations were made before the pool was filled.
  const std::lock_guard lock(reload_);
  const auto before = front_.Get();
  std::map<std::string, std::shared_ptr<const Served>, std::less<>> models;
  for (const auto& [id, served] : before->models) {
    models[id] = MakeServed(name_, id, served->version, served->model, profiles_);
  }
  const auto placements = ledger_->Placements();
  if (!placements.ok()) return placements.status();
  front_.Publish(MakeShopfront(std::move(models), *placements, before.get()));
  return absl::OkStatus();
}

absl::Status Store::WithFacts(const std::function<absl::Status(const FactTable&, Watermark)>& use) {
  const std::lock_guard lock(facts_mutex_);
  if (facts_read_) {
    if (const absl::Status read = ledger_->ReadFactsSince(facts_at_, facts_); !read.ok()) return read;
  } else {
    auto facts = ledger_->ReadFacts(&facts_at_);
    if (!facts.ok()) return facts.status();
    facts_ = *std::move(facts);
    facts_read_ = true;
  }
  return use(facts_, facts_at_);
}

Watermark Store::watermark() const {
  const std::lock_guard lock(state_);
  return watermark_;
}

std::string Store::last_problem() const {
  const std::lock_guard lock(state_);
  return last_problem_;
}

void Store::SetProblem(std::string problem) {
  const std::lock_guard lock(state_);
  last_problem_ = std::move(problem);
}

}  // namespace awase
