#include "engine/evaluate/served.h"

#include <cassert>
#include <utility>
#include <vector>

#include "engine/evaluate/metrics.h"
#include "engine/profile/personal.h"
#include "engine/train/train.h"

namespace awase {
namespace {

class ServedRanker : public Ranker {
 public:
  ServedRanker(std::shared_ptr<const Model> model, const Blend& blend, bool with_past)
      : model_(std::move(model)), with_past_(with_past), scratch_(MakeScratch()) {
    query_.max_results = kDepth;
    query_.fallback = Fallback::kNone;
    query_.blend = blend;
  }

  void Rank(const ProbeSet& set, const Probe& probe, std::vector<ItemId>& ranked) override {
    if (with_past_) Remember(set, probe);
    query_.cart = probe.excluded;
    query_.personal = owned_;
    Recommend(*model_, query_, Detail::kBasic, *scratch_, answer_);
    ranked.clear();
    for (const Result& result : answer_.results) {
      if (result.score > 0) ranked.push_back(result.item);
    }
  }

 private:
  // The probes of one basket come one after the other and share their past.
  void Remember(const ProbeSet& set, const Probe& probe) {
    if (remembered_ && set_ == &set && past_ == std::pair(probe.past_begin, probe.past_end)) return;
    PersonalFrequency(set.PastOf(probe), query_.blend.personal_decay, owned_);
    remembered_ = true;
    set_ = &set;
    past_ = {probe.past_begin, probe.past_end};
  }

  std::shared_ptr<const Model> model_;
  bool with_past_;
  std::unique_ptr<Scratch, ScratchDeleter> scratch_;
  Query query_;
  Answer answer_;
  std::vector<Owned> owned_;
  bool remembered_ = false;
  const ProbeSet* set_ = nullptr;
  std::pair<uint32_t, uint32_t> past_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const Model>> TrainOn(const World& world, std::span<const Item> catalogue,
                                                     const TrainOptions& options) {
  std::vector<Item> listed;
  size_t next = 0;
  for (uint32_t i = 0; i < world.known.items(); ++i) {
    const std::string& id = world.known.item_id(ItemId{i});
    while (next < catalogue.size() && catalogue[next].id < id) ++next;
    if (next == catalogue.size() || catalogue[next].id != id) continue;
    listed.push_back(catalogue[next]);
    listed.back().available = true;
  }
  absl::StatusOr<ModelDraft> draft = Train(world.known, listed, options);
  if (!draft.ok()) return draft.status();
  absl::StatusOr<std::shared_ptr<const Model>> model = Model::FromDraft(*draft);
  assert(!model.ok() || (*model)->items() == world.known.items());
  return model;
}

Method ServedMethod(std::string name, std::shared_ptr<const Model> model, const Blend& blend,
                    bool with_past) {
  return {std::move(name), [model = std::move(model), blend, with_past] {
            return std::make_unique<ServedRanker>(model, blend, with_past);
          }};
}

}  // namespace awase
