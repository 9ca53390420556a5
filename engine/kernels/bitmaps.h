// Baskets as bits, for catalogues that are dense: a visit then adds 512 labels at once.
//
// Labels lie in chunks of 512. A chunk holds one line of 64 bytes for every basket, bit k of which says
// whether the basket holds label 512 chunk + k, and behind the last basket a line of zeros.
#ifndef AWASE_ENGINE_KERNELS_BITMAPS_H_
#define AWASE_ENGINE_KERNELS_BITMAPS_H_

#include <cstddef>
#include <cstdint>

#include "engine/base/buffer.h"
#include "engine/kernels/stream.h"

namespace awase::kernels {

inline constexpr uint32_t kChunkLabels = 512;
inline constexpr uint32_t kLineLongs = kChunkLabels / 64;  // words of 64 bits in a line

struct Bitmaps {
  uint32_t baskets = 0;
  uint32_t chunks = 0;
  Buffer<uint64_t> lines;      // chunk after chunk, (baskets + 1) x kLineLongs each
  Buffer<uint32_t> basket_at;  // by position in the stream / kLeastBasket: number of the basket

  const uint64_t* chunk(uint32_t c) const { return lines.data() + c * (size_t{baskets} + 1) * kLineLongs; }
  uint32_t BasketAt(uint32_t position) const { return basket_at[position / kLeastBasket]; }
};

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_BITMAPS_H_
