#include "server/store/version_choice.h"

#include <algorithm>

namespace awase {

std::optional<Version> NextToLoad(const Serving& wanted, const std::vector<Version>& on_disk,
                                  std::optional<Version> serving, const std::set<Version>& broken) {
  if (!wanted.active.has_value()) return std::nullopt;
  const auto sound = [&](Version version) { return broken.count(version) == 0; };
  if (sound(*wanted.active)) return serving == wanted.active ? std::nullopt : wanted.active;
  if (serving.has_value()) return std::nullopt;
  if (wanted.previous.has_value() && sound(*wanted.previous)) return wanted.previous;
  const auto it = std::find_if(on_disk.begin(), on_disk.end(), sound);
  return it == on_disk.end() ? std::nullopt : std::optional<Version>(*it);
}

}  // namespace awase
