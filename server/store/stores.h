// The stores of a data folder.
#ifndef AWASE_SERVER_STORE_STORES_H_
#define AWASE_SERVER_STORE_STORES_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "server/store/store.h"

namespace awase {

// Grows while the server runs, never shrinks: a pointer to a store stays good as long as the Stores.
class Stores {
 public:
  explicit Stores(std::string data_dir) : data_dir_(std::move(data_dir)) { Publish({}); }

  // Opens what is new in the folder; a store that cannot be opened is reported in `problems` and tried again
  // next time. Returns the new ones.
  std::vector<Store*> Look(std::vector<std::string>* problems);

  // Null when there is none. Hot: no lock, no reference count.
  Store* Find(std::string_view name) const {
    const Map& map = *current_.load(std::memory_order_acquire);
    const auto it = map.find(name);
    return it == map.end() ? nullptr : it->second;
  }
  // NOT_FOUND, reason STORE_NOT_FOUND.
  absl::StatusOr<Store*> Need(std::string_view name) const;
  // In the order of their names.
  std::vector<Store*> All() const;
  const std::string& data_dir() const { return data_dir_; }

 private:
  using Map = std::map<std::string, Store*, std::less<>>;
  void Publish(Map map);

  const std::string data_dir_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Store>> owned_;  // guarded by mutex_
  std::vector<std::unique_ptr<const Map>>
      maps_;  // every map ever published: a few words a store; guarded by mutex_
  std::atomic<const Map*> current_{nullptr};
};

}  // namespace awase

#endif  // AWASE_SERVER_STORE_STORES_H_
