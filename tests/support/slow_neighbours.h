// The co-purchase matrix the slow way: every pair of every unit in a map, no relabelling, no tricks.
#ifndef AWASE_TESTS_SUPPORT_SLOW_NEIGHBOURS_H_
#define AWASE_TESTS_SUPPORT_SLOW_NEIGHBOURS_H_

#include "engine/history/history.h"
#include "engine/model/draft.h"
#include "engine/train/options.h"

namespace awase::testing {

// What Train() must yield for this history without a catalogue, to the bit. Options must be valid.
ModelDraft SlowTrain(const History& history, const TrainOptions& options);

}  // namespace awase::testing

#endif  // AWASE_TESTS_SUPPORT_SLOW_NEIGHBOURS_H_
