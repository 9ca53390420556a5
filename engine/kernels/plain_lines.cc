#include "engine/kernels/plain_lines.h"

#define HWY_DISABLED_TARGETS HWY_SSSE3
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/kernels/plain_lines.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace awase::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_AVX3

inline constexpr size_t kLanes = 16, kLineWords = 4;
inline constexpr size_t kAhead = 128;  // lines: the processor itself fetches ahead only within a page
using D = hn::CappedTag<uint32_t, kLanes>;
using V = hn::Vec<D>;

HWY_ALIGN constexpr uint32_t kBack[kLanes] = {15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};

// Each lane the one before; the first one the last lane of what was given before.
HWY_INLINE V Shifted(V v, V& before) {
  const D d;
  const V turned = hn::TableLookupLanes(v, hn::IndicesFromVec(d, hn::Load(d, kBack)));
  const V shifted = hn::IfThenElse(hn::FirstN(d, 1), before, turned);
  before = turned;
  return shifted;
}

// The first time of each item: rare, and other threads may do the same.
HWY_NOINLINE void Meet(const uint32_t* lines, uint32_t* entries) {
  for (size_t lane = 0; lane < kLanes; ++lane) {
    uint32_t* const entry = entries + lines[kLineWords * lane + 1];
    __atomic_store_n(entry, __atomic_load_n(entry, __ATOMIC_RELAXED) | kMet, __ATOMIC_RELAXED);
  }
}

PlainLines ReadPlainLinesHere(std::span<const uint32_t> lines, uint32_t first_time, uint32_t last_time,
                              uint32_t* entries, uint32_t* ranks, uint32_t* begins) {
  const D d;
  const hn::RebindToSigned<D> signed_d;
  const V first = hn::Set(d, first_time), length = hn::Set(d, last_time - first_time);
  const V no_rank = hn::Set(d, ~kMet);
  PlainLines plain;
  V orders = hn::Zero(d), times = hn::Zero(d);  // before
  for (; (plain.lines + kLanes) * kLineWords <= lines.size(); plain.lines += kLanes) {
    const uint32_t* const at = lines.data() + kLineWords * plain.lines;
    for (size_t line = 0; line < kLanes; line += 4) __builtin_prefetch(at + kLineWords * (line + kAhead));
    V order, item, quantity, time;
    hn::LoadInterleaved4(d, at, order, item, quantity, time);
    const V entry = hn::GatherIndex(d, entries, hn::BitCast(signed_d, item));
    const V rank = hn::AndNot(hn::Set(d, kMet), entry);
    auto begin = hn::Ne(order, Shifted(order, orders));
    if (plain.lines == 0) begin = hn::Or(begin, hn::FirstN(d, 1));
    const auto other_time = hn::Ne(time, Shifted(time, times));
    const auto bought = hn::Gt(hn::BitCast(signed_d, quantity), hn::Zero(signed_d));
    const auto in_range = hn::Not(hn::Gt(time - first, length));
    const auto counts = hn::And(hn::And(in_range, hn::RebindMask(d, bought)), hn::Ne(rank, no_rank));
    if (!hn::AllTrue(d, hn::And(counts, hn::Or(begin, hn::Not(other_time))))) break;
    if (!hn::AllTrue(d, hn::Ne(rank, entry))) Meet(at, entries);
    hn::StoreU(rank, d, ranks + plain.lines);
    hn::StoreU(hn::Compress(hn::Iota(d, plain.lines), begin), d, begins + plain.orders);
    plain.orders += static_cast<uint32_t>(hn::CountTrue(d, begin));
  }
  return plain;
}

#else

PlainLines ReadPlainLinesHere(std::span<const uint32_t>, uint32_t, uint32_t, uint32_t*, uint32_t*,
                              uint32_t*) {
  return {};
}

#endif  // HWY_TARGET

}  // namespace HWY_NAMESPACE
}  // namespace awase::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace awase::kernels {

HWY_EXPORT(ReadPlainLinesHere);

PlainLines ReadPlainLines(std::span<const uint32_t> lines, uint32_t first_time, uint32_t last_time,
                          uint32_t* entries, uint32_t* ranks, uint32_t* begins) noexcept {
  return HWY_DYNAMIC_DISPATCH(ReadPlainLinesHere)(lines, first_time, last_time, entries, ranks, begins);
}

}  // namespace awase::kernels
#endif  // HWY_ONCE
