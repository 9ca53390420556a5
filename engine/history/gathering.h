// Brings the facts of each source together, where they arrived scattered.
#ifndef AWASE_ENGINE_HISTORY_GATHERING_H_
#define AWASE_ENGINE_HISTORY_GATHERING_H_

#include <cstdint>
#include <span>

#include "engine/base/buffer.h"
#include "engine/facts/fact_table.h"

namespace awase {

// The facts by source; those of one source in order of arrival. Two counting sorts: into groups of sources
// that fit the second-level cache, then inside each of them. Runs in the caller's arena; Fact: LineFact or
// ViewFact.
template <class Fact>
Buffer<Fact> Gather(std::span<const Fact> facts, uint32_t sources);

}  // namespace awase

#endif  // AWASE_ENGINE_HISTORY_GATHERING_H_
