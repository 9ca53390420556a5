// The folder of one model's versions: publishing, which one is active, rollback.
#ifndef AWASE_ENGINE_MODEL_SHELF_H_
#define AWASE_ENGINE_MODEL_SHELF_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/model/draft.h"
#include "engine/model/model.h"

namespace awase {

using Version = uint64_t;

// Which versions serve; "serving.json" in the folder, replaced atomically.
struct Serving {
  std::optional<Version> active;
  std::optional<Version> previous;  // rollback goes here
};

// Files NNNNNNNN.awm (version, zero-padded) and serving.json. Every write is temp, fsync, rename, fsync of
// the folder. Several processes may use one folder: a lock file serialises writers.
class Shelf {
 public:
  explicit Shelf(std::string folder) : folder_(std::move(folder)) {}

  // Writes the next version; removes the oldest so that the last three, the active and the previous one stay.
  absl::StatusOr<Version> Publish(const ModelDraft& draft) const;
  std::vector<Version> List() const;  // newest first; files by name, not opened
  std::string PathOf(Version version) const;
  absl::StatusOr<std::shared_ptr<const Model>> Open(Version version, bool full = false) const;
  absl::StatusOr<Serving> ReadServing() const;  // empty when nothing is active yet
  // ABORTED when `expected` is given and not active. NOT_FOUND when the file is not there.
  absl::Status Activate(Version version, std::optional<Version> expected = std::nullopt) const;
  // FAILED_PRECONDITION when there is no earlier version. Returns the version that serves now.
  absl::StatusOr<Version> Rollback() const;

 private:
  std::string folder_;
};

// Overlap of two models' top lists, by item id.
struct Comparison {
  double weighted_overlap =
      1;  // mean |A∩B| / max(|A|,|B|) of top `depth`, weighted by the base's recent sales + 1
  uint64_t lost_items = 0;  // edges in base, none in candidate
  uint64_t gained_items = 0;
  uint64_t covered_items = 0;  // of base
  struct Change {
    std::string item_id;
    std::vector<std::string> added, removed;
  };
  std::vector<Change> largest;  // at most 20, most sales first among those with the largest change
};
Comparison Compare(const Model& base, const Model& candidate, uint32_t depth = 10);

// Limits a version must meet to serve.
struct Guards {
  double min_weighted_overlap = 0.3;
  double max_lost_item_share = 0.2;
};
// FAILED_PRECONDITION naming the guard, the limit and the value.
absl::Status CheckGuards(const Comparison& comparison, const Guards& guards);

}  // namespace awase

#endif  // AWASE_ENGINE_MODEL_SHELF_H_
