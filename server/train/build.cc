#include "server/train/build.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <tbb/task_arena.h>

#include "absl/strings/str_cat.h"
#include "engine/base/glob.h"
#include "engine/evaluate/auto.h"
#include "engine/evaluate/tune.h"
#include "engine/history/history.h"
#include "engine/train/train.h"

namespace awase {
namespace {

using Stage = std::function<void(std::string_view, double)>;

// Privacy floor: the store's, else 5 where customers are known, 2 where every unit is anonymous (sessions are).
uint32_t Floor(const StoreSettings& settings, const FactTable& facts, Signal signal) {
  if (settings.min_support > 0) return settings.min_support;
  return signal == Signal::kOrder && facts.customers.size() > 0 ? 5 : 2;
}

// What a training reads of a store.
struct Stock {
  const FactTable& facts;
  const StoreSettings& settings;
  const std::vector<Item>& catalogue;  // products only
};

// As asked; else, for a repetition, as what serves; else as tuned; else by a short validation. Views and windows are no cart
// questions, so there `auto` is jaccard's cold default.
absl::StatusOr<TrainOptions> Choose(Store& store, const std::string& model_id, const Stock& stock,
                                    const std::optional<TrainingRequest>& request) {
  const auto front = store.front();
  const Served* serving = front->FindModel(model_id);
  if (!request.has_value() && serving != nullptr) return TrainOptionsFromJson(serving->model->options_json());

  const TrainingRequest asked = request.value_or(TrainingRequest());
  TrainOptions base = Apply(asked, TrainOptions());
  base.max_orders_per_customer = stock.settings.max_orders_per_customer;
  base.min_support = Floor(stock.settings, stock.facts, base.signal);
  if (!asked.automatic) return Apply(asked, WithMeasure(base, asked.measure));
  if (base.signal == Signal::kView || base.unit == CountingUnit::kCustomer) {
    return Apply(asked, WithMeasure(base, Measure::kJaccard));
  }
  const auto tuned = store.ledger().GetDocument(kTunedDocument);
  if (!tuned.ok()) return tuned.status();
  if (tuned->has_value()) {
    const auto options = TrainOptionsFromJson(**tuned);
    if (!options.ok()) return options.status();
    return Apply(asked, *options);
  }
  ValidateOptions validate;
  validate.non_product_patterns = stock.settings.non_product_patterns;
  validate.catalogue = stock.catalogue;
  const auto choice = ChooseOptions(stock.facts, base, validate);
  if (!choice.ok()) return choice.status();
  return Apply(asked, choice->options);
}

bool IsProduct(const StoreSettings& settings, const std::string& item_id) {
  return std::none_of(settings.non_product_patterns.begin(), settings.non_product_patterns.end(),
                      [&](const std::string& pattern) { return GlobMatches(pattern, item_id); });
}

absl::StatusOr<ModelDraft> TrainDraft(Store& store, const std::string& model_id, const FactTable& facts, Watermark at,
                                      const std::optional<TrainingRequest>& request, unsigned threads, const Stage& stage) {
  const auto settings = store.ledger().Settings();
  if (!settings.ok()) return settings.status();
  auto catalogue = store.ledger().ListItems();
  if (!catalogue.ok()) return catalogue.status();
  std::erase_if(*catalogue, [&](const Item& item) { return !IsProduct(*settings, item.id); });
  stage("choose", 0.2);
  auto options = Choose(store, model_id, {facts, *settings, *catalogue}, request);
  if (!options.ok()) return options.status();
  options->threads = threads;
  stage("history", 0.4);
  HistoryOptions history_options;
  history_options.non_product_patterns = settings->non_product_patterns;
  history_options.threads = threads;
  if (request.has_value()) history_options.from = request->from;
  if (request.has_value()) history_options.until = request->until;
  std::vector<std::string> also;
  also.reserve(catalogue->size());
  for (const Item& item : *catalogue) also.push_back(item.id);
  const auto history = History::Build(facts, history_options, also);
  if (!history.ok()) return history.status();
  stage("train", 0.5);
  auto draft = Train(*history, *catalogue, *options);
  if (draft.ok()) draft->ledger_sequence = at.sequence;
  return draft;
}

absl::StatusOr<Built> PublishDraft(const Shelf& shelf, const ModelDraft& draft, bool activate, const Stage& stage) {
  stage("publish", 0.9);
  const auto version = shelf.Publish(draft);
  if (!version.ok()) return version.status();
  Built built;
  built.version = *version;
  if (!activate) return built;
  stage("guards", 0.95);
  const auto serving = shelf.ReadServing();
  if (!serving.ok()) return serving.status();
  if (serving->active.has_value()) {
    const auto base = shelf.Open(*serving->active);
    const auto candidate = shelf.Open(*version);
    if (!candidate.ok()) return candidate.status();
    // A broken base cannot hold a sound successor back.
    const absl::Status passed = base.ok() ? CheckGuards(Compare(**base, **candidate), Guards()) : absl::OkStatus();
    if (!passed.ok()) {
      built.note = absl::StrCat("kept from serving: ", passed.message());
      return built;
    }
  }
  const absl::Status active = shelf.Activate(*version, serving->active);
  if (!active.ok()) return active;
  built.activated = true;
  return built;
}

}  // namespace

absl::StatusOr<Built> BuildModel(Store& store, const std::string& model_id, const std::optional<TrainingRequest>& request,
                                 bool activate, unsigned threads, const Stage& stage) {
  stage("read", 0);
  absl::StatusOr<ModelDraft> draft = absl::InternalError("train: no draft was made");
  // Choosing and training use all threads of the arena they run in.
  tbb::task_arena arena(static_cast<int>(threads));
  const absl::Status read = store.WithFacts([&](const FactTable& facts, Watermark at) {
    arena.execute([&] { draft = TrainDraft(store, model_id, facts, at, request, threads, stage); });
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  if (!draft.ok()) return draft.status();
  return PublishDraft(store.ShelfOf(model_id), *draft, activate, stage);
}

}  // namespace awase
