// What each known customer owns, kept in memory and brought up to date as facts arrive.
#ifndef AWASE_SERVER_STORE_LIVE_PROFILES_H_
#define AWASE_SERVER_STORE_LIVE_PROFILES_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"

#include "engine/base/string_pool.h"
#include "engine/history/history.h"
#include "engine/model/model.h"
#include "engine/profile/personal.h"

namespace awase {

// The numbers of the profiles' own item pool in one model's numbers. Made with the model, immutable.
class ItemTranslation {
 public:
  static constexpr uint32_t kUnknown = ~uint32_t{0};

 private:
  friend class LiveProfiles;
  std::vector<uint32_t> to_model_;  // by pool number; items that came later are looked up
};

// Threads: Read from any, at any time; Fill and Put from any, they exclude each other where they must.
// Memory: about 12 bytes a (customer, distinct item) and 100 a customer.
class LiveProfiles {
 public:
  // Folds a whole history. The customers that `history` lacks are dropped unless Put since the last
  // BeginFill: facts may arrive while a history is being read.
  void BeginFill();
  void Fill(const History& history, float decay);
  // One customer anew; `history` holds that customer's facts alone.
  void Put(const std::string& customer_id, const History& history, float decay);

  bool ready() const { return ready_.load(std::memory_order_acquire); }
  size_t customers() const;

  ItemTranslation Translate(const Model& model) const;
  // What the customer owns in the model's numbers, by item ascending; `out` is cleared. False when nothing is
  // known. Cost: linear in the distinct items owned; no allocation once `out` has grown.
  bool Read(std::string_view customer_id, const Model& model, const ItemTranslation& translation,
            std::vector<Owned>& out) const;

 private:
  using Profile = std::shared_ptr<const std::vector<Owned>>;  // items in pool numbers
  struct alignas(64) Shard {
    mutable absl::Mutex mutex;
    absl::flat_hash_map<std::string, Profile> profiles ABSL_GUARDED_BY(mutex);
    absl::flat_hash_map<std::string, bool> fresh ABSL_GUARDED_BY(mutex);  // Put since BeginFill
  };
  static constexpr size_t kShards = 64;

  size_t ShardOf(std::string_view customer_id) const;
  std::vector<uint32_t> Numbers(const History& history);
  Profile Fold(const Units& orders, uint32_t first, uint32_t last, const std::vector<uint32_t>& numbers,
               float decay) const;

  std::array<Shard, kShards> shards_;
  mutable absl::Mutex pool_mutex_;
  StringPool pool_ ABSL_GUARDED_BY(pool_mutex_);
  std::atomic<bool> ready_{false};
  std::atomic<bool> filling_{false};  // between BeginFill and Fill
};

}  // namespace awase

#endif  // AWASE_SERVER_STORE_LIVE_PROFILES_H_
