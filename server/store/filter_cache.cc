#include "server/store/filter_cache.h"

#include <utility>

#include "engine/filter/filter.h"

namespace awase {

absl::StatusOr<std::shared_ptr<const Bitset>> FilterCache::Select(const Model& model,
                                                                  std::string_view text) const {
  const absl::string_view key(text.data(), text.size());
  {
    const absl::ReaderMutexLock lock(&mutex_);
    const auto it = kept_.find(key);
    if (it != kept_.end()) return it->second;
  }
  const auto filter = Filter::Parse(text);
  if (!filter.ok()) return filter.status();
  auto selected = filter->Select(model);
  if (!selected.ok()) return selected.status();
  auto shared = std::make_shared<const Bitset>(*std::move(selected));
  const absl::MutexLock lock(&mutex_);
  if (kept_.size() >= kMostFilters) kept_.erase(kept_.begin());
  kept_.insert_or_assign(std::string(text), shared);
  return shared;
}

}  // namespace awase
