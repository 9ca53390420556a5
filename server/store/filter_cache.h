// Filters of requests, compiled once per model and kept by their text.
#ifndef AWASE_SERVER_STORE_FILTER_CACHE_H_
#define AWASE_SERVER_STORE_FILTER_CACHE_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

#include "engine/base/bitset.h"
#include "engine/model/model.h"

namespace awase {

// Threads: any. A hit costs a shared lock and a hash; a miss compiles outside the lock. At most kMostFilters
// are kept; a full cache drops an arbitrary one.
class FilterCache {
 public:
  static constexpr size_t kMostFilters = 256;

  // Items of `model` that match; always the same model for one cache. Errors as Filter::Parse and Select;
  // they are not kept.
  absl::StatusOr<std::shared_ptr<const Bitset>> Select(const Model& model, std::string_view text) const;

 private:
  mutable absl::Mutex mutex_;
  mutable absl::flat_hash_map<std::string, std::shared_ptr<const Bitset>> kept_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace awase

#endif  // AWASE_SERVER_STORE_FILTER_CACHE_H_
