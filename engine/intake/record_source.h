// Records of a file, whatever it is written in: texts by column.
#ifndef AWASE_ENGINE_INTAKE_RECORD_SOURCE_H_
#define AWASE_ENGINE_INTAKE_RECORD_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/intake/byte_source.h"

namespace awase {

// Views live until the source is refilled.
struct Record {
  uint64_t line = 0;      // physical line on which it starts
  std::string_view text;  // as it stands in the file
  std::vector<std::string_view> fields;
  // Not empty when the record cannot be taken apart; then fields are void.
  std::string_view reason;
  std::string message;
};

class RecordSource {
 public:
  enum class Step : uint8_t { kRecord, kRefill, kEnd };

  virtual ~RecordSource() = default;
  // Names of the columns: lower case, without surrounding spaces.
  virtual const std::vector<std::string>& header() const = 0;
  // kRefill: the views handed out so far are still good; call Refill to go on.
  virtual Step Next(Record& record) = 0;
  virtual absl::Status Refill() = 0;
  virtual uint64_t stored_done() const = 0;
  virtual uint64_t stored_total() const = 0;
  virtual double bytes_seconds() const = 0;  // see ByteSource::seconds
};

// CSV of RFC 4180: quoted fields with commas, line breaks and doubled quotes; lines end in LF or CRLF; a byte
// order mark is skipped; blank lines are no records. Errors: INVALID_ARGUMENT when there is no header.
absl::StatusOr<std::unique_ptr<RecordSource>> OpenCsv(const std::string& path);
// The same over bytes that are open already; `path` names them in errors.
absl::StatusOr<std::unique_ptr<RecordSource>> OpenCsv(std::unique_ptr<ByteSource> bytes,
                                                      const std::string& path);

// One JSON object a line, as fields of `columns`; a number is taken as it is written. An object with a list
// "lines" gives one record for each element of it, and one with a list "item_ids" one for each id; both take
// the object's other fields. Without `columns` the records are the objects' texts alone.
absl::StatusOr<std::unique_ptr<RecordSource>> OpenJsonLines(const std::string& path,
                                                            std::vector<std::string> columns);

}  // namespace awase

#endif  // AWASE_ENGINE_INTAKE_RECORD_SOURCE_H_
