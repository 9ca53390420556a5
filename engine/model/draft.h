// A model before it is a file: plain arrays that training fills.
#ifndef AWASE_ENGINE_MODEL_DRAFT_H_
#define AWASE_ENGINE_MODEL_DRAFT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/large_vector.h"
#include "engine/base/time.h"
#include "engine/facts/facts.h"

namespace awase {

// What the answer path reads of an edge. 8 bytes.
struct Edge {
  uint32_t item;  // dense number of the candidate
  float score;    // > 0
};

// What is shown of an edge. 16 bytes.
struct EdgeEvidence {
  uint32_t joint_units;      // orders, customers or sessions with both: plain count
  uint32_t joint_customers;  // distinct customers with both
  uint32_t median_lag;       // seconds from anchor to candidate; kNoLag for the same order
  uint32_t reserved = 0;
};
inline constexpr uint32_t kNoLag = ~uint32_t{0};

struct ModelDraft {
  // One per dense item number, ids ascending by bytes and unique. Items are those of the history and the
  // catalogue together.
  std::vector<Item> items;
  std::vector<uint32_t> support_units;      // by item: units with it
  std::vector<uint32_t> support_customers;  // by item: distinct customers with it
  std::vector<uint32_t> recent_sales;       // by item: orders of the last popularity_days
  // Rows of edges: row i is [edge_offsets[i], edge_offsets[i + 1]), best first (score descending, then item
  // ascending).
  std::vector<uint64_t> edge_offsets{0};
  LargeVector<Edge> edges;
  LargeVector<EdgeEvidence> evidence;  // parallel to edges
  uint64_t units = 0;                  // population
  uint64_t customers = 0;
  UnixSeconds watermark = kNoTime;  // newest purchase
  uint64_t ledger_sequence = 0;     // Watermark::sequence; not part of the digest
  std::string options_json;         // ToJson(TrainOptions)
};

}  // namespace awase

#endif  // AWASE_ENGINE_MODEL_DRAFT_H_
