#include "engine/synth/shopping.h"

namespace awase {
namespace {

class Browsing {
 public:
  Browsing(const Catalogue& shelves, SyntheticShop& shop)
      : shelves_(shelves), shop_(shop), dice_(shop.options.seed, 4), all_(ByPopularity(shelves)) {}

  void Run() {
    for (size_t begin = 0; begin < shop_.lines.size() && shop_.lines[begin].order < shop_.orders;) {
      size_t end = begin;
      while (end < shop_.lines.size() && shop_.lines[end].order == shop_.lines[begin].order) ++end;
      const SynthLine& first = shop_.lines[begin];
      if (dice_.Chance(600)) {
        Open(first.customer, first.time - 1800 - dice_.Below(1800));
        for (size_t l = begin; l < end; ++l) {
          if (shop_.lines[l].item == kPostage) continue;
          // People compare before they buy.
          if (dice_.Chance(700)) See(Similar(shop_.lines[l].item));
          See(shop_.lines[l].item);
        }
        ++shop_.sessions;
      }
      if (dice_.Chance(500)) JustLook(first.time + dice_.Below(7200));
      begin = end;
    }
  }

 private:
  void Open(uint32_t customer, UnixSeconds time) {
    customer_ = customer;
    time_ = time;
  }

  void See(uint32_t item) {
    shop_.views.push_back({shop_.sessions, customer_, time_, item});
    time_ += 5 + dice_.Below(90);
  }

  void JustLook(UnixSeconds time) {
    Open(kAnonymous, time);
    uint32_t item = all_.Draw(dice_);
    See(item);
    for (uint32_t more = dice_.Geometric(650, 15); more > 0; --more) {
      item = dice_.Chance(700) ? Similar(item) : all_.Draw(dice_);
      See(item);
    }
    ++shop_.sessions;
  }

  // A near one of the same kind.
  uint32_t Similar(uint32_t item) {
    const std::vector<uint32_t>& shelf = shelves_.by_kind[shelves_.kind[item]];
    const auto size = static_cast<uint32_t>(shelf.size());
    const uint32_t steps = dice_.Between(1, 3);
    const uint32_t direction = dice_.Chance(500) ? 1 : size - 1;
    return shelf[(shelves_.place[item] + steps * direction) % size];
  }

  const Catalogue& shelves_;
  SyntheticShop& shop_;
  Dice dice_;
  Weighted all_;
  uint32_t customer_ = kAnonymous;
  UnixSeconds time_ = kNoTime;
};

}  // namespace

void DrawViews(const Catalogue& shelves, SyntheticShop& shop) { Browsing(shelves, shop).Run(); }

}  // namespace awase
