// One pass over the facts: what each source (order document, session) holds that counts.
#ifndef AWASE_ENGINE_HISTORY_READING_H_
#define AWASE_ENGINE_HISTORY_READING_H_

#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/bitset.h"
#include "engine/base/buffer.h"
#include "engine/facts/fact_table.h"
#include "engine/history/counting.h"
#include "engine/history/history.h"
#include "engine/history/staging.h"

namespace awase {

inline uint32_t SourceOf(const LineFact& line) { return line.order; }
inline uint32_t SourceOf(const ViewFact& view) { return view.session; }

struct SourceLines {
  StagedSources staged;           // whose items count
  Buffer<uint32_t> begins;        // by source: its first fact; kNoNumber: it has none
  std::vector<uint32_t> returns;  // positions of return lines that count, in any order
  HistoryReport report;           // lines, return_lines, non_product_lines
  UnixSeconds newest = kNoTime;   // of all that counts
  bool scattered = false;  // the facts of some source do not stand together; all else is then worthless
};

// Reads every fact once. The items of what counts become sets, of four bytes an item, so that nothing after
// this reads the facts again. Runs in the caller's arena; Fact: LineFact or ViewFact.
template <class Fact>
SourceLines ReadSources(std::span<const Fact> facts, uint32_t sources, const OwnerBlocks& blocks,
                        Counting& counting);

// Reads the orders of `dropped` lines, which counted, again, as if these were not there.
void DropLines(std::span<const LineFact> lines, const Bitset& dropped, Counting& counting,
               SourceLines& reading);

}  // namespace awase

#endif  // AWASE_ENGINE_HISTORY_READING_H_
