// Titles that order lines carry, for items that the catalogue does not have.
#ifndef AWASE_SERVER_COMMANDS_LINE_TITLES_H_
#define AWASE_SERVER_COMMANDS_LINE_TITLES_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "engine/facts/facts.h"
#include "engine/ledger/ledger.h"

namespace awase::commands {

// For each item the title given most often, as spellings vary and remarks slip in; of equally many the first
// by its bytes.
class LineTitles {
 public:
  void Add(std::string_view item_id, std::string_view title);
  // Items with a title and nothing else, those that the catalogue has left out.
  absl::StatusOr<std::vector<Item>> NewItems(const Ledger& ledger) const;

 private:
  std::map<std::string, std::map<std::string, uint64_t>, std::less<>> titles_;
};

}  // namespace awase::commands

#endif  // AWASE_SERVER_COMMANDS_LINE_TITLES_H_
