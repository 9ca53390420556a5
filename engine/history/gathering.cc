#include "engine/history/gathering.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "engine/history/reading.h"

namespace awase {
namespace {

constexpr uint32_t kGroupBits = 12;
constexpr uint32_t kGroup = 1 << kGroupBits;  // sources
constexpr size_t kStretch = 1 << 18;          // facts

template <class Fact>
uint32_t GroupOf(const Fact& fact) {
  return SourceOf(fact) >> kGroupBits;
}

// Sorts the facts of one group by source. `scratch` keeps its memory for the next one.
template <class Fact>
void SortGroup(std::span<Fact> facts, std::vector<Fact>& scratch) {
  std::array<uint64_t, kGroup + 1> starts{};
  scratch.assign(facts.begin(), facts.end());
  for (const Fact& fact : scratch) ++starts[SourceOf(fact) % kGroup + 1];
  for (uint32_t source = 0; source < kGroup; ++source) starts[source + 1] += starts[source];
  for (const Fact& fact : scratch) facts[starts[SourceOf(fact) % kGroup]++] = fact;
}

}  // namespace

template <class Fact>
Buffer<Fact> Gather(std::span<const Fact> facts, uint32_t sources) {
  const size_t groups = (sources >> kGroupBits) + 1, stretches = facts.size() / kStretch + 1;
  const auto stretch_of = [&](size_t s) {
    return facts.subspan(s * kStretch, std::min(kStretch, facts.size() - s * kStretch));
  };
  std::vector<std::vector<uint64_t>> next(stretches, std::vector<uint64_t>(groups));
  tbb::parallel_for(size_t{0}, stretches, [&](size_t s) {
    for (const Fact& fact : stretch_of(s)) ++next[s][GroupOf(fact)];
  });
  std::vector<uint64_t> begins(groups + 1);
  for (size_t group = 0, at = 0; group < groups; ++group) {  // by group, then by stretch
    for (auto& by_group : next) at += std::exchange(by_group[group], at);
    begins[group + 1] = at;
  }
  Buffer<Fact> gathered(facts.size());
  tbb::parallel_for(size_t{0}, stretches, [&](size_t s) {
    for (const Fact& fact : stretch_of(s)) gathered[next[s][GroupOf(fact)]++] = fact;
  });
  using Range = tbb::blocked_range<size_t>;
  tbb::parallel_for(Range(0, groups), [&](const Range& range) {
    std::vector<Fact> scratch;
    for (size_t group = range.begin(); group < range.end(); ++group) {
      SortGroup(std::span(gathered.data() + begins[group], begins[group + 1] - begins[group]), scratch);
    }
  });
  return gathered;
}

template Buffer<LineFact> Gather(std::span<const LineFact>, uint32_t);
template Buffer<ViewFact> Gather(std::span<const ViewFact>, uint32_t);

}  // namespace awase
