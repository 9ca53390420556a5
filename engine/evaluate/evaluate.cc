#include "engine/evaluate/evaluate.h"

#include <chrono>
#include <memory>
#include <utility>

#include "absl/status/status.h"

#include "engine/evaluate/baselines.h"
#include "engine/evaluate/figures.h"
#include "engine/evaluate/served.h"

namespace awase {
namespace {

// Some steps of a seed, so that progress has something to count.
constexpr uint64_t kStepsOfSeed = 14;

// A session's earlier views and the orders before the next basket are what is asked, not history on top of
// it.
bool AsksThePast(Protocol protocol) {
  return protocol == Protocol::kSession || protocol == Protocol::kNextBasket;
}

class Run {
 public:
  Run(const FactTable& facts, const EvaluateOptions& options, const Progress& progress)
      : facts_(facts), options_(options), progress_(progress) {}

  absl::StatusOr<Evaluation> Go() {
    const auto started = std::chrono::steady_clock::now();
    SplitOptions split;
    split.kind = options_.split.value_or(HasTimes(facts_) ? SplitKind::kTime : SplitKind::kRandom);
    split.test_days = options_.test_days;
    split.test_share = options_.test_share;
    const bool random = split.kind == SplitKind::kRandom;
    evaluation_.seeds = options_.seeds > 0               ? options_.seeds
                        : random                         ? 10
                        : AsksThePast(options_.protocol) ? 1
                                                         : 5;
    // A random split is drawn anew with each seed; otherwise one world is asked with all seeds.
    const uint32_t worlds = random ? evaluation_.seeds : 1;
    for (uint32_t world = 0; world < worlds; ++world) {
      split.seed = options_.seed + world;
      std::vector<uint64_t> seeds{split.seed};
      if (!random) {
        seeds.clear();
        for (uint32_t seed = 0; seed < evaluation_.seeds; ++seed) seeds.push_back(options_.seed + seed);
      }
      if (absl::Status status = AskWorld(split, seeds); !status.ok()) return status;
    }
    figures_.Finish(options_.bootstrap_draws, options_.seed, evaluation_);
    evaluation_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return std::move(evaluation_);
  }

 private:
  // What one world is asked with one seed.
  struct Asked {
    uint64_t seed;
    ProbeSet set;
    std::vector<std::pair<std::string, Judgement>> judgements;
  };

  void Step() {
    if (progress_) progress_("evaluating", steps_, kStepsOfSeed * evaluation_.seeds);
    ++steps_;
  }

  absl::Status AskWorld(const SplitOptions& split_options, const std::vector<uint64_t>& seeds) {
    const absl::StatusOr<Split> split = MakeSplit(facts_, split_options);
    if (!split.ok()) return split.status();
    absl::StatusOr<World> world = MakeWorld(facts_, *split, Role::kTest, options_.non_product_patterns);
    if (!world.ok()) return world.status();
    std::vector<Asked> asked;
    for (const uint64_t seed : seeds) {
      asked.push_back({seed, MakeProbes(*world, facts_, {.protocol = options_.protocol, .seed = seed}), {}});
      if (asked.back().set.baskets.empty()) {
        return absl::FailedPreconditionError(
            "evaluate: no basket is left to ask (2 items known from training are needed)");
      }
    }
    if (first_) Describe(*split, *world, asked.front().set);
    if (absl::Status status = AskServed(*split, *world, asked); !status.ok()) return status;
    if (absl::Status status = AskRivals(*world, asked); !status.ok()) return status;
    first_ = false;

    std::vector<uint32_t> support(world->known.items(), 0);
    for (const ItemId item : world->known.orders().by_unit.values) ++support[Index(item)];
    for (const Asked& one : asked) {
      figures_.Begin(one.set, support);
      for (const auto& [name, judgement] : one.judgements) figures_.Add(name, one.set, judgement);
    }
    return absl::OkStatus();
  }

  void Describe(const Split& split, const World& world, const ProbeSet& set) {
    evaluation_.split = split;
    evaluation_.known_orders = world.known.orders().size();
    std::vector<bool> seen(world.known.items(), false);
    for (const ItemId item : world.known.orders().by_unit.values) seen[Index(item)] = true;
    for (const bool trained : seen) evaluation_.known_items += trained;
    evaluation_.asked_orders = split.Count(Role::kTest);
    evaluation_.baskets = set.baskets.size();
    evaluation_.probes = set.probes.size();
  }

  void Judge(const Method& method, const World& world, std::vector<Asked>& asked) {
    for (Asked& one : asked) {
      Step();
      one.judgements.emplace_back(method.name, JudgeMethod(method, one.set, world.known.items()));
    }
  }

  absl::StatusOr<std::unique_ptr<Validation>> MakeValidation(const Split& split, bool with_past) const {
    ValidateOptions validate;
    validate.probes.protocol = options_.protocol;
    validate.probes.seed = options_.seed;
    validate.with_past = with_past;
    validate.non_product_patterns = options_.non_product_patterns;
    validate.catalogue = options_.catalogue;
    return Validation::Make(facts_, split, Role::kValidation, validate);
  }

  absl::StatusOr<TrainOptions> ChooseDefault(const Split& split) {
    if (options_.measure) return WithMeasure(options_.base, *options_.measure);
    absl::StatusOr<std::unique_ptr<Validation>> validation =
        MakeValidation(split, AsksThePast(options_.protocol));
    Choice choice{WithMeasure(options_.base, Measure::kLlr), {}, 0};
    if (validation.ok()) choice = ChooseMeasure(**validation, options_.base);
    if (first_) evaluation_.choice = choice;
    return choice.options;
  }

  absl::Status AskServed(const Split& split, const World& world, std::vector<Asked>& asked) {
    const absl::StatusOr<TrainOptions> chosen = ChooseDefault(split);
    if (!chosen.ok()) return chosen.status();
    if (first_) evaluation_.awase_options = ToJson(*chosen);
    const absl::StatusOr<std::shared_ptr<const Model>> model = TrainOn(world, options_.catalogue, *chosen);
    if (!model.ok()) return model.status();
    Judge(ServedMethod("awase", *model, BlendOf(**model), AsksThePast(options_.protocol)), world, asked);
    Judge(ServedMethod("awase_personal", *model, BlendOf(**model), true), world, asked);
    if (options_.tune) {
      if (absl::Status status = AskTuned(split, world, asked); !status.ok()) return status;
    }
    for (const Measure measure : {Measure::kJaccard, Measure::kLlr, Measure::kConfidence, Measure::kCosine}) {
      const auto cold = TrainOn(world, options_.catalogue, WithMeasure(options_.base, measure));
      if (!cold.ok()) return cold.status();
      const std::string name = "awase_" + std::string(Name(measure));
      Judge(ServedMethod(name, *cold, BlendOf(**cold), AsksThePast(options_.protocol)), world, asked);
    }
    return absl::OkStatus();
  }

  absl::Status AskTuned(const Split& split, const World& world, std::vector<Asked>& asked) {
    absl::StatusOr<std::unique_ptr<Validation>> validation = MakeValidation(split, true);
    if (!validation.ok()) return validation.status();
    absl::StatusOr<Tuned> tuned = Tune(**validation, options_.base, progress_);
    if (!tuned.ok()) return tuned.status();
    const absl::StatusOr<std::shared_ptr<const Model>> model =
        TrainOn(world, options_.catalogue, tuned->options);
    if (!model.ok()) return model.status();
    Judge(ServedMethod("awase_tuned", *model, BlendOf(**model), true), world, asked);
    if (first_) evaluation_.tuned = *std::move(tuned);
    return absl::OkStatus();
  }

  absl::Status AskRivals(const World& world, std::vector<Asked>& asked) {
    Judge(PopularityMethod(world.known), world, asked);
    const auto counts =
        std::make_shared<const CoCounts>(CountTogether(world.known.orders(), world.known.items()));
    for (const Plain plain :
         {Plain::kCount, Plain::kConfidence, Plain::kCosine, Plain::kJaccard, Plain::kLlr}) {
      Judge(PlainMethod(plain, counts), world, asked);
    }
    Judge(PersonalMethod(world.known), world, asked);
    if (!options_.vsknn) return absl::OkStatus();
    const absl::StatusOr<Method> vsknn = VsknnMethod(world, *options_.vsknn);
    if (!vsknn.ok()) return vsknn.status();
    Judge(*vsknn, world, asked);
    return absl::OkStatus();
  }

  const FactTable& facts_;
  const EvaluateOptions& options_;
  const Progress& progress_;
  Evaluation evaluation_;
  Figures figures_;
  bool first_ = true;
  uint64_t steps_ = 0;
};

}  // namespace

absl::StatusOr<Evaluation> Evaluate(const FactTable& facts, const EvaluateOptions& options,
                                    const Progress& progress) {
  if (options.vsknn && options.protocol != Protocol::kSession) {
    return absl::InvalidArgumentError("method vsknn: ranks sessions and needs the protocol session, got " +
                                      std::string(Name(options.protocol)));
  }
  if (options.bootstrap_draws < 40) {
    return absl::InvalidArgumentError("bootstrap draws: must be at least 40, got " +
                                      std::to_string(options.bootstrap_draws));
  }
  if (absl::Status status = Validate(options.base); !status.ok()) return status;
  if (options.protocol == Protocol::kSession && !facts.views.empty()) {
    const FactTable sessions = SessionsAsOrders(facts);
    return Run(sessions, options, progress).Go();
  }
  return Run(facts, options, progress).Go();
}

}  // namespace awase
