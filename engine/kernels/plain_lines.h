// Lines of orders in vectors, as long as nothing about them is out of the ordinary.
#ifndef AWASE_ENGINE_KERNELS_PLAIN_LINES_H_
#define AWASE_ENGINE_KERNELS_PLAIN_LINES_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace awase::kernels {

// Behind the last begin of an order as many may be written.
inline constexpr size_t kBeginSlack = 16;

// Bit of an item's entry that says whether it was met; the others are its rank, or all set where it has none.
inline constexpr uint32_t kMet = uint32_t{1} << 31;

struct PlainLines {
  uint32_t lines = 0;   // that are plain, from the first one on
  uint32_t orders = 0;  // that begin among them
};

// `lines` are four words each: order, item, quantity, time. A line is plain where its item has a rank, its
// quantity is above zero, first_time <= time <= last_time, and its time is that of the line before where the
// order is. Writes the rank of each to ranks[line] and where orders begin, the first line among them, to
// `begins`; marks their items as met. Threads may call it together on the same entries. May find fewer than
// there are: on machines without wide vectors none.
PlainLines ReadPlainLines(std::span<const uint32_t> lines, uint32_t first_time, uint32_t last_time,
                          uint32_t* entries, uint32_t* ranks, uint32_t* begins) noexcept;

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_PLAIN_LINES_H_
