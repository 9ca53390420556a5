#include "tests/support/slow_answer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <sstream>
#include <variant>

namespace awase::testing {
namespace {

struct Candidate {
  float together = 0, personal = 0;
};

float Scale(float largest) { return largest > 0 ? 1 / largest : 0; }

// All steps over plain maps; nothing here is meant to be quick.
class SlowQuestion {
 public:
  SlowQuestion(const Model& model, const Query& query) : model_(model), query_(query) {
    for (const ItemId item : query.cart) anchors_.insert(Index(item));
    for (const ItemId item : query.focus) anchors_.insert(Index(item));
    for (const ItemId item : query.exclude) excluded_.insert(Index(item));
    for (const uint32_t anchor : anchors_) {
      for (const Edge& edge : model.neighbours(ItemId{anchor})) candidates_[edge.item].together += edge.score;
    }
    for (const Owned& owned : query.personal) {
      candidates_[Index(owned.item)].personal += owned.weight;
      if (!model.repeatable(owned.item)) owned_.insert(Index(owned.item));
    }
    float most_together = 0, most_personal = 0;
    for (const auto& [item, candidate] : candidates_) {
      if (anchors_.count(item)) continue;
      most_together = std::max(most_together, candidate.together);
      most_personal = std::max(most_personal, candidate.personal);
    }
    together_scale_ = Scale(most_together);
    personal_scale_ = Scale(most_personal);
    sales_scale_ = Scale(static_cast<float>(model.max_recent_sales()));
  }

  Answer Run(Detail detail) {
    for (const auto& [item, candidate] : candidates_) {
      if (anchors_.count(item) && candidate.together > 0) Count(Suppression::kInCart);
    }
    Pin();
    Rank();
    if (query_.fallback != Fallback::kNone) FallBack();
    PlacePins();
    uint64_t known = answer_.results.size();
    for (const uint32_t n : answer_.suppressed) known += n;
    while (known < query_.max_results && answer_.results.size() < query_.max_results) {
      Count(Suppression::kNoCandidate);
      ++known;
    }
    if (detail != Detail::kFull && answer_.results.size() == query_.max_results) {
      std::fill(std::begin(answer_.suppressed), std::end(answer_.suppressed), 0);
    }
    if (detail != Detail::kBasic) Explain();
    return answer_;
  }

 private:
  void Count(Suppression reason) { ++answer_.suppressed[static_cast<size_t>(reason)]; }
  float Popularity(uint32_t item) const {
    return query_.blend.popularity * (static_cast<float>(model_.recent_sales()[item]) * sales_scale_);
  }
  Result Parts(uint32_t item) const {
    Result result{.item = ItemId{item},
                  .score = 0,
                  .source = Source::kCoPurchase,
                  .co_purchase = 0,
                  .personal = 0,
                  .popularity = Popularity(item)};
    const auto at = candidates_.find(item);
    if (at == candidates_.end()) return result;
    result.co_purchase = at->second.together * together_scale_;
    result.personal = query_.blend.personal * (at->second.personal * personal_scale_);
    return result;
  }
  static float Sum(const Result& parts) { return (parts.co_purchase + parts.personal) + parts.popularity; }
  bool IsCandidate(uint32_t item) const {
    return candidates_.count(item) && !anchors_.count(item) && Sum(Parts(item)) > 0;
  }

  bool IsSubstitute(uint32_t item) const {
    for (const uint32_t anchor : anchors_) {
      const uint32_t category = model_.category(ItemId{item}), group = model_.group(ItemId{item});
      if (category != kNoCategory && category == model_.category(ItemId{anchor})) return true;
      if (group != kNoGroup && group == model_.group(ItemId{anchor})) return true;
    }
    return false;
  }
  Suppression Gate(uint32_t item, bool pin) const {
    if (anchors_.count(item)) return Suppression::kInCart;
    if (owned_.count(item)) return Suppression::kOwned;
    if (!model_.available(ItemId{item})) return Suppression::kUnavailable;
    if (query_.allowed != nullptr && !query_.allowed->Test(item)) return Suppression::kFiltered;
    if (!pin && query_.exclude_substitutes && IsSubstitute(item)) return Suppression::kSubstitute;
    if (excluded_.count(item)) return Suppression::kExcluded;
    for (const ActiveRule& rule : query_.rules) {
      if (std::holds_alternative<Hide>(rule.definition->effect) && rule.items->Test(item))
        return Suppression::kHidden;
    }
    return Suppression::kCount;
  }
  float Boosted(uint32_t item, Result& result) const {
    for (const ActiveRule& rule : query_.rules) {
      const Boost* boost = std::get_if<Boost>(&rule.definition->effect);
      if (boost == nullptr || !rule.items->Test(item)) continue;
      result.boost *= static_cast<float>(boost->factor);
      result.rule = rule.rule;
    }
    return result.boost;
  }
  bool CategoryHasRoom(uint32_t item) {
    const uint32_t category = model_.category(ItemId{item});
    if (query_.max_per_category == 0 || category == kNoCategory) return true;
    if (in_category_[category] == query_.max_per_category) return false;
    ++in_category_[category];
    return true;
  }

  void Pin() {
    for (const ActiveRule& rule : query_.rules) {
      const ::awase::Pin* pin = std::get_if<::awase::Pin>(&rule.definition->effect);
      if (pin == nullptr || pin->position > query_.max_results || pins_.size() == query_.max_results)
        continue;
      for (uint32_t item = 0; item < model_.items(); ++item) {
        if (!rule.items->Test(item) || pinned_.count(item) || Gate(item, true) != Suppression::kCount)
          continue;
        pinned_.insert(item);
        CategoryHasRoom(item);
        Result result = Parts(item);
        result.score = Sum(result);
        result.source = Source::kManual;
        result.rule = rule.rule;
        pins_.emplace_back(pin->position, result);
        break;
      }
    }
    wanted_ = query_.max_results - pins_.size();
  }

  void Rank() {
    std::vector<Result> ranked;
    for (const auto& [item, candidate] : candidates_) {
      if (!IsCandidate(item) || pinned_.count(item)) continue;
      const Suppression gate = Gate(item, false);
      if (gate != Suppression::kCount) {
        Count(gate);
        continue;
      }
      Result result = Parts(item);
      result.score = Sum(result) * Boosted(item, result);
      result.source = result.personal > result.co_purchase ? Source::kPersonal : Source::kCoPurchase;
      ranked.push_back(result);
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const Result& a, const Result& b) { return a.score > b.score; });
    for (const Result& result : ranked) {
      if (answer_.results.size() == wanted_) {
        Count(Suppression::kOutranked);
      } else if (!CategoryHasRoom(Index(result.item))) {
        Count(Suppression::kCategoryLimit);
      } else {
        answer_.results.push_back(result);
      }
    }
  }

  void FallBack() {
    std::set<uint32_t> categories;
    for (const uint32_t anchor : anchors_) categories.insert(model_.category(ItemId{anchor}));
    std::vector<uint32_t> interleaved;
    for (size_t rank = 0; rank < 1000 && !query_.exclude_substitutes; ++rank) {
      for (const uint32_t category : categories) {
        if (rank < model_.best_sellers(category).size())
          interleaved.push_back(model_.best_sellers(category)[rank]);
      }
    }
    FillFrom(interleaved, Source::kCategoryPopularity);
    if (query_.fallback != Fallback::kPopularity) return;
    const std::span<const uint32_t> best = model_.best_sellers();
    FillFrom({best.begin(), best.end()}, Source::kStorePopularity);
  }

  void FillFrom(const std::vector<uint32_t>& list, Source source) {
    bool boosted = false;
    for (const ActiveRule& rule : query_.rules)
      boosted |= std::holds_alternative<Boost>(rule.definition->effect);
    std::vector<Result> tier;
    for (const uint32_t item : list) {
      if (answer_.results.size() + (boosted ? 0 : tier.size()) == wanted_) break;
      if (boosted && tier.size() == 1000) break;
      if (IsCandidate(item) || pinned_.count(item) || !considered_.insert(item).second) continue;
      const Suppression gate = Gate(item, false);
      if (gate != Suppression::kCount) {
        Count(gate);
        continue;
      }
      Result result = Parts(item);
      result.co_purchase = result.personal = 0;
      result.score = Popularity(item) * Boosted(item, result);
      result.source = source;
      if (!boosted) {
        Take(result);
      } else {
        tier.push_back(result);
      }
    }
    std::stable_sort(tier.begin(), tier.end(), [](const Result& a, const Result& b) {
      return a.score != b.score ? a.score > b.score : a.item < b.item;
    });
    for (const Result& result : tier) {
      if (answer_.results.size() == wanted_) {
        Count(Suppression::kOutranked);
      } else {
        Take(result);
      }
    }
  }
  void Take(Result result) {
    if (!CategoryHasRoom(Index(result.item))) return Count(Suppression::kCategoryLimit);
    if (!answer_.results.empty()) {
      result.score = std::min(result.score, std::nextafter(answer_.results.back().score, 0.0f));
    }
    answer_.results.push_back(result);
  }

  void PlacePins() {
    std::stable_sort(pins_.begin(), pins_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    uint32_t before = 0, same = 0;
    for (const auto& [position, result] : pins_) {
      same = position == before ? same + 1 : 0;
      before = position;
      const size_t at = std::min<size_t>(position - 1 + same, answer_.results.size());
      answer_.results.insert(answer_.results.begin() + static_cast<ptrdiff_t>(at), result);
    }
  }

  void Explain() {
    for (Result& result : answer_.results) {
      std::vector<Contribution> all;
      for (const uint32_t anchor : anchors_) {
        const std::span<const Edge> row = model_.neighbours(ItemId{anchor});
        for (uint32_t e = 0; e < row.size(); ++e) {
          if (row[e].item == Index(result.item)) all.push_back({ItemId{anchor}, e, row[e].score});
        }
      }
      std::stable_sort(all.begin(), all.end(),
                       [](const auto& a, const auto& b) { return a.score > b.score; });
      result.contributions = static_cast<uint32_t>(std::min<size_t>(all.size(), 3));
      std::copy_n(all.begin(), result.contributions, result.contribution);
    }
  }

  const Model& model_;
  const Query& query_;
  Answer answer_;
  std::set<uint32_t> anchors_, excluded_, owned_, pinned_, considered_;
  std::map<uint32_t, Candidate> candidates_;
  std::map<uint32_t, uint32_t> in_category_;
  std::vector<std::pair<uint32_t, Result>> pins_;
  size_t wanted_ = 0;
  float together_scale_ = 0, personal_scale_ = 0, sales_scale_ = 0;
};

std::string Show(const Result& r) {
  std::ostringstream out;
  out.precision(9);
  out << Index(r.item) << " score " << r.score << " source " << static_cast<int>(r.source) << " parts "
      << r.co_purchase << " " << r.personal << " " << r.popularity << " boost " << r.boost << " rule "
      << static_cast<int>(r.rule);
  for (uint32_t c = 0; c < r.contributions; ++c) {
    const Contribution& by = r.contribution[c];
    out << " [" << Index(by.anchor) << "/" << by.edge << " " << by.score << "]";
  }
  return out.str();
}

}  // namespace

Answer SlowRecommend(const Model& model, const Query& query, Detail detail) {
  return SlowQuestion(model, query).Run(detail);
}

std::string Difference(const Answer& fast, const Answer& slow) {
  for (size_t r = 0; r < std::max(fast.results.size(), slow.results.size()); ++r) {
    const std::string a = r < fast.results.size() ? Show(fast.results[r]) : "nothing";
    const std::string b = r < slow.results.size() ? Show(slow.results[r]) : "nothing";
    if (a != b) return "result " + std::to_string(r) + ": fast " + a + ", slow " + b;
  }
  for (size_t s = 0; s < static_cast<size_t>(Suppression::kCount); ++s) {
    if (fast.suppressed[s] != slow.suppressed[s]) {
      return "suppressed " + std::to_string(s) + ": fast " + std::to_string(fast.suppressed[s]) + ", slow " +
             std::to_string(slow.suppressed[s]);
    }
  }
  return "";
}

}  // namespace awase::testing
