// Which version of a model to serve. Pure policy, no clock, no files.
#ifndef AWASE_SERVER_STORE_VERSION_CHOICE_H_
#define AWASE_SERVER_STORE_VERSION_CHOICE_H_

#include <optional>
#include <set>
#include <vector>

#include "engine/model/shelf.h"

namespace awase {

// The version to load now; nullopt: stay with what serves (or with nothing).
//   wanted     the shelf's serving.json
//   on_disk    versions on the shelf, newest first
//   serving    what serves now
//   broken     versions whose files were refused
// The active version is always preferred. When it is broken, what serves goes on; a server that has nothing
// yet takes the previous version, then the newest readable one: an old answer beats none. Nothing is served
// before a version was activated.
std::optional<Version> NextToLoad(const Serving& wanted, const std::vector<Version>& on_disk,
                                  std::optional<Version> serving, const std::set<Version>& broken);

}  // namespace awase

#endif  // AWASE_SERVER_STORE_VERSION_CHOICE_H_
