// One store as the server holds it: its ledger, what serves, and its customers' profiles.
#ifndef AWASE_SERVER_STORE_STORE_H_
#define AWASE_SERVER_STORE_STORE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/facts/fact_table.h"
#include "engine/ledger/ledger.h"
#include "engine/model/shelf.h"
#include "server/store/holder.h"
#include "server/store/live_profiles.h"
#include "server/store/shopfront.h"

namespace awase {

// Threads: front, settings and profiles from any thread at any time. What waits for the disk (all else) is
// for cold threads.
class Store {
 public:
  static absl::StatusOr<std::unique_ptr<Store>> Open(const std::string& data_dir, const std::string& name);

  const std::string& name() const { return name_; }
  Ledger& ledger() { return *ledger_; }
  LiveProfiles& profiles() { return profiles_; }
  const LiveProfiles& profiles() const { return profiles_; }
  Shelf ShelfOf(std::string_view model_id) const;
  // Models that have a folder, sorted.
  std::vector<std::string> ModelIds() const;

  // Never null once opened. Hot.
  std::shared_ptr<const Shopfront> front() const { return front_.Get(); }
  // As of the last look at the ledger. Hot.
  std::shared_ptr<const StoreSettings> settings() const { return settings_.Get(); }

  // Looks at shelf and ledger and takes over what is new: activated versions, placements, settings, customers
  // with new facts from other processes. Cheap when nothing changed.
  void Refresh();
  // Takes over the shelf's active versions and the stored placements now.
  absl::Status Reload();
  // Brings the profiles of these customers up to date.
  absl::Status RefreshCustomers(const std::vector<std::string>& customer_ids);
  // Reads all customers' histories; then ready.
  absl::Status FillProfiles();

  // All facts up to date, and the watermark they stand at. Kept between calls: later ones read only what is
  // new.
  absl::Status WithFacts(const std::function<absl::Status(const FactTable&, Watermark)>& use);

  Watermark watermark() const;
  std::string last_problem() const;
  void SetProblem(std::string problem);
  // Set by catalogue writes, taken by the trainer.
  void NoteCatalogueChange() { catalogue_changed_.store(true); }
  bool TakeCatalogueChange() { return catalogue_changed_.exchange(false); }
  bool catalogue_changed() const { return catalogue_changed_.load(); }
  void CountAccepted(uint64_t events) { events_accepted_.fetch_add(events); }
  uint64_t events_accepted() const { return events_accepted_.load(); }
  // Retired fronts that readers still hold.
  size_t Reap() { return front_.Reap(); }

 private:
  Store(std::string data_dir, std::string name, std::unique_ptr<Ledger> ledger)
      : data_dir_(std::move(data_dir)), name_(std::move(name)), ledger_(std::move(ledger)) {}

  bool ShelfChanged() const;
  std::shared_ptr<const Served> LoadModel(const std::string& model_id, std::shared_ptr<const Served> serving);
  float PersonalDecay() const;

  const std::string data_dir_;
  const std::string name_;
  const std::unique_ptr<Ledger> ledger_;
  LiveProfiles profiles_;
  Holder<Shopfront> front_;
  Holder<StoreSettings> settings_;
  std::atomic<bool> catalogue_changed_{false};
  std::atomic<uint64_t> events_accepted_{0};

  std::mutex reload_;                                 // held while fronts are made
  std::map<std::string, Serving> seen_;               // serving.json as last taken over; guarded by reload_
  std::set<std::pair<std::string, Version>> broken_;  // refused files; guarded by reload_

  std::mutex refresh_customers_;  // a customer's profile is never overwritten by an older reading
  Watermark profiled_;            // facts that profiles have seen; guarded by refresh_customers_
  float profile_decay_ = 0.9f;    // guarded by refresh_customers_

  std::mutex facts_mutex_;
  FactTable facts_;          // guarded by facts_mutex_
  Watermark facts_at_;       // guarded by facts_mutex_
  bool facts_read_ = false;  // guarded by facts_mutex_

  mutable std::mutex state_;
  Watermark watermark_;       // guarded by state_
  std::string last_problem_;  // guarded by state_
};

}  // namespace awase

#endif  // AWASE_SERVER_STORE_STORE_H_
