// Shell-like patterns over ids: '*' any run, '?' one byte; case-sensitive.
#ifndef AWASE_ENGINE_BASE_GLOB_H_
#define AWASE_ENGINE_BASE_GLOB_H_

#include <string_view>

namespace awase {

// True when all of `text` matches `pattern`. Linear in practice, no recursion.
bool GlobMatches(std::string_view pattern, std::string_view text);

}  // namespace awase

#endif  // AWASE_ENGINE_BASE_GLOB_H_
