#include "server/train/build.h"

#include <tbb/task_arena.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "engine/evaluate/plan.h"
#include "engine/evaluate/tune.h"
#include "engine/history/history.h"
#include "engine/train/train.h"

namespace awase {
namespace {

using Stage = std::function<void(std::string_view, double)>;

// As asked; else, for a repetition, as what serves; else as the store's plan says.
absl::StatusOr<TrainOptions> Choose(Store& store, const std::string& model_id, const FactTable& facts,
                                    const StoreSettings& settings, const std::vector<Item>& products,
                                    const std::optional<TrainingRequest>& request) {
  const auto front = store.front();
  const Served* serving = front->FindModel(model_id);
  if (!request.has_value() && serving != nullptr) {
    absl::StatusOr<TrainOptions> again = TrainOptionsFromJson(serving->model->options_json());
    if (again.ok()) again->min_support = std::max(again->min_support, settings.min_support);
    return again;
  }
  const TrainingRequest asked = request.value_or(TrainingRequest());
  auto tuned = store.ledger().GetDocument(kTunedDocument);
  if (!tuned.ok()) return tuned.status();
  const auto plan = PlanTraining({facts, settings, products, *std::move(tuned)}, Apply(asked, TrainOptions()),
                                 asked.automatic ? std::nullopt : std::optional(asked.measure));
  if (!plan.ok()) return plan.status();
  const TrainOptions options = Apply(asked, plan->options);
  if (absl::Status floor = CheckFloor(settings, options); !floor.ok()) return floor;
  return options;
}

absl::StatusOr<ModelDraft> TrainDraft(Store& store, const std::string& model_id, const FactTable& facts,
                                      Watermark at, const std::optional<TrainingRequest>& request,
                                      unsigned threads, const Stage& stage) {
  const auto settings = store.ledger().Settings();
  if (!settings.ok()) return settings.status();
  auto catalogue = store.ledger().ListItems();
  if (!catalogue.ok()) return catalogue.status();
  *catalogue = Products(*settings, *std::move(catalogue));
  stage("choose", 0.2);
  auto options = Choose(store, model_id, facts, *settings, *catalogue, request);
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

absl::StatusOr<Built> PublishDraft(const Shelf& shelf, const ModelDraft& draft, bool activate,
                                   const Stage& stage) {
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
    const absl::Status passed =
        base.ok() ? CheckGuards(Compare(**base, **candidate), Guards()) : absl::OkStatus();
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

absl::StatusOr<Built> BuildModel(Store& store, const std::string& model_id,
                                 const std::optional<TrainingRequest>& request, bool activate,
                                 unsigned threads, const Stage& stage) {
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
