// The cart answer on a model of 100,000 items with 100 neighbours each. Every question of the benchmark is
// first answered by the slow twin too; a difference ends the run before anything is timed.
//
// Carts are drawn anew for each question, from items as popular as a shop's, so that rows come from memory as
// they would in a server; figures are per question.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engine/answer/answer.h"
#include "engine/answer/evidence.h"
#include "engine/filter/filter.h"
#include "engine/model/shelf.h"
#include "engine/profile/personal.h"
#include "tests/support/slow_answer.h"

namespace awase {
namespace {

constexpr uint32_t kItems = 100'000, kNeighbours = 100, kQuestions = 4096;

// Rank of a Zipf-like draw: density 1 / rank.
uint32_t ZipfRank(std::mt19937_64& random) {
  const double u = std::uniform_real_distribution<>(0, 1)(random);
  return std::min<uint32_t>(kItems - 1, static_cast<uint32_t>(std::pow(double{kItems}, u)) - 1);
}

// Popular items lie anywhere among the numbers, as ids do in a shop.
uint32_t Scatter(uint32_t rank) { return static_cast<uint32_t>(uint64_t{rank} * 61'813 % kItems); }

void AddRandomRow(ModelDraft& draft, uint32_t item, std::mt19937_64& random, std::vector<uint32_t>& seen) {
  const size_t begin = draft.edges.size();
  while (draft.edges.size() - begin < kNeighbours) {
    // Half the neighbours are popular, half are from anywhere.
    const uint32_t to =
        random() % 2 == 0 ? Scatter(ZipfRank(random)) : static_cast<uint32_t>(random() % kItems);
    if (to == item || seen[to] == item + 1) continue;
    seen[to] = item + 1;
    const double u = std::uniform_real_distribution<>(0, 1)(random);
    draft.edges.push_back({to, static_cast<float>(std::pow(u, 3) + 1e-6)});
    draft.evidence.push_back({1 + static_cast<uint32_t>(random() % 50), 1, kNoLag, 0});
  }
  std::sort(
      draft.edges.begin() + static_cast<ptrdiff_t>(begin), draft.edges.end(),
      [](const Edge& a, const Edge& b) { return a.score != b.score ? a.score > b.score : a.item < b.item; });
  draft.edge_offsets.push_back(draft.edges.size());
}

ModelDraft LargeDraft() {
  std::mt19937_64 random(1);
  ModelDraft draft;
  std::vector<uint32_t> seen(kItems);
  draft.items.resize(kItems);
  draft.support_units.resize(kItems);
  draft.recent_sales.resize(kItems);
  draft.edges.reserve(size_t{kItems} * kNeighbours);
  draft.evidence.reserve(size_t{kItems} * kNeighbours);
  char id[16];
  for (uint32_t i = 0; i < kItems; ++i) {
    std::snprintf(id, sizeof(id), "item-%07u", i);
    Item& item = draft.items[i];
    item.id = id;
    item.titles = {{"", std::string("Thing ") + id}, {"ja", std::string("品物") + id}};
    item.category = "shop/" + std::to_string(i % 20) + "/" + std::to_string(i % 300);
    item.price = static_cast<Micros>(random() % 10'000) * 1'000'000;
    item.available = random() % 50 != 0;
    item.repeatable = random() % 5 != 0;
    item.attributes = {{"brand", "brand " + std::to_string(random() % 100)}};
  }
  for (uint32_t rank = 0; rank < kItems; ++rank) {
    draft.support_units[Scatter(rank)] = 50 + 400'000 / (rank + 10);
    draft.recent_sales[Scatter(rank)] = 20'000 / (rank + 10);
  }
  draft.support_customers = draft.support_units;
  for (uint32_t i = 0; i < kItems; ++i) AddRandomRow(draft, i, random, seen);
  draft.units = 1'000'000;
  draft.customers = 300'000;
  draft.options_json = R"({"signal":"order","unit":"order","window_seconds":0,"popularity_days":28})";
  return draft;
}

std::shared_ptr<const Model> TheModel() {
  static const std::shared_ptr<const Model> model = *Model::FromDraft(LargeDraft());
  return model;
}

enum class Kind { kPlain, kPersonal, kFilter, kRules };

struct Questions {
  std::vector<std::vector<ItemId>> carts;
  std::vector<std::vector<Owned>> owned;
  Bitset some;
  RankingRule boost{.id = "boost", .condition = "", .item_filter = "", .effect = Boost{1.5}};
  ActiveRule rules[1];

  Questions(size_t cart_size, Kind kind)
      : some(*Filter::Parse("price < 8000")->Select(*TheModel())), kind_(kind) {
    std::mt19937_64 random(cart_size);
    rules[0] = {0, &some, &boost};
    for (uint32_t q = 0; q < kQuestions; ++q) {
      std::vector<ItemId> cart;
      while (cart.size() < cart_size) {
        const ItemId item{Scatter(ZipfRank(random))};
        if (std::find(cart.begin(), cart.end(), item) == cart.end()) cart.push_back(item);
      }
      carts.push_back(cart);
      std::vector<Owned> items;
      for (uint32_t n = 0; kind == Kind::kPersonal && n < 50; ++n) {
        items.push_back({ItemId{Scatter(ZipfRank(random))}, 1.0f / static_cast<float>(n + 1), 1});
      }
      std::sort(items.begin(), items.end(), [](const Owned& a, const Owned& b) { return a.item < b.item; });
      owned.push_back(items);
    }
  }
  Query At(size_t q) const {
    Query query{.cart = carts[q % kQuestions], .max_results = 20};
    if (kind_ == Kind::kPersonal) query.personal = owned[q % kQuestions];
    if (kind_ == Kind::kFilter) query.allowed = &some;
    if (kind_ == Kind::kRules) query.rules = rules;
    return query;
  }

 private:
  Kind kind_;
};

// Compares with the slow twin; false ends the program.
bool Verify(const Questions& questions, Detail detail) {
  const auto scratch = MakeScratch();
  Answer fast;
  for (size_t q = 0; q < 200; ++q) {
    Recommend(*TheModel(), questions.At(q), detail, *scratch, fast);
    const std::string difference =
        testing::Difference(fast, testing::SlowRecommend(*TheModel(), questions.At(q), detail));
    if (difference.empty()) continue;
    std::fprintf(stderr, "answer_bench: wrong answer to question %zu: %s\n", q, difference.c_str());
    return false;
  }
  return true;
}

void Ask(benchmark::State& state, Kind kind, Detail detail) {
  const Questions questions(static_cast<size_t>(state.range(0)), kind);
  if (!Verify(questions, detail)) std::exit(1);
  const auto scratch = MakeScratch();
  Answer answer;
  size_t q = 0;
  for (auto _ : state) {
    Recommend(*TheModel(), questions.At(q++), detail, *scratch, answer);
    benchmark::DoNotOptimize(answer.results.data());
  }
}

void Cart(benchmark::State& state) { Ask(state, Kind::kPlain, Detail::kBasic); }
void CartExplained(benchmark::State& state) { Ask(state, Kind::kPlain, Detail::kExplained); }
void CartPersonal(benchmark::State& state) { Ask(state, Kind::kPersonal, Detail::kBasic); }
void CartFiltered(benchmark::State& state) { Ask(state, Kind::kFilter, Detail::kBasic); }
void CartBoosted(benchmark::State& state) { Ask(state, Kind::kRules, Detail::kBasic); }
BENCHMARK(Cart)->Arg(1)->Arg(2)->Arg(8)->Arg(40)->Arg(200);
BENCHMARK(CartExplained)->Arg(2)->Arg(8);
BENCHMARK(CartPersonal)->Arg(2)->Arg(8);
BENCHMARK(CartFiltered)->Arg(2)->Arg(8);
BENCHMARK(CartBoosted)->Arg(2)->Arg(8);

// One result's reason and evidence.
void ReasonInWords(benchmark::State& state, const char* language) {
  const Questions questions(8, Kind::kPlain);
  const auto scratch = MakeScratch();
  Answer answer;
  Recommend(*TheModel(), questions.At(0), Detail::kExplained, *scratch, answer);
  size_t r = 0;
  for (auto _ : state) {
    const Reason reason = ReasonFor(*TheModel(), answer.results[r++ % answer.results.size()], language);
    benchmark::DoNotOptimize(reason.text.data());
  }
}
BENCHMARK_CAPTURE(ReasonInWords, en, "en");
BENCHMARK_CAPTURE(ReasonInWords, ja, "ja");

void FindItem(benchmark::State& state) {
  std::mt19937_64 random(3);
  std::vector<std::string> ids;
  for (int n = 0; n < 4096; ++n)
    ids.emplace_back(TheModel()->item_id(ItemId{static_cast<uint32_t>(random() % kItems)}));
  size_t n = 0;
  for (auto _ : state) benchmark::DoNotOptimize(TheModel()->Find(ids[n++ % ids.size()]));
}
BENCHMARK(FindItem);

void CompileFilter(benchmark::State& state, const char* text) {
  for (auto _ : state) {
    const auto set = Filter::Parse(text)->Select(*TheModel());
    benchmark::DoNotOptimize(set->Count());
  }
}
BENCHMARK_CAPTURE(CompileFilter, price, "price >= 100 AND price < 5000")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(CompileFilter, category, "category:\"shop/3\" OR category:\"shop/5\"")
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(CompileFilter, brand, "attributes.brand = \"brand 7\"")->Unit(benchmark::kMicrosecond);

void FoldHistory(benchmark::State& state) {
  std::mt19937_64 random(4);
  std::vector<ItemId> items;
  for (int n = 0; n < 50; ++n) items.push_back(ItemId{Scatter(ZipfRank(random))});
  std::vector<std::span<const ItemId>> orders;
  for (size_t n = 0; n < 50; n += 5) orders.push_back(std::span(items).subspan(n, 5));
  std::vector<Owned> owned;
  for (auto _ : state) {
    PersonalFrequency(orders, 0.9f, owned);
    benchmark::DoNotOptimize(owned.data());
  }
}
BENCHMARK(FoldHistory);

// Publishing and opening the 240 MB file, as it lies in the page cache.
class OnDisk {
 public:
  OnDisk()
      : folder_(std::filesystem::temp_directory_path() / "awase_answer_bench"), shelf_(folder_.string()) {
    version_ = shelf_.Publish(LargeDraft()).value_or(0);
  }
  ~OnDisk() { std::filesystem::remove_all(folder_); }
  void Open(bool full) const { benchmark::DoNotOptimize(shelf_.Open(version_, full).value()->items()); }

 private:
  std::filesystem::path folder_;
  Shelf shelf_;
  Version version_ = 0;
};
void OpenModel(benchmark::State& state, bool full) {
  static const OnDisk file;
  for (auto _ : state) file.Open(full);
}
BENCHMARK_CAPTURE(OpenModel, plain, false)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(OpenModel, full, true)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace awase

BENCHMARK_MAIN();
