// One row of the co-purchase matrix: count the units that hold the anchor and each candidate, weigh, keep the
// best.
//
// Sparse A'A by rows (Gustavson, "Two fast algorithms for sparse matrices", ACM TOMS 1978) with the score and
// the selection fused into each row. What makes it fast is said in engine/README.md, "The kernel's profile".
#ifndef AWASE_ENGINE_KERNELS_ROW_H_
#define AWASE_ENGINE_KERNELS_ROW_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/buffer.h"
#include "engine/kernels/bitmaps.h"
#include "engine/kernels/measures.h"
#include "engine/kernels/mirror.h"
#include "engine/kernels/pairs.h"
#include "engine/kernels/stream.h"

namespace awase::kernels {

// Most candidates that one row can keep.
inline constexpr size_t kMostKept = 4096;

// A visit is the position of a basket that holds the anchor, with kSameOwner set when the visit before it in
// the same list is of the same owner. Positions are below 2^31.
inline constexpr uint32_t kSameOwner = uint32_t{1} << 31;

// So many visits ahead a row fetches its baskets; the first ones are for the caller to fetch.
inline constexpr size_t kFirstAhead = 32;

// How a counted row is read: by what is cheaper, or as tests force it.
enum class Drain : uint8_t { kCheaper, kTouched, kScan };

// What all rows share. By label; labels are dense and frequent first.
struct Matrix {
  const uint16_t* stream = nullptr;   // kernels/stream.h; begins on a cache line
  std::span<const uint64_t> weight;   // sum of the weights of the units with it, fixed point
  std::span<const float> factor;      // FactorOf
  std::span<const double> term;       // TermOf; empty unless the measure is llr or expected
  std::span<const uint32_t> item_of;  // distinct; of equal ranks the lower item is better
  const Bitmaps* bitmaps = nullptr;   // of the same baskets, where counting by bits pays
  MeasureSpec spec;
  uint32_t min_customers = 1;  // fewest distinct customers behind what is kept
  Drain drain = Drain::kCheaper;
  bool uniform = false;  // every weight is 1 (65536): counts need no weights beside them
  // The stream has its hot labels as bits: at least kHotLabels columns, and rows that count every visit.
  bool hot = false;
  // Where it pays. Hot rows leave the squares up to their own first (CountHotLine, kernels/square.h), and
  // others theirs as they are counted; then LeaveRows, then their squares are turned. Hot rows are counted
  // last, from the last block on, whose squares are turned in their turn; they visit no basket.
  Mirror* mirror = nullptr;
  const PairTable* pairs = nullptr;  // of the same baskets: rows visit none
};

// How one row is counted.
struct RowPlan {
  uint32_t label = 0;
  uint32_t units = 0;  // visits, or owners when each counts once
  // So many more visits, of the rows that come next, can be read behind the row's: most rows are shorter than
  // kFirstAhead.
  uint32_t ahead = 0;
  uint64_t pairs = 0;           // about the sum of the sizes of the visited baskets
  bool owners_repeat = false;   // some owner is visited more than once
  bool once_per_owner = false;  // an owner counts once per candidate, however many of its baskets hold it
};

// A candidate that is kept.
struct Scored {
  uint32_t item;  // Matrix::item_of its label
  float score;
};

// Where a row puts what it keeps: arrays beside each other, with room for `most` candidates each.
struct KeptRow {
  Scored* scored;
  uint32_t* units;      // units with both
  uint32_t* customers;  // distinct owners with both; may be null
  size_t most;          // 1 to kMostKept
};

// A row counted by bits: numbers of the baskets visited, alone or in groups of one owner's.
struct BitLists {
  std::vector<uint32_t> all, alone, grouped, group_ends, groups;
  std::vector<uint64_t> merged;
};

// Counters and lists of one thread, private to these functions; all counters are zero between rows. At most
// 52 bytes a column, of which a training without weights and repeated owners touches few.
struct RowScratch {
  explicit RowScratch(uint32_t columns);

  uint32_t columns;
  Buffer<uint64_t> counters;  // room for `columns` counters of 1, 2, 4 or 8 bytes
  Buffer<uint32_t> stamps;    // by label: last group of visits that held it
  Buffer<uint32_t> repeats;   // by label: units with both beyond an owner's first
  Buffer<uint32_t> touched;   // labels that were met, when they are few
  Buffer<uint32_t> found;     // labels that were found to be candidates
  Buffer<uint32_t> repeated;  // labels with repeats
  Buffer<float> ranks;        // of touched, or of what a scan found
  Buffer<uint32_t> met;       // counters of touched, once they are taken
  Buffer<uint64_t> keys;
  BitLists bits;
  uint32_t group = 0;
  uint32_t touched_size = 0;
  uint32_t repeated_size = 0;
  bool repeats_everywhere = false;  // repeats of all labels are set, and none is listed
  // Layout of the row being counted.
  uint32_t width = 0;  // bytes per counter
  uint32_t hot = 0;    // labels below are counted, and not listed
  uint32_t shift = 0;  // counter = customers << shift | weight; 0: one number is both
  bool scan = false;   // drained by a scan over all columns; no touched list is kept
};

// Adds up a row. `visits` ascending by owner.
void CountRow(const Matrix& matrix, const RowPlan& plan, std::span<const uint32_t> visits,
              RowScratch& scratch) noexcept;

// Adds up a hot label's line of the square of hot labels, in a stream that has their bits. Leaves the scratch
// clean; of which 64 columns are used.
void CountHotLine(const Matrix& matrix, const RowPlan& plan, std::span<const uint32_t> visits,
                  RowScratch& scratch) noexcept;

// Writes the best of the counted row by (rank, item) to `kept` and returns how many; in order of (score,
// item), since scores can be equal where ranks are not. Leaves the scratch clean.
uint32_t KeepRow(const Matrix& matrix, const RowPlan& plan, const Anchor& anchor, RowScratch& scratch,
                 const KeptRow& kept) noexcept;

// By each thread that counted rows or hot lines, behind its last: what it left in the mirror can be read by
// others.
void LeaveRows() noexcept;

// Instruction sets that this build has and this machine runs, best first ("AVX3", "AVX2", ..., "SCALAR":
// plain C++). Force makes every later row run on one of them, "" on the best; for tests and benchmarks, not
// while rows are being counted.
std::vector<const char*> Targets();
bool ForceTarget(const char* name);

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_ROW_H_
