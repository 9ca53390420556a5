#include "server/store/stores.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "engine/ledger/ledger.h"
#include "server/rpc/status.h"

namespace awase {

void Stores::Publish(Map map) {
  maps_.push_back(std::make_unique<const Map>(std::move(map)));
  current_.store(maps_.back().get(), std::memory_order_release);
}

std::vector<Store*> Stores::Look(std::vector<std::string>* problems) {
  const std::lock_guard lock(mutex_);
  std::vector<Store*> opened;
  const auto names = ListStores(data_dir_);
  if (!names.ok()) {
    problems->push_back(std::string(names.status().message()));
    return opened;
  }
  Map map = *current_.load(std::memory_order_acquire);
  for (const std::string& name : *names) {
    if (map.count(name) != 0) continue;
    auto store = Store::Open(data_dir_, name);
    if (!store.ok()) {
      problems->push_back(absl::StrCat("store ", name, ": ", store.status().message()));
      continue;
    }
    map[name] = store->get();
    opened.push_back(store->get());
    owned_.push_back(*std::move(store));
  }
  if (!opened.empty()) Publish(std::move(map));
  return opened;
}

absl::StatusOr<Store*> Stores::Need(std::string_view name) const {
  Store* store = Find(name);
  if (store == nullptr) {
    return rpc::Error(absl::StatusCode::kNotFound, "STORE_NOT_FOUND",
                      absl::StrCat("there is no store '", absl::string_view(name.data(), name.size()), "'"));
  }
  return store;
}

std::vector<Store*> Stores::All() const {
  std::vector<Store*> all;
  for (const auto& [name, store] : *current_.load(std::memory_order_acquire)) all.push_back(store);
  return all;
}

}  // namespace awase
