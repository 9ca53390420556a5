// Labels of many baskets into their stream.
#ifndef AWASE_ENGINE_KERNELS_BASKETS_H_
#define AWASE_ENGINE_KERNELS_BASKETS_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace awase::kernels {

// So many labels behind the last basket may be read.
inline constexpr size_t kLabelSlack = 16;

struct PlacedBasket {
  uint32_t at;  // its first word in the stream, as PlaceBasket says
  uint32_t size;
  uint32_t weight;
};

// Writes baskets one behind the other as stream.h has them, and where each begins. Their labels stand one
// behind the other in `labels`, each once in a basket. Words from `free` on that are skipped become zero;
// nothing behind the last basket is written. Returns the first word behind it.
uint64_t WriteBaskets(std::span<PlacedBasket> baskets, const uint32_t* labels, bool hot, uint64_t free,
                      uint16_t* stream) noexcept;

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_BASKETS_H_
