// What the synthetic shop sells: kinds of products and what goes with what.
#ifndef AWASE_ENGINE_SYNTH_ASSORTMENT_H_
#define AWASE_ENGINE_SYNTH_ASSORTMENT_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace awase {

// Months in which a kind sells three times as well, as bits: 1 << (month - 1).
inline constexpr uint32_t kSpring = 0b0000'0001'1100, kSummer = 0b0001'1110'0000, kWinter = 0b1100'0000'0011,
                          kRains = 0b0000'0111'0000, kGifts = 0b1000'0000'0000, kAllYear = 0;

enum class Nature : uint8_t {
  kDurable,     // bought once
  kLadder,      // bought once, in a Basic, a Standard and a Premium version
  kPlan,        // a monthly plan with steps
  kConsumable,  // bought again and again
};

// A kind's companion: the kind, whether each anchor has one made for it ("ink for printer P12"), and how
// often it is taken.
struct GoesWith {
  std::string_view code;
  bool fitted = false;
  uint32_t per_thousand = 0;
};

struct Kind {
  std::string_view code;  // start of the item ids
  std::string_view title, title_ja;
  std::string_view category;
  uint32_t lowest, highest;  // JPY
  Nature nature;
  uint32_t season;
  GoesWith companion[2];  // code "" where there is none
};

// Anchors stand right before their companions, so that small shops have pairs too.
std::span<const Kind> Assortment();

struct Name {
  std::string_view en, ja;
};
std::span<const Name> Brands();
std::span<const Name> Colours();
std::span<const Name> Grades();  // three, lowest first

}  // namespace awase

#endif  // AWASE_ENGINE_SYNTH_ASSORTMENT_H_
