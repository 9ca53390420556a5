// Reasons in words. One table: what may be shown stands in one place, in both languages.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "absl/strings/ascii.h"

#include "engine/answer/evidence.h"
#include "engine/answer/options_value.h"

namespace awase {
namespace {

// "{name}" stands for a parameter; "{name#order|orders}" for a count with its noun, singular for 1.
struct Template {
  std::string_view id, english, japanese;
};

constexpr Template kSameOrder = {
    "also_bought_same_order", "Bought together with {anchor} in {joint} of its {anchor_count#order|orders}",
    "「{anchor}」をご購入の{anchor_count}件中{joint}件で一緒に購入されています"};
constexpr Template kByCustomers = {
    "also_bought_by_customers",
    "{joint} of {anchor_count#customer|customers} who bought {anchor} also bought this",
    "「{anchor}」をご購入のお客様{anchor_count}人のうち{joint}人が、こちらも購入されています"};
constexpr Template kWithinDays = {
    "also_bought_within_days",
    "{joint} of {anchor_count#customer|customers} who bought {anchor} also bought this within "
    "{days#day|days}",
    "「{anchor}」をご購入のお客様{anchor_count}人のうち{joint}人が、{days}日以内にこちらも購入されています"};
constexpr Template kWithinHours = {"also_bought_within_hours",
                                   "{joint} of {anchor_count#customer|customers} who bought {anchor} also "
                                   "bought this within {hours#hour|hours}",
                                   "「{anchor}」をご購入のお客様{anchor_count}人のうち{joint}人が、{hours}"
                                   "時間以内にこちらも購入されています"};
constexpr Template kNextWithinDays = {"bought_next_within_days",
                                      "{joint} of {anchor_count#customer|customers} who bought {anchor} came "
                                      "back for this within {days#day|days}",
                                      "「{anchor}」をご購入のお客様{anchor_count}人のうち{joint}人が、その後{"
                                      "days}日以内にこちらを購入されています"};
constexpr Template kViewed = {
    "also_viewed", "Viewed together with {anchor} in {joint} of its {anchor_count#visit|visits}",
    "「{anchor}」をご覧になった{anchor_count}回の訪問のうち{joint}回で、こちらも閲覧されています"};
constexpr Template kBoughtBefore = {"bought_before", "You have bought this before",
                                    "以前にもご購入いただいた商品です"};
constexpr Template kCategoryBest = {"best_seller_category", "A best seller in {category}",
                                    "「{category}」の売れ筋商品です"};
constexpr Template kCategoryBestCounted = {
    "best_seller_category",
    "A best seller in {category}: in {recent_orders#order|orders} of the last {days#day|days}",
    "「{category}」の売れ筋商品です（最近{days}日間の注文{recent_orders}件）"};
constexpr Template kStoreBest = {"best_seller_store", "A best seller of this shop", "当店の売れ筋商品です"};
constexpr Template kStoreBestCounted = {
    "best_seller_store",
    "A best seller of this shop: in {recent_orders#order|orders} of the last {days#day|days}",
    "当店の売れ筋商品です（最近{days}日間の注文{recent_orders}件）"};
constexpr Template kPinned = {"pinned", "Recommended by the shop", "当店のおすすめです"};

// Fewer recent orders than this are no praise.
constexpr uint32_t kWorthCounting = 5;
constexpr double kEndlessSeconds = 4.0e9;  // the window "all"

bool IsJapanese(std::string_view language) {
  return language.size() >= 2 && absl::ascii_tolower(language[0]) == 'j' &&
         absl::ascii_tolower(language[1]) == 'a' &&
         (language.size() == 2 || language[2] == '-' || language[2] == '_');
}

// 1234567 -> "1,234,567"; anything but digits stays as it is.
std::string Grouped(const std::string& text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return text;
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && (text.size() - i) % 3 == 0) out += ',';
    out += text[i];
  }
  return out;
}

class Sentence {
 public:
  Sentence(const Model& model, std::string_view language) : model_(model), language_(language) {}

  Sentence& With(std::string_view name, std::string value) {
    reason_.parameters.emplace_back(name, std::move(value));
    return *this;
  }
  Sentence& With(std::string_view name, uint64_t value) {
    counts_.emplace_back(name);
    return With(name, std::to_string(value));
  }
  Sentence& WithTitle(std::string_view name, ItemId item) {
    const std::string_view title = model_.title(item, language_);
    return With(name, std::string(title.empty() ? model_.item_id(item) : title));
  }
  Reason Say(const Template& words) {
    reason_.template_id = words.id;
    const std::string_view text = IsJapanese(language_) ? words.japanese : words.english;
    for (size_t at = 0; at < text.size();) {
      const size_t open = text.find('{', at);
      reason_.text += text.substr(at, open - at);
      if (open == std::string_view::npos) break;
      const size_t close = text.find('}', open);
      Fill(text.substr(open + 1, close - open - 1));
      at = close + 1;
    }
    return std::move(reason_);
  }

 private:
  void Fill(std::string_view slot) {
    const size_t hash = slot.find('#');
    const std::string_view name = slot.substr(0, hash);
    for (const auto& [parameter, value] : reason_.parameters) {
      if (parameter != name) continue;
      const bool counted = std::find(counts_.begin(), counts_.end(), name) != counts_.end();
      reason_.text += counted ? Grouped(value) : value;
      if (hash == std::string_view::npos) return;
      const std::string_view nouns = slot.substr(hash + 1);
      const size_t bar = nouns.find('|');
      reason_.text += ' ';
      reason_.text += value == "1" ? nouns.substr(0, bar) : nouns.substr(bar + 1);
      return;
    }
  }

  const Model& model_;
  std::string_view language_;
  std::vector<std::string_view> counts_;
  Reason reason_;
};

// The last part of a path: "home/kitchen/knives" -> "knives".
std::string_view LeafOf(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') + 1);
}

Reason CoPurchaseReason(const Model& model, const Result& result, std::string_view language) {
  const Evidence evidence = EvidenceOf(model, result.contribution[0].anchor, result.contribution[0].edge);
  Sentence sentence(model, language);
  sentence.WithTitle("anchor", evidence.anchor)
      .With("anchor_item_id", std::string(model.item_id(evidence.anchor)))
      .With("joint", evidence.joint)
      .With("anchor_count", evidence.anchor_count);
  const std::string_view options = model.options_json();
  if (OptionValue(options, "signal") == "view") return sentence.Say(kViewed);
  const double window = OptionNumber(options, "window_seconds").value_or(0);
  if (window <= 0 && OptionValue(options, "unit") != "customer") return sentence.Say(kSameOrder);
  if (window <= 0 || window >= kEndlessSeconds) return sentence.Say(kByCustomers);
  if (std::fmod(window, kSecondsPerDay) != 0) {
    return sentence.With("hours", static_cast<uint64_t>(std::ceil(window / 3600))).Say(kWithinHours);
  }
  sentence.With("days", static_cast<uint64_t>(window / kSecondsPerDay));
  return sentence.Say(OptionValue(options, "direction") == "after" ? kNextWithinDays : kWithinDays);
}

Reason BestSellerReason(const Model& model, const Result& result, std::string_view language) {
  Sentence sentence(model, language);
  const bool category = result.source == Source::kCategoryPopularity;
  if (category) {
    const std::string_view path = model.category_path(model.category(result.item));
    sentence.With("category", std::string(LeafOf(path))).With("category_path", std::string(path));
  }
  const uint32_t recent = model.recent_sales()[Index(result.item)];
  if (recent < kWorthCounting) return sentence.Say(category ? kCategoryBest : kStoreBest);
  sentence.With("recent_orders", recent)
      .With("days",
            static_cast<uint64_t>(OptionNumber(model.options_json(), "popularity_days").value_or(28)));
  return sentence.Say(category ? kCategoryBestCounted : kStoreBestCounted);
}

}  // namespace

Reason ReasonFor(const Model& model, const Result& result, std::string_view language) {
  Sentence sentence(model, language);
  switch (result.source) {
    case Source::kManual:
      return sentence.Say(kPinned);
    case Source::kPersonal:
      return sentence.Say(kBoughtBefore);
    case Source::kCategoryPopularity:
    case Source::kStorePopularity:
      return BestSellerReason(model, result, language);
    case Source::kCoPurchase:
      break;
  }
  // Without contributions (Detail::kBasic) there is nothing to count.
  return result.contributions == 0 ? sentence.Say(kStoreBest) : CoPurchaseReason(model, result, language);
}

}  // namespace awase
