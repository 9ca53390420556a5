#include "server/store/live_profiles.h"

#include <algorithm>
#include <span>
#include <utility>

#include "absl/hash/hash.h"

namespace awase {
namespace {

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

bool ByItem(const Owned& a, const Owned& b) { return Index(a.item) < Index(b.item); }

}  // namespace

size_t LiveProfiles::ShardOf(std::string_view customer_id) const {
  return absl::HashOf(Absl(customer_id)) % kShards;
}

// History numbers are in the order of the ids, so a first Fill gives pool numbers in that order and
// translated lists stay sorted.
std::vector<uint32_t> LiveProfiles::Numbers(const History& history) {
  std::vector<uint32_t> numbers(history.items());
  const absl::MutexLock lock(&pool_mutex_);
  for (uint32_t i = 0; i < history.items(); ++i) numbers[i] = pool_.Intern(history.item_id(ItemId{i}));
  return numbers;
}

LiveProfiles::Profile LiveProfiles::Fold(const Units& orders, uint32_t first, uint32_t last,
                                         const std::vector<uint32_t>& numbers, float decay) const {
  std::vector<ItemId> items;
  std::vector<size_t> ends;
  for (uint32_t u = first; u < last; ++u) {
    for (const ItemId item : orders.by_unit[BasketId{u}]) items.push_back(ItemId{numbers[Index(item)]});
    ends.push_back(items.size());
  }
  std::vector<std::span<const ItemId>> sets;
  for (size_t o = 0; o < ends.size(); ++o) {
    const size_t begin = o == 0 ? 0 : ends[o - 1];
    sets.emplace_back(items.data() + begin, ends[o] - begin);
  }
  std::vector<Owned> owned;
  PersonalFrequency(sets, decay, owned);
  owned.shrink_to_fit();
  return std::make_shared<const std::vector<Owned>>(std::move(owned));
}

void LiveProfiles::BeginFill() {
  filling_.store(true);
  for (Shard& shard : shards_) {
    const absl::MutexLock lock(&shard.mutex);
    shard.fresh.clear();
  }
}

void LiveProfiles::Fill(const History& history, float decay) {
  const std::vector<uint32_t> numbers = Numbers(history);
  const Units& orders = history.orders();
  std::array<absl::flat_hash_map<std::string, Profile>, kShards> filled;
  for (uint32_t u = 0; u < orders.size() && orders.owner[u] < orders.known_owners;) {
    const uint32_t owner = orders.owner[u];
    uint32_t last = u;
    while (last < orders.size() && orders.owner[last] == owner) ++last;
    const std::string& id = history.customer_id(owner);
    filled[ShardOf(id)][id] = Fold(orders, u, last, numbers, decay);
    u = last;
  }
  for (size_t s = 0; s < kShards; ++s) {
    const absl::MutexLock lock(&shards_[s].mutex);
    for (const auto& [id, unused] : shards_[s].fresh) {
      const auto it = shards_[s].profiles.find(id);
      if (it == shards_[s].profiles.end()) {
        filled[s].erase(id);
      } else {
        filled[s][id] = it->second;
      }
    }
    shards_[s].profiles.swap(filled[s]);
    shards_[s].fresh.clear();
  }
  filling_.store(false);
  ready_.store(true, std::memory_order_release);
}

void LiveProfiles::Put(const std::string& customer_id, const History& history, float decay) {
  const Units& orders = history.orders();
  uint32_t known = 0;
  while (known < orders.size() && orders.owner[known] < orders.known_owners) ++known;
  Profile profile = known == 0 ? nullptr : Fold(orders, 0, known, Numbers(history), decay);
  Shard& shard = shards_[ShardOf(customer_id)];
  const absl::MutexLock lock(&shard.mutex);
  if (filling_.load()) shard.fresh[customer_id] = true;
  if (profile == nullptr) {
    shard.profiles.erase(customer_id);
  } else {
    shard.profiles[customer_id].swap(profile);
  }
}

size_t LiveProfiles::customers() const {
  size_t total = 0;
  for (const Shard& shard : shards_) {
    const absl::ReaderMutexLock lock(&shard.mutex);
    total += shard.profiles.size();
  }
  return total;
}

ItemTranslation LiveProfiles::Translate(const Model& model) const {
  ItemTranslation translation;
  const absl::ReaderMutexLock lock(&pool_mutex_);
  translation.to_model_.resize(pool_.size());
  for (uint32_t n = 0; n < pool_.size(); ++n) {
    const auto item = model.Find(pool_[n]);
    translation.to_model_[n] = item.has_value() ? Index(*item) : ItemTranslation::kUnknown;
  }
  return translation;
}

bool LiveProfiles::Read(std::string_view customer_id, const Model& model, const ItemTranslation& translation,
                        std::vector<Owned>& out) const {
  out.clear();
  Profile profile;
  {
    const Shard& shard = shards_[ShardOf(customer_id)];
    const absl::ReaderMutexLock lock(&shard.mutex);
    const auto it = shard.profiles.find(Absl(customer_id));
    if (it == shard.profiles.end()) return false;
    profile = it->second;
  }
  for (const Owned& owned : *profile) {
    const uint32_t number = Index(owned.item);
    uint32_t item = ItemTranslation::kUnknown;
    if (number < translation.to_model_.size()) {
      item = translation.to_model_[number];
    } else {
      const absl::ReaderMutexLock lock(&pool_mutex_);
      if (const auto found = model.Find(pool_[number]); found.has_value()) item = Index(*found);
    }
    if (item != ItemTranslation::kUnknown) out.push_back({ItemId{item}, owned.weight, owned.orders});
  }
  if (!std::is_sorted(out.begin(), out.end(), ByItem)) std::sort(out.begin(), out.end(), ByItem);
  return true;
}

}  // namespace awase
