#include "engine/kernels/row.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "engine/kernels/row_layout.h"
#include "engine/kernels/square.h"

// The one place where instruction sets are chosen for rows: what follows is compiled once for each, and the
// best is picked at run time. SSE4 stands for the older ones.
#define HWY_DISABLED_TARGETS HWY_SSSE3
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/kernels/row.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "engine/kernels/row_count-inl.h"
#include "engine/kernels/row_keep-inl.h"
#include "engine/kernels/row_square-inl.h"
#include "engine/kernels/turn-inl.h"

#if HWY_ONCE
namespace awase::kernels {

HWY_EXPORT(CountRowHere);
HWY_EXPORT(CountHotLineHere);
HWY_EXPORT(KeepRowHere);
HWY_EXPORT(CountSquareHere);
HWY_EXPORT(SquarePassesHere);
HWY_EXPORT(TurnSquareHere);

namespace {
size_t WholeChunks(uint32_t columns) {
  return (size_t{columns} + kChunkLabels - 1) / kChunkLabels * kChunkLabels;
}
}  // namespace

RowScratch::RowScratch(uint32_t size)
    : columns(size),
      counters(Buffer<uint64_t>::Zeros(WholeChunks(size) + 8)),
      stamps(Buffer<uint32_t>::Zeros(size)),
      repeats(Buffer<uint32_t>::Zeros(WholeChunks(size))),
      touched(size_t{size} + kVectorSlack),
      found(size_t{size} + kVectorSlack),
      repeated(size_t{size} + 1),
      ranks(size_t{size} + kVectorSlack),
      met(size_t{size} + kVectorSlack),
      keys(2 * size_t{size} + kVectorSlack) {}

void CountRow(const Matrix& matrix, const RowPlan& plan, std::span<const uint32_t> visits,
              RowScratch& scratch) noexcept {
  assert(!matrix.hot || (!plan.once_per_owner && scratch.columns >= kHotLabels));
  assert(matrix.mirror == nullptr || matrix.bitmaps == nullptr);
  ChooseLayout(matrix, plan, scratch);
  HWY_DYNAMIC_DISPATCH(CountRowHere)(matrix, plan, visits, scratch);
}

void CountHotLine(const Matrix& matrix, const RowPlan& plan, std::span<const uint32_t> visits,
                  RowScratch& scratch) noexcept {
  assert(matrix.hot && matrix.mirror != nullptr && plan.label < kHotLabels);
  ChooseLayout(matrix, plan, scratch);
  HWY_DYNAMIC_DISPATCH(CountHotLineHere)(matrix, plan, visits, scratch);
}

uint32_t KeepRow(const Matrix& matrix, const RowPlan& plan, const Anchor& anchor, RowScratch& scratch,
                 const KeptRow& kept) noexcept {
  assert(kept.most > 0 && kept.most <= kMostKept);
  return HWY_DYNAMIC_DISPATCH(KeepRowHere)(matrix, plan, anchor, scratch, kept);
}

void CountSquare(const uint64_t* lines, const LineList& list, uint32_t label, uint32_t chunk, bool uniform,
                 SquareScratch& scratch, Mirror& mirror) noexcept {
  HWY_DYNAMIC_DISPATCH(CountSquareHere)(lines, list, label, chunk, uniform, scratch, mirror);
}

uint32_t SquarePasses() noexcept { return HWY_DYNAMIC_DISPATCH(SquarePassesHere)(); }

void TurnSquare(void* cells, uint32_t edge, uint32_t width) noexcept {
  HWY_DYNAMIC_DISPATCH(TurnSquareHere)(cells, edge, width);
}

void LeaveRows() noexcept { hwy::FlushStream(); }

std::vector<const char*> Targets() {
  std::vector<const char*> names;
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) names.push_back(hwy::TargetName(target));
  return names;
}

bool ForceTarget(const char* name) {
  hwy::SetSupportedTargetsForTest(0);
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    if (std::strcmp(hwy::TargetName(target), name) == 0) hwy::SetSupportedTargetsForTest(target);
  }
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  return *name == '\0' || hwy::SupportedAndGeneratedTargets().size() == 1;
}

}  // namespace awase::kernels
#endif  // HWY_ONCE
