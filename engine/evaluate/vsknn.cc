#include "engine/evaluate/vsknn.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace awase {
namespace {

// A session as it is compared by age: later is newer.
using Age = std::pair<UnixSeconds, uint32_t>;

struct SessionIndex {
  const Units* sessions;
  std::vector<Age> age;                          // by session
  std::vector<std::vector<uint32_t>> newest_of;  // by item: at most m sessions, newest first
  std::vector<double> idf;                       // by item
};

SessionIndex BuildIndex(const World& world, uint32_t m) {
  const Units& sessions = world.known.orders();
  SessionIndex index{&sessions, {}, {}, {}};
  index.newest_of.resize(world.known.items());
  index.idf.assign(world.known.items(), 0);
  std::vector<size_t> sizes;
  for (uint32_t s = 0; s < sessions.size(); ++s) {
    index.age.emplace_back(world.latest[sessions.source[s]], s);
    sizes.push_back(sessions.by_unit[BasketId{s}].size());
  }
  const auto rank = static_cast<size_t>(std::ceil(0.995 * static_cast<double>(sizes.size()))) - 1;
  std::nth_element(sizes.begin(), sizes.begin() + static_cast<ptrdiff_t>(rank), sizes.end());
  const size_t longest = sizes[rank];

  uint64_t views = 0;
  for (uint32_t s = 0; s < sessions.size(); ++s) {
    const auto items = sessions.by_unit[BasketId{s}];
    if (items.size() > longest) continue;
    views += items.size();
    for (const ItemId item : items) index.newest_of[Index(item)].push_back(s);
  }
  for (uint32_t item = 0; item < index.newest_of.size(); ++item) {
    auto& with = index.newest_of[item];
    if (with.empty()) continue;
    index.idf[item] = std::log(static_cast<double>(views) / static_cast<double>(with.size()));
    std::sort(with.begin(), with.end(), [&](uint32_t a, uint32_t b) { return index.age[a] > index.age[b]; });
    if (with.size() > m) with.resize(m);
  }
  return index;
}

class VsknnRanker : public Ranker {
 public:
  VsknnRanker(std::shared_ptr<const SessionIndex> index, const VsknnOptions& options)
      : index_(std::move(index)), options_(options), sums_(static_cast<uint32_t>(index_->idf.size())) {}

  void Rank(const ProbeSet& set, const Probe& probe, std::vector<ItemId>& ranked) override {
    views_.clear();  // newest first
    for (const ItemId item : probe.anchors) views_.push_back(item);
    const auto past = set.PastOf(probe);
    for (size_t back = 0; back < past.size() && views_.size() < options_.last; ++back) {
      views_.push_back(past[past.size() - 1 - back].front());
    }
    Sample();
    KeepNearest();
    for (const auto& [session, similarity] : nearest_) {
      const auto items = index_->sessions->by_unit[BasketId{session}];
      const double weight = similarity * WeightOfNewestShared(items);
      if (weight <= 0) continue;
      for (const ItemId item : items) {
        if (index_->idf[Index(item)] > 0) sums_.Add(item, weight * index_->idf[Index(item)]);
      }
    }
    sums_.TakeBest(probe.excluded, ranked);
  }

 private:
  // Fills similarity_ with the newest m sessions that share a view.
  void Sample() {
    similarity_.clear();
    std::priority_queue<Age, std::vector<Age>, std::greater<>> oldest;
    std::vector<ItemId> distinct(views_);
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    for (size_t back = 0; back < views_.size(); ++back) {
      if (std::find(views_.begin(), views_.begin() + static_cast<ptrdiff_t>(back), views_[back]) !=
          views_.begin() + static_cast<ptrdiff_t>(back)) {
        continue;
      }
      const double share = static_cast<double>(views_.size() - back) / static_cast<double>(distinct.size());
      for (const uint32_t session : index_->newest_of[Index(views_[back])]) {
        if (const auto known = similarity_.find(session); known != similarity_.end()) {
          known->second += share;
          continue;
        }
        if (similarity_.size() == options_.m) {
          // The list is newest first: no later session of this item can enter either.
          if (index_->age[session] <= oldest.top()) break;
          similarity_.erase(oldest.top().second);
          oldest.pop();
        }
        similarity_.emplace(session, share);
        oldest.push(index_->age[session]);
      }
    }
  }

  void KeepNearest() {
    nearest_.assign(similarity_.begin(), similarity_.end());
    const auto nearer = [&](const auto& a, const auto& b) {
      return a.second != b.second ? a.second > b.second : index_->age[a.first] > index_->age[b.first];
    };
    const size_t kept = std::min<size_t>(options_.k, nearest_.size());
    std::partial_sort(nearest_.begin(), nearest_.begin() + static_cast<ptrdiff_t>(kept), nearest_.end(),
                      nearer);
    nearest_.resize(kept);
  }

  double WeightOfNewestShared(std::span<const ItemId> items) const {
    for (size_t back = 0; back < views_.size(); ++back) {
      if (std::binary_search(items.begin(), items.end(), views_[back]))
        return 1 - 0.1 * static_cast<double>(back + 1);
    }
    return 0;
  }

  std::shared_ptr<const SessionIndex> index_;
  VsknnOptions options_;
  ScoreSums sums_;
  std::vector<ItemId> views_;
  std::unordered_map<uint32_t, double> similarity_;
  std::vector<std::pair<uint32_t, double>> nearest_;
};

}  // namespace

absl::StatusOr<Method> VsknnMethod(const World& world, const VsknnOptions& options) {
  if (options.m == 0 || options.k == 0 || options.last == 0) {
    return absl::InvalidArgumentError(absl::StrCat("vsknn: m, k and last must be at least 1, got ", options.m,
                                                   ", ", options.k, ", ", options.last));
  }
  auto index = std::make_shared<const SessionIndex>(BuildIndex(world, options.m));
  return Method{"vsknn", [index, options] { return std::make_unique<VsknnRanker>(index, options); }};
}

}  // namespace awase
